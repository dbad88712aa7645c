"""Reading measures: those that are kept in a month, and their values for units. Scope is the caller's."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from webapp.cases.queries import handled
from webapp.core.period import Month
from webapp.measures.rules import GROUPS, Measure, Value, measure_from, value_of_cases, value_of_outreach
from webapp.orgs.models import Unit
from webapp.orgs.queries import units
from webapp.outreach.queries import measures as noted

DATA = Path(__file__).parent / "data"

Values = dict[str, dict[str, Value]]


@cache
def _all() -> tuple[Measure, ...]:
    rows = json.loads((DATA / "measures.json").read_text("utf-8"))["measures"]
    return tuple(measure_from(row) for row in rows)


def measures_in(month: Month) -> list[Measure]:
    """Return the measures that are kept in `month`, in the order in which they are shown."""
    return [measure for measure in _all() if measure.since <= month.last]


def values(top: Unit, those: Sequence[Unit], month: Month) -> Values:
    """Return `{unit id: {measure: value}}` of `those`, units at or under `top`, for a month.

    Cases count for the office that was asked first, alone; work for everybody with what was done under a unit.
    Three questions, however many units are asked about, and one more for every 500 that did something.
    """
    counts, entries = handled([unit.id for unit in those], month), noted(top.path, month)
    paths = {unit_id: unit.path for unit_id, unit in units(set(entries)).items()}
    kept: Mapping[str, list[Measure]] = {
        group: [measure for measure in measures_in(month) if measure.group == group] for group in GROUPS
    }
    found: Values = {}
    for unit in those:
        mine, under = counts.get(unit.id), [entries[one] for one, path in paths.items() if path.startswith(unit.path)]
        of_cases = {one.code: value_of_cases(one, mine._asdict() if mine else None) for one in kept["cases"]}
        found[unit.id] = of_cases | {one.code: value_of_outreach(one, under) for one in kept["outreach"]}
    return found
