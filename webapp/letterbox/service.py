"""Proving forms, and counting who sends and tries how much. The caller holds the transaction."""

import logging

from webapp.attempts import service as attempts
from webapp.attempts.queries import count_within
from webapp.attempts.rules import REMEMBERED, network_of
from webapp.core.errors import TooMany
from webapp.keys.service import keyed_hash
from webapp.letterbox import rules

log = logging.getLogger(__name__)


def mark_of(second: str, nonce: str) -> str:
    """Return what proves that this site showed the form with `nonce` at `second`."""
    return keyed_hash("case form", f"{second} {nonce}").hex()[:32]


def check_sending(address: str) -> None:
    """Raise TooMany when too much was sent from `address` lately, or from everywhere together.

    A part of what all may send is kept for who sent nothing in the last day: nobody shuts the door alone.
    """
    attempts.check(_try_from(address), rules.SENDING_WINDOW, rules.SENT_PER_ADDRESS)
    is_known = count_within(REMEMBERED, _taken_from(address))
    most = rules.SENT_IN_ALL - (rules.KEPT_FOR_NEW if is_known else 0)
    try:
        attempts.check(_taken_in_all(), rules.SENDING_WINDOW, most)
    except TooMany:
        log.warning("cases: %s taken within %s, one more is turned away", most, rules.SENDING_WINDOW)
        raise


def note_try(address: str) -> None:
    """Remember that somebody at `address` sent the form, whatever stood in it."""
    attempts.note(_try_from(address))


def note_sent(address: str) -> None:
    """Remember that a case was taken from `address`."""
    attempts.note(_taken_in_all(), _taken_from(address))


def _try_from(address: str) -> str:
    return attempts.key_of("case try", network_of(address, rules.SENDER_BITS))


def _taken_from(address: str) -> str:
    return attempts.key_of("case from", network_of(address, rules.NETWORK_BITS))


def _taken_in_all() -> str:
    return attempts.key_of("case sent", "")


def check_following(address: str) -> None:
    """Raise TooMany when too many pairs that fit nothing were tried from `address` lately."""
    attempts.check(_miss_from(address), rules.FOLLOWING_WINDOW, rules.MISSES)


def note_miss(address: str) -> None:
    """Remember that a pair that fits nothing was tried from `address`."""
    attempts.note(_miss_from(address))


def _miss_from(address: str) -> str:
    return attempts.key_of("case miss", network_of(address))
