"""Use-cases of accounts. The caller holds the transaction."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import bindparam, delete, or_, update

from webapp.accounts import queries
from webapp.accounts.models import Account, Device, Invitation
from webapp.accounts.queries import Actor
from webapp.accounts.rules import (
    ATTEMPT_WINDOW,
    FORGET_ENDED,
    LEVEL_OF_ROLE,
    SESSION,
    clean_login,
    is_blocked,
    problems_with_login,
    problems_with_name,
    problems_with_password,
    token_hash,
)  # fmt: skip
from webapp.attempts import service as attempts
from webapp.attempts.queries import count_within
from webapp.attempts.rules import network_of
from webapp.core import clock
from webapp.core.db import db, table
from webapp.core.errors import N_, Invalid, NotFound, Problem, Revoked, TooMany
from webapp.core.ids import is_id, new_id
from webapp.core.rows import each_of, execute
from webapp.ledger.service import record
from webapp.orgs.models import Unit

_hasher = PasswordHasher()  # argon2id with the parameters of RFC 9106's low-memory profile
# Verified when the login is unknown, so that the answer takes as long as for a known one.
_NOBODY = _hasher.hash("nobody has this password")

DEVICES = table(Device)
HEAR = (
    update(DEVICES)
    .where(DEVICES.c.id.in_(each_of("ids")), DEVICES.c.heard_at < bindparam("before"))
    .values(heard_at=bindparam("at"))
)
RECEIVE = (
    update(DEVICES)
    .where(DEVICES.c.id == bindparam("device"))
    .values(received=DEVICES.c.received + bindparam("count"), received_at=bindparam("at"))
)

WRONG = Problem("password", "wrong", N_("账号或密码不对，请再试一次。"))
WRONG_NOW = Problem("current", "wrong", N_("现在的密码不对，请再试一次。"))


def create_account(
    *, login: str, name: str, role: str, unit_id: str, password: str, actor_id: str | None = None
) -> Account:
    """Return a new account. Raises Invalid when login, name, password or the unit's level does not fit."""
    login = clean_login(login)
    problems = problems_with_login(login) + problems_with_name(name) + problems_with_password(password, login)
    unit = db.session.get(Unit, unit_id)
    if unit is None or unit.level not in LEVEL_OF_ROLE.get(role, ()):
        problems.append(Problem("role", "role", N_("这个角色不能设在这个单位。")))
    if queries.account_by_login(login):
        problems.append(Problem("login", "taken", N_("这个账号已经有人用了，请换一个。")))
    if problems:
        raise Invalid(problems)
    account = Account(
        id=new_id(), login=login, name=name.strip(), role=role, unit_id=unit_id,
        password_hash=_hasher.hash(password), created_at=clock.now(), closed_at=None,
    )  # fmt: skip
    db.session.add(account)
    db.session.flush()
    record("account.created", "account", account.id, actor_id=actor_id, unit_id=unit_id, detail={"role": role})
    return account


def check_attempts(login: str, address: str) -> None:
    """Raise TooMany when sign-ins on `login` or from `address` failed too often lately."""
    by_login, by_address = (count_within(ATTEMPT_WINDOW, key) for key in _keys_of_sign_in(login, address))
    if is_blocked(by_login, by_address):
        raise TooMany


def note_failure(login: str, address: str) -> None:
    """Remember a failed sign-in, and forget what is long over."""
    forget()
    attempts.note(*_keys_of_sign_in(login, address))


def _keys_of_sign_in(login: str, address: str) -> tuple[str, str]:
    by = f"login {clean_login(login)}", f"address {network_of(address)}"
    return attempts.key_of("attempt", by[0]), attempts.key_of("attempt", by[1])


def forget() -> None:
    """Remove attempts of the day before, and devices and links that have long been over."""
    attempts.forget()
    over = clock.now() - FORGET_ENDED
    db.session.execute(delete(Device).where(or_(Device.expires_at < over, Device.revoked_at < over)))
    db.session.execute(delete(Invitation).where(Invitation.expires_at < over))


def verified_account(login: str, password: str) -> Account | None:
    """Return the account that `login` and `password` open, or None. Reads only: it takes a tenth of a second."""
    login = clean_login(login)
    account = None if problems_with_login(login) else queries.account_by_login(login)
    try:
        _hasher.verify(account.password_hash if account else _NOBODY, password)
    except (VerifyMismatchError, InvalidHashError):
        return None
    return account


