"""Home of the leader, the tab 上报, and the page of what was sent. Offices are led to their board."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.service import current_actor
from webapp.accounts.queries import Actor
from webapp.core import clock
from webapp.core.errors import Invalid, say
from webapp.core.period import Month, days_left
from webapp.core.web import page, see_other
from webapp.events.queries import events_within
from webapp.events.rules import MONTHS_BACK
from webapp.leader.duties import duties
from webapp.receipts.queries import slips_of
from webapp.reports import queries
from webapp.reports.queries import HANDED_IN, MonthView
from webapp.reports.rules import is_nil

blueprint = Blueprint("leader", __name__, url_prefix="/app")

View = dict[str, Any]
SOON = 3
KEPT_DAYS = 14


@blueprint.get("")
def home() -> BaseResponse:
    """Show the leader where the month stands, the coordinator how far the round is; lead offices to the board."""
    actor = current_actor()
    this_month = Month.of(clock.today())
    if actor.role == "coordinator":
        return page("visits/home.html", **duties())
    if actor.role != "leader":
        return see_other(f"/app/board/{this_month}")
    open_months = [m for m in queries.open_months(actor.unit_id, MONTHS_BACK) if m < this_month]
    overdue = [view for month in open_months if (view := _view(actor, month))["state"] not in HANDED_IN]
    view = _view(actor, this_month)
    events = _events(actor, Month.from_int((overdue or [view])[0]["number"]))
    said = request.args.get("said")
    return page("reports/home.html", view=view, overdue=overdue, events=events, said=said, **duties())


@blueprint.route("/report", methods=["GET", "POST"])
def open_month() -> BaseResponse:
    """Lead to the first month that wants a report; also a form that was sent off before it knew its month."""
    return see_other(f"/app/report/{queries.open_months(current_actor().unit_id, MONTHS_BACK)[0]}")


@blueprint.get("/outbox")
def outbox() -> BaseResponse:
    """Show what arrived in the last two weeks; what waits is known to the phone only."""
    actor, today = current_actor(), Month.of(clock.today())
    months = [int(today.plus(ahead)) for ahead in range(-MONTHS_BACK, MONTHS_BACK + 1)]
    events = {row["id"]: row for rows in events_within([actor.unit_id], months).values() for row in rows}
    reports = {row["id"]: row for row in queries.reports([(actor.unit_id, month) for month in months]).values()}
    since = clock.now() - timedelta(days=KEPT_DAYS)
    slips = [(key[0], slip) for key, slip in slips_of({*events, *reports}).items() if slip.received_at >= since]
    slips.sort(key=lambda row: row[1].received_at, reverse=True)
    return page("outbox/list.html", sent=[(slip, events.get(key), reports.get(key)) for key, slip in slips])


def _view(actor: Actor, month: Month) -> View:
    """Return one month for the home; where no form is in force, with the sentence why."""
    try:
        return _month(queries.month_view(actor.unit_id, month))
    except Invalid as error:
        until = queries.due_of(actor.unit_id, month)
        left = days_left(clock.now(), until)
        return {"number": int(month), "until": until, "left": left, "state": "empty", "problem": say(error.problem)}


def _month(view: MonthView) -> View:
    done = view.state in HANDED_IN
    nil = view.state == "empty" and is_nil(view.form, view.computed)
    url = f"/app/report/{view.month}"
    return {
        "number": int(view.month),
        "until": view.due_at,
        "left": view.days_left,
        "state": view.state,
        "done": done,
        "tone": None if done else _tone(view.days_left),
        "reasons": _reasons(view),
        "nil_url": f"{url}?nil=1" if nil else "",
        "check_url": "" if done or nil else url,
        "slip_url": f"/app/slip/{view.report['id']}" if done and view.report else "",
    }


def _tone(left: int) -> str | None:
    return "over" if left < 0 else "soon" if left <= SOON else None


def _reasons(view: MonthView) -> list[dict[str, Any]]:
    """Return why a report was returned: `[{"label" (texts by language or none), "reason"}]`."""
    if view.report is None or view.state != "returned":
        return []
    return [{**row, "measure": view.form.find(row["measure"])} for row in view.report["returned"]]


def _events(actor: Actor, month: Month) -> list[Mapping[str, Any]]:
    """Return the entries that count in `month`, the first that wants a report, or after it."""
    months = [int(month.plus(ahead)) for ahead in range(2 * MONTHS_BACK)]
    found = events_within([actor.unit_id], months).values()
    return sorted((event for events in found for event in events), key=lambda event: event["date"], reverse=True)
