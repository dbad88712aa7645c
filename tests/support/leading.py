"""The leader's phone and group, for the folders whose tests are mostly about them."""

from typing import Any

import pytest

from tests.builders import World
from tests.support.phone import Phone


@pytest.fixture
def leader(phone: Any) -> Phone:
    """Return the phone of the leader of `group`."""
    found: Phone = phone("leader")
    return found


@pytest.fixture
def group(world: World) -> str:
    """Return the id of the leader's unit."""
    return world.units["group"]
