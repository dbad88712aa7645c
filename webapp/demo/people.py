"""The people of the demonstration: seven with a public password, the others without any."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from webapp.accounts import service
from webapp.accounts.models import Account
from webapp.accounts.queries import Actor, actors_of
from webapp.accounts.rules import token_hash
from webapp.core import clock
from webapp.core.db import db
from webapp.core.ids import new_id
from webapp.demo.county import unit
from webapp.demo.material import STORY, chance_for
from webapp.ledger.service import record
from webapp.orgs import queries
from webapp.orgs.models import Unit

NO_PASSWORD = "*"  # noqa: S105 - the hash of nothing: nobody signs in with it
PUBLIC = {(given["role"], given["unit"]): given for given in STORY["accounts"]}


@dataclass(frozen=True)
class Group:
    """A group whose history is told: its leader, the officer who reviews, where it stands among the others."""

    community: int
    number: int
    leader: Actor
    officer: Actor


def bring_people() -> list[Group]:
    """Create the accounts and return the groups whose history is told. The caller holds the transaction."""
    for role, code in PUBLIC:
        if role not in ("leader", "officer"):
            _account(role, unit(code))
    return [
        Group(place, number, _actor("leader", group), officer)
        for place, code in enumerate(STORY["communities"])
        for officer in [_actor("officer", unit(code))]
        for number, group in enumerate(queries.children(unit(code).id), start=1)
    ]


def _account(role: str, where: Unit) -> Account:
    given = PUBLIC.get((role, where.code or ""))
    if given is None:
        return _extra(role, where)
    name, password = given["name"] + STORY["mark"], STORY["password"]
    return service.create_account(login=given["login"], name=name, role=role, unit_id=where.id, password=password)


def _extra(role: str, where: Unit) -> Account:
    """Return the account of somebody who only appears in the history. Hashing passwords for all takes seconds."""
    chance = chance_for(role, where.code)
    name = chance.choice(STORY["family_names"]) + chance.choice(STORY["given_names"]) + STORY["mark"]
    account = Account(
        id=new_id(),
        login=f"{role}-{where.code}",
        name=name,
        role=role,
        unit_id=where.id,
        password_hash=NO_PASSWORD,
        created_at=clock.now(),
        closed_at=None,
    )
    db.session.add(account)
    db.session.flush()
    record("account.created", "account", account.id, actor_id=None, unit_id=where.id, detail={"role": role})
    return account


def _actor(role: str, where: Unit) -> Actor:
    """Return a new account signed in on a phone of its own, whose session secret nobody keeps."""
    token = service.open_session(_account(role, where), STORY["device"])
    return actors_of([token_hash(token)])[token_hash(token)]


def last_heard(groups: Sequence[Group], now: datetime) -> None:
    """Let each leader's phone have been heard from within the last days, one of them longer ago."""
    for group in groups:
        chance = chance_for("heard", group.leader.unit_code)
        silent = timedelta(days=12) if (group.community, group.number) == (0, 5) else timedelta()
        with clock.frozen(now - silent - timedelta(minutes=chance.randint(5, 4000))):
            service.renew(group.leader)
