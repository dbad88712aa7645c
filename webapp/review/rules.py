"""What a reviewer is shown about a report: values in, rows and remarks out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from webapp.forms.rules import Form, Measure
from webapp.reports.rules import Computed, balance


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of a report beside what it can be compared with; None where there is nothing to compare.

    `step` is the difference to last month, `gap` to what the entries give, `accepted` the value accepted before when
    that was another one. `entries` are those behind the number, `calls` the visits and needs behind it, `reason` is the
    leader's for having changed it.
    """

    measure: Measure
    value: int | None
    last: int | None
    computed: int | None
    accepted: int | None
    reason: str | None
    entries: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    calls: Sequence[Mapping[str, Any]] = field(default_factory=tuple)

    @property
    def step(self) -> int | None:
        """By how much the value is above last month's."""
        return _difference(self.value, self.last)

    @property
    def gap(self) -> int | None:
        """By how much the value is above the computed one."""
        return _difference(self.value, self.computed)


def _difference(value: int | None, other: int | None) -> int | None:
    return None if value is None or other is None else value - other


def cells(
    form: Form,
    report: Mapping[str, Any],
    computed: Mapping[str, Computed],
    previous: Mapping[str, int] | None,
    events: Iterable[Mapping[str, Any]],
    accepted: Mapping[str, int] | None,
    *,
    calls: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[Cell]:
    """Return the numbers of `report` in the order of `form`.

    `accepted` are the values accepted before, if any, `calls` visits and needs by their id.
    """
    values, by_id = report["values"], {str(event["id"]): event for event in events}
    reasons = {row["measure"]: row["reason"] for row in report["adjustments"]}
    gap, before = balance(form, values), accepted or values
    # What the month should close with follows from the numbers as they were handed in, not as they were computed.
    closing = {gap.closing: gap.expected} if gap else {}
    return [
        Cell(
            measure,
            value=values.get(code),
            last=(previous or {}).get(code),
            computed=closing.get(code, values.get(code)) if cell.from_ == "balance" else cell.value,
            accepted=before[code] if before.get(code, values.get(code)) != values.get(code) else None,
            reason=reasons.get(code),
            entries=[by_id[key] for key in cell.where if key in by_id],
            calls=[calls[key] for key in cell.where if key in calls] if calls else (),
        )
        for measure in form.measures
        for code, cell in [(measure.code, computed[measure.code])]
    ]


def remarks(form: Form | None, report: Mapping[str, Any]) -> list[str]:
    """Return what the leader had to say about `report`, as codes: `adjusted`, `balance`, `correction`.

    A report without any says nothing but what the entries say, and may be accepted together with others.
    """
    gap = balance(form, report["values"]) if form else None
    found = {"adjusted": bool(report["adjustments"]), "balance": bool(gap), "correction": bool(report["reason"])}
    return [code for code, is_there in found.items() if is_there]


def changed(newer: Mapping[str, int], older: Mapping[str, int]) -> list[tuple[str, int | None, int | None]]:
    """Return what differs from one version to the next as `(measure, before, after)`, in the order of `newer`."""
    codes = [*newer, *(code for code in older if code not in newer)]
    return [(code, older.get(code), newer.get(code)) for code in codes if older.get(code) != newer.get(code)]
