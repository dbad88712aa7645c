"""Playing the plan: every step goes through the service that real people reach, at its own time."""

import random
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from webapp.core import clock
from webapp.core.period import Month
from webapp.demo.material import STORY, chance_for
from webapp.demo.people import Group
from webapp.demo.plot import Step
from webapp.events.queries import events_within
from webapp.forms.queries import form_in_force
from webapp.forms.rules import Form
from webapp.intake.rules import Incoming, Push
from webapp.intake.service import apply, prepare
from webapp.reports import queries, service
from webapp.reports.rules import Computed, computed, is_nil
from webapp.sync.rules import RECORD_TYPES
from webapp.visits import queries as visits

Stage = Mapping[tuple[int, int], Group]


def replay(steps: Sequence[Step], stage: Stage) -> None:
    """Do `steps` (in their order) for the groups on the `stage`. The caller holds the transaction.

    Raises RuntimeError when a record is refused: then the plan no longer fits the rules.
    """
    for (_, kind), batch in groupby(steps, key=lambda step: (step.at.date(), step.kind)):
        together = list(batch)
        with clock.frozen(together[-1].at):
            DEEDS[kind](together, stage)


def _note(steps: Sequence[Step], stage: Stage) -> None:
    _send([_push(stage[step.place], "event", step, step.data["event"]) for step in steps])


def _call(steps: Sequence[Step], stage: Stage) -> None:
    _send([_together(stage[step.place], step) for step in steps])


def _together(group: Group, step: Step) -> Push:
    """Return a visit, or the step of a need, with all that is handed in at once with it."""
    unit = {"unit": group.leader.unit_id}
    return Push(
        group.leader,
        [
            prepare(Incoming(key, kind, base, step.at, {**unit, **data}), RECORD_TYPES[kind])
            for key, kind, base, data in step.data["records"]
        ],
    )


def _report(steps: Sequence[Step], stage: Stage) -> None:
    keys = [(stage[step.place].leader.unit_id, step.month) for step in steps]
    months = {int(month) for _, month in keys}
    stored = queries.reports([(unit, int(m)) for unit, month in keys for m in (month, month.previous())])
    events = events_within({unit for unit, _ in keys}, months)
    doors = visits.doors({(unit, int(month)) for unit, month in keys})
    pushes = []
    for step, (unit, month) in zip(steps, keys, strict=True):
        before, own = stored.get((unit, int(month.previous()))), stored.get((unit, int(month)))
        form = form_in_force(queries.FORM, month)
        found, key = before["values"] if before else None, (unit, int(month))
        cells = computed(form, events.get(key, []), found, doors.get(key))
        base_version = own["version"] if own else 0
        pushes.append(_push(stage[step.place], "report", step, _filled(form, step, cells), base_version))
    _send(pushes)


def _filled(form: Form, step: Step, cells: Mapping[str, Computed]) -> dict[str, Any]:
    """Return the report as the leader fills it in: what was computed, and what only the leader knows."""
    data = {"month": str(step.month), "form": form.ref, "values": {}, "adjustments": [], "nil": True}
    chance = chance_for(step.data["seed"])
    twist = step.data["twist"]
    if is_nil(form, cells) and not twist:
        return data
    values = {code: cell.value for code, cell in cells.items() if cell.value is not None}
    values |= {"opening_persons": step.data["opening"]} if step.data["opening"] is not None else {}
    values = _known_to_leader(chance, twist) | values
    if twist == "to_mend" and cells["visits_made"].value is not None:
        data["adjustments"] = [_adjust(values, STORY["miscount"])]
    if twist == "adjusted":
        data["adjustments"] = [_adjust(values, STORY["adjustment"])]
    values["registration_guides_given"] = values["births"]
    values["closing_persons"] = _closing(form, values)
    reason = {"reason": STORY["correction"]} if twist == "corrected again" else {}
    return {**data, "values": values, "nil": False, **reason}


def _adjust(values: dict[str, int], row: Mapping[str, Any]) -> dict[str, Any]:
    """Change one of `values`; return how that is explained."""
    values[row["measure"]] += row["more"]
    return {"measure": row["measure"], "value": values[row["measure"]], "reason": row["reason"]}


def _known_to_leader(chance: random.Random, twist: str) -> dict[str, int]:
    planned = chance.randint(2, 8)
    not_home, declined = chance.choice((0, 0, 1)), chance.choice((0, 0, 0, 1))
    made = planned - not_home - declined
    made += {"returned": 6, "to_mend": 6, "corrected again": 1}.get(twist, 0)
    return {
        "visits_planned": planned,
        "visits_made": made,
        "visits_not_home": not_home,
        "visits_declined": declined,
        "needs_requested": chance.choice((0, 0, 1, 2)),
        "supplies_restocked": chance.choice((0, 0, 0, 2, 5)),
        "notices_delivered": chance.randint(4, 40),
    }


def _closing(form: Form, values: Mapping[str, int]) -> int:
    rule = form.balance
    assert rule is not None, "the demonstration's form balances"
    return values[rule.opening] + sum(values[code] for code in rule.plus) - sum(values[code] for code in rule.minus)


def _send(pushes: Sequence[Push]) -> None:
    refused = [result for results in apply(pushes, RECORD_TYPES) for result in results if not result.is_kept]
    if refused:
        raise RuntimeError(f"the plan no longer fits the rules: {refused[0]}")


def _push(group: Group, kind: str, step: Step, data: Mapping[str, Any], base_version: int = 0) -> Push:
    """Return a record of the group as its leader hands it in, declared at the time of `step`."""
    with_unit = {"unit": group.leader.unit_id, **data}
    incoming = Incoming(step.data["id"], kind, base_version, step.at, with_unit)
    return Push(group.leader, [prepare(incoming, RECORD_TYPES[kind])])


def _accept(steps: Sequence[Step], stage: Stage) -> None:
    for step in steps:
        group = stage[step.place]
        service.accept(group.leader.unit_id, step.month, _version(group, step.month), group.officer)


def _return(steps: Sequence[Step], stage: Stage) -> None:
    for step in steps:
        group = stage[step.place]
        version = _version(group, step.month)
        service.give_back(group.leader.unit_id, step.month, version, [STORY["return"]], group.officer)


def _version(group: Group, month: Month) -> int:
    stored = queries.report_of(group.leader.unit_id, int(month))
    return stored["version"] if stored else 0


DEEDS = {"note": _note, "call": _call, "report": _report, "accept": _accept, "return": _return}
