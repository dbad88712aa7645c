"""What one report adds to the facts."""

import pytest

from webapp.rollup.rules import BOARD, LATE, ON_TIME, RECEIVED, facts_of


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize(
    ("state", "counted"),
    [("submitted", "submitted"), ("returned", "returned"), ("accepted", "accepted"), ("locked", "accepted")],
)
def test_a_report_counts_once_in_each_way(state: str, counted: str, late: bool):
    found = facts_of({"state": state, "late": late, "values": {"births": 3, "deaths": 0}})
    assert found == {"births": 3, RECEIVED: 1, LATE if late else ON_TIME: 1, f"reports.{counted}": 1}
    assert found.keys() - {"births"} <= set(BOARD)
