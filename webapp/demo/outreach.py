"""What the offices of the demonstration did for everybody this month, and what they plan: invented, and said to be."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from webapp.core import clock
from webapp.core.ids import new_id
from webapp.core.period import Month
from webapp.demo.material import STORY
from webapp.demo.people import Group
from webapp.orgs.queries import unit
from webapp.outreach.queries import days_between
from webapp.outreach.rules import DAYS_AHEAD
from webapp.outreach.service import note


def reach_out(groups: Sequence[Group], now: datetime) -> None:
    """Note some entries of the first of `groups` and of their community. The caller holds the transaction."""
    point = ""
    for told in STORY["outreach"]:
        group = groups[told.get("group", 1) - 1]
        data = {name: value for name, value in told.items() if name not in ("by", "group", "kind", "days")}
        data |= {"title": told["title"] + STORY["mark"], **({"point": point} if told["kind"] == "stock" else {})}
        actor = group.leader if told["by"] == "leader" else group.officer
        where = group.officer.unit_id if told["by"] == "community" else group.leader.unit_id
        with clock.frozen(now):
            data |= _day(told, clock.today())
            entry = note(new_id(), told["kind"], unit(where), data, actor)
        point = entry.id if told["kind"] == "point" else point


def _day(told: dict[str, Any], today: date) -> dict[str, Any]:
    """Return the day of an entry: so many days ago in this month, or for a plan the next campaign day."""
    if told["kind"] == "plan":
        [day, *_] = days_between(today + timedelta(1), today + timedelta(DAYS_AHEAD))
        return {"date": day.date, "occasion": day.code}
    return {"date": max(today - timedelta(told["days"]), Month.of(today).first)}
