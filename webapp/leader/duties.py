"""What is to be done at doors, for the homes of leaders and coordinators: how far the round is, who waits for what."""

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext

from webapp.access.service import current_actor
from webapp.core import clock
from webapp.core.period import Month
from webapp.feedback.queries import count_open
from webapp.handover.queries import count_waiting
from webapp.orgs.queries import open_groups_under
from webapp.visits.queries import open_needs, round_rows
from webapp.visits.rules import is_overdue, progress, round_of


def duties() -> dict[str, Any]:
    """Return what the homes say of doors: `round` (`{"done", "planned"}`, none without a household) and `todos`."""
    actor = current_actor()
    is_group = actor.unit_level == "group"
    groups = [actor.unit_id] if is_group else [each.id for each in open_groups_under(actor.unit_path, clock.today())]
    needs = [{**need, "promised": str(need["promised"] or "")} for need in open_needs(groups)]
    overdue = sum(is_overdue(need, clock.today().isoformat()) for need in needs)
    remark = gettext("%(n)s 件过了答应的日子", n=overdue) if overdue else ""
    lines = [
        _line("handed-over", gettext("待核对的记录"), count_waiting(actor), ""),
        _line("feedback", gettext("居民来话"), count_open(actor), ""),
        _line("needs", gettext("没办结的需求"), len(needs), remark),
    ]
    return {"round": _round(groups), "todos": [line for line in lines if line]}


def _round(groups: Sequence[str]) -> dict[str, int] | None:
    month = Month.of(clock.today())
    register, visits, needs = round_rows(groups, month)
    far = progress(round_of(month, register, visits, needs))
    return {"done": far["called"], "planned": far["due"]} if register else None


def _line(name: str, label: str, count: int, remark: str) -> dict[str, str] | None:
    """Return one line of what is to be done; None when there is nothing."""
    about = {"id": name, "url": f"/app/{name}", "label": label, "remark": remark}
    return {**about, "value": gettext("%(n)s 件", n=count)} if count else None
