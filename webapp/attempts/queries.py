"""Reading how much was counted."""

from datetime import timedelta

from sqlalchemy import func, select

from webapp.attempts.models import Attempt
from webapp.core import clock
from webapp.core.db import db


def count_within(window: timedelta, key: str) -> int:
    """Return how much was counted under `key` within the last `window`."""
    query = select(func.count()).where(Attempt.key == key, Attempt.at >= clock.now() - window)
    return db.session.execute(query).scalar_one()
