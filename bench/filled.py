"""A county whose register is filled: groups with as many households as wanted, and people signed in to read them."""

from pathlib import Path
from typing import NamedTuple

from tests.support.county import Leader, app_in, build
from webapp.accounts.models import Account, Device
from webapp.accounts.queries import Actor, actors_of
from webapp.accounts.rules import token_hash
from webapp.cards.service import issue
from webapp.core import clock
from webapp.core.db import db, table, transaction
from webapp.core.ids import new_id
from webapp.households.service import HOUSEHOLD
from webapp.intake.rules import Incoming, Push
from webapp.intake.service import apply, prepare
from webapp.orgs.models import Unit

EACH = 50  # households of a group: a coordinator has ten groups, so 500
SURNAMES, GIVEN = "王李张刘陈杨黄赵周吴徐孙马朱胡", "秀英建国小红志强玉兰海燕文静春梅"
STAFF = ("officer", "coordinator")  # of the first community; the session of each is `token-` and this word


class Place(NamedTuple):
    """A filled county: its folder, its first leader, and the ids of her households."""

    folder: Path
    leader: Leader
    household_ids: list[str]


def filled(folder: Path, households: int, each: int = EACH, *, with_cards: bool = False) -> Place:
    """Make a county in `folder` with so many households, `each` in a group, ten groups in a community."""
    leaders = build(folder, max(households // each, 1))
    found: list[str] = []
    with app_in(folder).app_context():
        for number, leader in enumerate(leaders):
            made = [_household(leader.unit_id, number, i) for i in range(each)]
            register(leader, made)
            if with_cards:
                _give_cards(leader, [one.id for one in made])
            found = found or [one.id for one in made]
        for login in STAFF:
            _add_staff(leaders[0], login)
        db.session.remove()
        db.engine.dispose()
    return Place(folder, leaders[0], found)


def register(leader: Leader, households: list[Incoming]) -> None:
    """Put `households` into the register, as the phone of `leader` would."""
    actor = _actor(leader)
    jobs = [prepare(household, HOUSEHOLD) for household in households]
    with transaction():
        results = apply([Push(actor, jobs)], {"household": HOUSEHOLD})[0]
    assert all(result.outcome == "created" for result in results), results


def _actor(leader: Leader) -> Actor:
    return next(iter(actors_of({token_hash(leader.token)}).values()))


def _give_cards(leader: Leader, household_ids: list[str]) -> None:
    actor = _actor(leader)
    with transaction():
        issue(household_ids, actor)


def _household(unit_id: str, group: int, number: int) -> Incoming:
    address = {
        "building": f"{group % 40 + 1}幢",
        "entrance": f"{number % 3 + 1}单元",
        "door": f"{number // 2 % 30 + 1}0{number % 2 + 1}",
    }
    name = SURNAMES[(group + number) % len(SURNAMES)] + GIVEN[number % len(GIVEN)] + GIVEN[group % len(GIVEN)]
    contact = {"name": name, "phone": f"199-0000-{(group * EACH + number) % 10_000:04}"}
    consents = {"contact": {"given": True, "version": 1, "on": clock.today().isoformat()}}
    data = {"unit": unit_id, "kind": "resident", "address": address, "contact": contact, "consents": consents}
    return Incoming(new_id(), "household", 0, clock.now(), data)


def _add_staff(leader: Leader, role: str) -> None:
    """Let somebody of the leader's community be signed in."""
    now, account = clock.now(), new_id()
    group = db.session.get(Unit, leader.unit_id)
    assert group
    about = {"id": account, "login": role, "name": "社区的人", "role": role, "unit_id": group.parent_id}
    device = {"id": new_id(), "account_id": account, "token_hash": token_hash(f"token-{role}"), "name": "手机"}
    times = {"created_at": now, "heard_at": now, "expires_at": now.replace(year=now.year + 1)}
    with transaction() as session:
        session.execute(table(Account).insert(), [about | {"password_hash": "none", "created_at": now}])
        session.execute(table(Device).insert(), [device | times])
