"""What most tests of the road have in common: the leader's phone and group."""

from tests.support.leading import group, leader

__all__ = ["group", "leader"]
