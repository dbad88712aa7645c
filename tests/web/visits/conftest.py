"""Households of two groups, for the pages of the round."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.builders import World, household
from tests.support.phone import Phone


@pytest.fixture
def group(world: World) -> str:
    """Return the id of the leader's unit."""
    return world.units["group"]


@pytest.fixture
def homes(phone: Callable[[str], Phone], world: World, group: str) -> dict[str, dict[str, Any]]:
    """Return households by the number of their door: three of the leader's group, one of the group beside."""
    mine = {door: household(group, door, name) for door, name in (("501", "王小明"), ("502", "李四"), ("601", "赵五"))}
    beside = household(world.units["group2"], "101", "钱六")
    results = [*phone("leader").push(*mine.values()), *phone("leader2").push(beside)]
    assert {result["outcome"] for result in results} == {"created"}
    return {**mine, "101": beside}
