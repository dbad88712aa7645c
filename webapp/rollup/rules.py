"""What a report contributes to the facts of its month."""

from collections.abc import Mapping
from typing import Any

# Measures of the board. They count reports, and say nothing about people.
RECEIVED, ON_TIME, LATE = "reports.received", "reports.on_time", "reports.late"
SUBMITTED, RETURNED, ACCEPTED = "reports.submitted", "reports.returned", "reports.accepted"
BOARD = (RECEIVED, ON_TIME, LATE, SUBMITTED, RETURNED, ACCEPTED)


def facts_of(report: Mapping[str, Any]) -> dict[str, int]:
    """Return what one report adds: its counted values by measure, and one for each thing the board counts.

    A locked report is an accepted one. Zeroes are left out.
    """
    state = "accepted" if report["state"] == "locked" else report["state"]
    timeliness = LATE if report["late"] else ON_TIME
    found = {code: value for code, value in report["values"].items() if value}
    return {**found, RECEIVED: 1, timeliness: 1, f"reports.{state}": 1}
