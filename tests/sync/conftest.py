"""What most tests of the road have in common: the leader's phone and group."""

from tests.support.leading import group, leader
from tests.support.moving import door, other

__all__ = ["door", "group", "leader", "other"]
