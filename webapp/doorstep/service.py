"""Counting who asks how often. The caller holds the transaction."""

from datetime import timedelta

from webapp.accounts import service as accounts
from webapp.accounts.queries import attempts_since
from webapp.accounts.rules import network_of
from webapp.core import clock
from webapp.core.errors import TooMany
from webapp.doorstep.rules import MISSES, NOTED, TELLING_WINDOW, TELLINGS_PER_ADDRESS, TELLINGS_PER_CODE, WINDOW
from webapp.keys.service import keyed_hash


def _key(what: str, whose: str) -> str:
    """Return the key under which something is counted; nobody reads an address or a token in it."""
    return keyed_hash(f"doorstep {what}", whose).hex()


def mark_of(second: str, token: str) -> str:
    """Return what proves that this site showed the form of `token` at `second`."""
    return _key("form", f"{second} {token.upper()}")[:32]


def check_guesses(address: str) -> None:
    """Raise TooMany when too many unknown codes were asked for from `address` lately."""
    _check("miss", network_of(address), WINDOW, MISSES)


def is_noted(address: str) -> bool:
    """Return whether so many visits from `address` are written down that more say nothing more."""
    return attempts_since(_key("visit", network_of(address)), clock.now() - WINDOW) >= NOTED


def note_visit(address: str, *, is_known: bool) -> None:
    """Remember that a code was asked for from `address`: for known ones too, so that both take as long."""
    accounts.note_attempts([_key("visit" if is_known else "miss", network_of(address))])


def check_tellings(address: str, token: str) -> None:
    """Raise TooMany when too much was told from `address`, or by the code of `token`."""
    _check("telling from", network_of(address), TELLING_WINDOW, TELLINGS_PER_ADDRESS)
    _check("telling by", token.upper(), TELLING_WINDOW, TELLINGS_PER_CODE)


def note_try(address: str) -> None:
    """Remember that somebody at `address` sent the form, whatever stood in it."""
    accounts.note_attempts([_key("telling from", network_of(address))])


def note_telling(token: str) -> None:
    """Remember that something was told by the code of `token`."""
    accounts.note_attempts([_key("telling by", token.upper())])


def _check(what: str, whose: str, window: timedelta, most: int) -> None:
    if attempts_since(_key(what, whose), clock.now() - window) >= most:
        raise TooMany
