"""What most tests of the road have in common: the leader's phone and group."""

from pathlib import Path

import pytest

from tests.support.leading import group, leader
from tests.support.moving import door, other

__all__ = ["door", "group", "leader", "other"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let nothing here run a second time: what is lost once, or there twice once, is lost."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.flaky(reruns=0))
