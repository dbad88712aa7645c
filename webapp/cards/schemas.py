"""The shape of what is asked of cards."""

from webapp.cards.rules import ENDED
from webapp.core.fields import Choice, Flag, RecordSchema, Text, UnitId

LONGEST_BUILDING = 30


class IssueSchema(RecordSchema):
    """`{"unit", "building"?, "household"?, "which"?}`: for whom cards are made; `which` is `missing` or `all`."""

    unit = UnitId()
    building = Text(LONGEST_BUILDING)
    household = UnitId()
    which = Choice(frozenset({"missing", "all"}), load_default="missing")


class EndSchema(RecordSchema):
    """`{"state", "again"?}`: why a card ends, and whether another takes its place."""

    state = Choice(ENDED, required=True)
    again = Flag(load_default=False)