def new_token() -> str:
    """Return a secret of 256 random bits for a cookie or a one-time link."""
    return secrets.token_urlsafe(32)


def open_session(account: Account, device_name: str, before: str = "") -> str:
    """Return the secret of a new session of `account`, for the cookie. Its device row is the session.

    `before` is the id of an earlier session of this phone, as it says: how much arrived from it is counted on.
    """
    forget()
    known = queries.device(before) if is_id(before) else None
    ours = known if known and known.account_id == account.id else None
    token, now = new_token(), clock.now()
    device = Device(
        id=new_id(), account_id=account.id, token_hash=token_hash(token), name=device_name,
        created_at=now, heard_at=now, expires_at=now + SESSION, revoked_at=None,
        received=ours.received if ours else 0, received_at=ours.received_at if ours else None,
    )  # fmt: skip
    db.session.add(device)
    db.session.flush()
    note("account.signed_in", account, device_id=device.id)
    return token


def renew(actor: Actor) -> None:
    """Let the year of `actor`'s session start anew."""
    now = clock.now()
    own = update(Device).where(Device.id == actor.device_id)
    db.session.execute(own.values(expires_at=now + SESSION, heard_at=now))


def hear(device_ids: list[str], at: datetime, quiet: timedelta = timedelta(minutes=1)) -> None:
    """Note that devices were heard from `at`, unless they were within `quiet`: for sync health only."""
    execute(HEAR, ids=device_ids, before=at - quiet, at=at)


def note_received(counts: Mapping[str, int], at: datetime) -> None:
    """Note how many records arrived from each device (`counts`, by its id) `at`."""
    rows = [{"device": device_id, "count": count, "at": at} for device_id, count in counts.items() if count]
    if rows:
        db.session.connection().execute(RECEIVE, rows)


def know_vault(actor: Actor, hashed: str) -> None:
    """Note the hash of the secret in the vault of `actor`'s phone: the first one said is the one that counts.

    Raises Revoked when it knew another: somebody has to sign in. Right after that a phone may have a new vault.
    """
    if actor.opening_hash is not None and not actor.is_recent:
        raise Revoked
    own = update(Device).where(Device.id == actor.device_id)
    db.session.execute(own.values(opening_hash=hashed))


def close_session(actor: Actor) -> None:
    """End the session of `actor`; what lies unsent on the phone stays there."""
    revoke(device_id=actor.device_id, actor=actor, action="account.signed_out")


def revoke(*, device_id: str, actor: Actor, action: str = "device.revoked") -> None:
    """End the session on a device. Raises NotFound when there is no such device."""
    device = queries.device(device_id)
    if device is None:
        raise NotFound
    device.revoked_at = device.revoked_at or clock.now()
    detail = {"device_id": device_id}
    record(action, "account", device.account_id, actor_id=actor.account_id, unit_id=actor.unit_id, detail=detail)


def rename_device(device_id: str, name: str, actor: Actor) -> None:
    """Call the device of `actor` by another `name`. Raises NotFound for a device of somebody else."""
    device = queries.device(device_id)
    if device is None or device.account_id != actor.account_id:
        raise NotFound
    if not 0 < len(name.strip()) <= 40:
        raise Invalid([Problem("name", "required", N_("请给设备起个名字，最多 40 个字。"))])
    device.name = name.strip()
    record("device.named", "device", device_id, actor_id=actor.account_id)


def note(action: str, account: Account, **detail: object) -> None:
    """Write into the ledger what the owner of `account` did with it."""
    record(action, "account", account.id, actor_id=account.id, unit_id=account.unit_id, detail=detail)


def set_password(account: Account, password: str) -> None:
    """Give `account` another password. Raises Invalid when it does not fit."""
    if problems := problems_with_password(password, account.login):
        raise Invalid(problems)
    account.password_hash = _hasher.hash(password)
    note("account.password_set", account)


def close_account(account: Account, actor: Actor) -> None:
    """Let nobody sign in as `account` any more; its name stays with the reports it made."""
    account.closed_at = clock.now()
    end_sessions(account)
    record("account.closed", "account", account.id, actor_id=actor.account_id, unit_id=account.unit_id)


def end_sessions(account: Account) -> None:
    """End all sessions of `account`; what lies unsent on its phones stays there."""
    ended = update(Device).where(Device.account_id == account.id, Device.revoked_at.is_(None))
    db.session.execute(ended.values(revoked_at=clock.now()))
