"""Who may be what, what a password must be, how long a session lasts, how often one may try."""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from webapp.core.errors import N_, Problem

# role -> the level of the unit it works at. An auditor reads at any level.
LEVEL_OF_ROLE: dict[str, frozenset[str]] = {
    "leader": frozenset({"group"}),
    "coordinator": frozenset({"community"}),
    "officer": frozenset({"community"}),
    "township": frozenset({"township"}),
    "county": frozenset({"county"}),
    "auditor": frozenset({"province", "city", "county", "township", "community"}),
}
# role -> the roles it may invite, always below or at its own unit.
INVITES: dict[str, frozenset[str]] = {
    "officer": frozenset({"leader", "coordinator"}),
    "township": frozenset({"officer"}),
    "county": frozenset({"township", "auditor"}),
}
# role -> the roles whose devices, password and account it looks after, always at or under its own unit.
LOOKS_AFTER: dict[str, frozenset[str]] = {
    "officer": frozenset({"leader", "coordinator"}),
    "township": frozenset({"leader", "coordinator", "officer"}),
    "county": frozenset({"leader", "coordinator", "officer", "township", "auditor"}),
}

SESSION_DAYS = 365  # sliding: every visit starts the year anew
SESSION = timedelta(days=SESSION_DAYS)
RENEW_AFTER = timedelta(days=1)
JUST_NOW = timedelta(minutes=15)  # so long after a password was given its owner still holds the phone
OPEN_FOR = timedelta(minutes=10)  # a phone that proved its vault open; it proves it again before that is over
ATTEMPT_WINDOW = timedelta(minutes=15)
ATTEMPTS_PER_LOGIN = 10
ATTEMPTS_PER_ADDRESS = 60  # a whole office may sit behind one address
ENDED_SENDS_FOR = timedelta(days=30)  # what a phone whose session somebody has ended had noted is taken for so long
FORGET_ENDED = timedelta(days=180)  # devices and links that are over; the ledger keeps what the law wants kept

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 256
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,39}\Z")
_COMMON = frozenset((Path(__file__).parent / "data" / "common-passwords.txt").read_text().split())


def token_hash(token: str) -> str:
    """Return what the database keeps of `token`: it is random, so one plain SHA-256 suffices."""
    return hashlib.sha256(token.encode()).hexdigest()


def clean_login(typed: str) -> str:
    """Return the login that `typed` means: without blanks, in small letters, wide digits made plain."""
    return "".join(unicodedata.normalize("NFKC", typed).split()).casefold()


def problems_with_password(password: str, login: str) -> list[Problem]:
    """Return what is wrong with a new `password`.

    Length and a list of common ones, no rules of composition: NIST SP 800-63B, section 5.1.1.2.
    """
    if len(password) < SHORTEST_PASSWORD:
        return [Problem("password", "short", N_("密码至少 %(shortest)s 个字符。"), {"shortest": SHORTEST_PASSWORD})]
    if len(password) > LONGEST_PASSWORD:
        return [Problem("password", "long", N_("太长了，最多 %(longest)s 个字。"), {"longest": LONGEST_PASSWORD})]
    if password.casefold() in _COMMON or password.casefold() == login or len(set(password)) < 3:
        return [Problem("password", "common", N_("这个密码太常见，别人一猜就中，请换一个。"))]
    return []


def problems_with_login(login: str) -> list[Problem]:
    """Return what is wrong with a new `login`: 3 to 40 of a-z, 0-9, dot, dash, underscore."""
    if _LOGIN.match(login):
        return []
    return [Problem("login", "login", N_("账号用 3 到 40 个小写字母或数字，例如手机号。"))]


def problems_with_name(name: str) -> list[Problem]:
    """Return what is wrong with the `name` by which others see a person."""
    if 0 < len(name.strip()) <= 40:
        return []
    return [Problem("name", "required", N_("请填写姓名。"))]


def is_blocked(login_failures: int, address_failures: int) -> bool:
    """Return whether so many failures within the window close the door for now."""
    return login_failures >= ATTEMPTS_PER_LOGIN or address_failures >= ATTEMPTS_PER_ADDRESS


def is_due_for_renewal(expires_at: datetime, now: datetime) -> bool:
    """Return whether a session that ends at `expires_at` should slide on: at most once a day."""
    return expires_at - now < SESSION - RENEW_AFTER


def is_recent(signed_in_at: datetime, now: datetime) -> bool:
    """Return whether a session began so lately that whoever gave the password still holds the device."""
    return now - signed_in_at < JUST_NOW


def mark_name(account_id: str) -> str:
    """Return how the cookie is called that says of a phone that it had a store of this account: static/js/marker.js."""
    return f"had-{account_id[:8]}"


def is_same(opening_hash: str | None, said: str | None) -> bool:
    """Return whether a phone said the secret (`said` is its hash) of the vault that is known of it, if any."""
    return hmac.compare_digest(opening_hash or "", said or "")


def opened_until(opening_hash: str, until: datetime) -> str:
    """Return what says that a device has proved its vault open, until then: `SECONDS.CODE`.

    The code hangs on the hash, which is nowhere but in the database; so nothing has to be kept of who is open.
    """
    seconds = str(int(until.timestamp()))
    return f"{seconds}.{hmac.new(opening_hash.encode(), seconds.encode(), hashlib.sha256).hexdigest()}"


def is_open(opening_hash: str | None, said: str | None, now: datetime) -> bool:
    """Return whether a device may read: it has no vault, or `said` is what `opened_until` gave it, not yet over."""
    if opening_hash is None:
        return True
    seconds = (said or "").partition(".")[0]
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) < 12) or int(seconds) <= now.timestamp():
        return False
    expected = opened_until(opening_hash, datetime.fromtimestamp(int(seconds), UTC))
    return hmac.compare_digest(expected.encode(), (said or "").encode())


_SYSTEMS: Sequence[tuple[str, str]] = (
    ("HarmonyOS", N_("鸿蒙手机")),
    ("iPhone", N_("苹果手机")),
    ("iPad", N_("苹果平板")),
    ("Android", N_("安卓手机")),
    ("Windows", N_("Windows 电脑")),
    ("Macintosh", N_("苹果电脑")),
    ("Linux", N_("Linux 电脑")),
)


def device_name(user_agent: str) -> str:
    """Return a first name for a device (a msgid) from its `user_agent`; its owner may change it."""
    return next((name for mark, name in _SYSTEMS if mark in user_agent), N_("其他设备"))
