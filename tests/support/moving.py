"""A household that changes hands: who gives it away, what it was, where it goes."""

from typing import Any

import pytest
from sqlalchemy import func, select

from tests.builders import World, household, unit_named
from tests.support.office import actor
from tests.support.phone import Phone
from webapp.core.db import db, transaction
from webapp.handover import service


def hand_over(world: World, *household_ids: str, to: str = "group2") -> int:
    """Have the officer move households to another group."""
    officer = actor(world, "officer")
    with transaction():
        return service.transfer(household_ids, unit_named(world, to), "leader", officer)


def count(model: Any) -> int:
    """Return how many rows there are."""
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


@pytest.fixture
def door(leader: Phone, group: str) -> str:
    """Return a household of the leader's group."""
    sent = household(group)
    assert leader.push(sent)[0]["outcome"] == "created"
    return str(sent["id"])


@pytest.fixture
def other(world: World) -> str:
    """Return the id of the group that the household goes to."""
    return world.units["group2"]
