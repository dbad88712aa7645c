"""Counting attempts. The caller holds the transaction."""

from datetime import timedelta

from sqlalchemy import delete

from webapp.attempts.models import Attempt
from webapp.attempts.queries import count_within
from webapp.attempts.rules import REMEMBERED
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import TooMany
from webapp.keys.service import keyed_hash


def key_of(what: str, whose: str) -> str:
    """Return the key under which `what` is counted; nobody reads in it `whose` it was, an address or a token."""
    return keyed_hash(what, whose).hex()


def check(key: str, window: timedelta, most: int) -> None:
    """Raise TooMany when `most` or more were counted under `key` within the last `window`."""
    if count_within(window, key) >= most:
        raise TooMany


def note(*keys: str) -> None:
    """Count one more under each of `keys`, and forget those of the day before."""
    forget()
    db.session.add_all(Attempt(key=key, at=clock.now()) for key in keys)


def forget() -> None:
    """Remove what is no longer remembered."""
    db.session.execute(delete(Attempt).where(Attempt.at < clock.now() - REMEMBERED))
