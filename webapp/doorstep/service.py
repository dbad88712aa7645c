"""Counting who asks how often. The caller holds the transaction."""

from webapp.attempts import service as attempts
from webapp.attempts.queries import count_within
from webapp.attempts.rules import network_of
from webapp.doorstep.rules import MISSES, NOTED, TELLING_WINDOW, TELLINGS_PER_ADDRESS, TELLINGS_PER_CODE, WINDOW


def _key(what: str, whose: str) -> str:
    """Return the key under which something is counted; nobody reads an address or a token in it."""
    return attempts.key_of(f"doorstep {what}", whose)


def mark_of(second: str, token: str) -> str:
    """Return what proves that this site showed the form of `token` at `second`."""
    return _key("form", f"{second} {token.upper()}")[:32]


def check_guesses(address: str) -> None:
    """Raise TooMany when too many unknown codes were asked for from `address` lately."""
    attempts.check(_key("miss", network_of(address)), WINDOW, MISSES)


def is_noted(address: str) -> bool:
    """Return whether so many visits from `address` are written down that more say nothing more."""
    return count_within(WINDOW, _key("visit", network_of(address))) >= NOTED


def note_visit(address: str, *, is_known: bool) -> None:
    """Remember that a code was asked for from `address`: for known ones too, so that both take as long."""
    attempts.note(_key("visit" if is_known else "miss", network_of(address)))


def check_tellings(address: str, token: str) -> None:
    """Raise TooMany when too much was told from `address`, or by the code of `token`."""
    attempts.check(_key("telling from", network_of(address)), TELLING_WINDOW, TELLINGS_PER_ADDRESS)
    attempts.check(_key("telling by", token.upper()), TELLING_WINDOW, TELLINGS_PER_CODE)


def note_try(address: str) -> None:
    """Remember that somebody at `address` sent the form, whatever stood in it."""
    attempts.note(_key("telling from", network_of(address)))


def note_telling(token: str) -> None:
    """Remember that something was told by the code of `token`."""
    attempts.note(_key("telling by", token.upper()))
