"""The page of the month's round, by group for the officer; and the list of its doors to walk by, on paper."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.service import current_actor, unit_asked_for
from webapp.core import clock
from webapp.core.db import transaction
from webapp.core.errors import NotFound
from webapp.core.files import XLSX
from webapp.core.period import Month
from webapp.core.spoken import brief_day_text, moment_text, month_text
from webapp.core.web import page, page_or_fragment
from webapp.households import queries as households
from webapp.households.rules import address_text
from webapp.ledger.service import record
from webapp.orgs import queries as orgs
from webapp.orgs.models import Unit
from webapp.rounds.doors import (
    FILTERS,
    Place,
    buildings,
    by_group,
    day,
    doors_of_groups,
    next_door,
    progress_of,
)  # fmt: skip
from webapp.rounds.sheets import as_xlsx

blueprint = Blueprint("rounds", __name__, url_prefix="/app")

MOST_FOUND = 30


@blueprint.get("/round")
def show() -> Response:
    """Show the doors of this month's round; to an officer first how far each group is."""
    return _round()


@blueprint.post("/round")
def find() -> Response:
    """Show the doors that were searched for: what is typed may be a name, and stands in no address."""
    return _round(request.form.get("q", "").strip(), request.form.get("show", ""))


def _round(query: str = "", show: str = "") -> Response:
    unit, groups = _groups()
    month = Month.of(clock.today())
    places = doors_of_groups(groups, month)
    if current_actor().role == "officer" and unit.level == "community":
        return page("visits/groups.html", unit=unit, month=month, lines=_lines(groups, places),
                    total=progress_of(places), nav_current="round")  # fmt: skip
    return _doors(unit, places, query, show or request.args.get("show", "due"))


def _groups() -> tuple[Unit, list[Unit]]:
    """Return the unit that is asked for and the groups of it. Raises NotFound for what is more than a community."""
    unit = unit_asked_for("visit.write")
    if unit.level not in ("group", "community"):
        raise NotFound
    return unit, [unit] if unit.level == "group" else orgs.open_groups_under(unit.path, clock.today())


def _lines(groups: Sequence[Unit], places: Sequence[Place]) -> list[dict[str, Any]]:
    mine = by_group(places)
    return [
        {"unit": group, "doors": len(mine.get(group.id, [])), **progress_of(mine.get(group.id, []))} for group in groups
    ]


def _doors(unit: Unit, places: Sequence[Place], query: str, show: str) -> Response:
    lets = FILTERS.get(show, FILTERS["due"])
    known, shown = progress_of(places), [place for place in places if lets(place)]
    context: dict[str, Any] = {
        "unit": unit, "round": {"done": known["called"], "planned": known["due"]}, "query": query,
        "show": show if show in FILTERS else "due", "said": request.args.get("said"),
        "counts": {name: sum(map(each, places)) for name, each in FILTERS.items()},
        "buildings": [] if query else [_building(one) for one in buildings(shown)],
        "next": _next(places), "office": current_actor().role == "officer",
    }  # fmt: skip
    if query:
        context |= _found(unit, places, query)
    return page_or_fragment("visits/round.html", "visits/_doors.html", nav_current="round", **context)


def _found(unit: Unit, places: Sequence[Place], query: str) -> dict[str, Any]:
    ids = [row["id"] for row in households.search(unit, query, MOST_FOUND + 1)]
    by_id = {place.rule.household: place for place in places}
    lines = [_line(by_id[each]) for each in ids[:MOST_FOUND] if each in by_id]
    more = gettext("还有更多，请多写几个字。") if len(ids) > MOST_FOUND else ""
    return {"found": lines, "too_many": more}


def _building(building: dict[str, Any]) -> dict[str, Any]:
    floors = [
        {
            "name": gettext("%(n)s 楼", n=floor["floor"]) if floor["floor"] else "",
            "doors": list(map(_tile, floor["doors"])),
        }
        for floor in building["floors"]
    ]
    return {"name": building["name"], "count": gettext("%(n)s 户", n=len(building["doors"])), "floors": floors}


def _tile(place: Place) -> dict[str, Any]:
    return {"id": place.rule.household, "door": place.address["door"], "state": place.state, "need": bool(place.needs)}


def _line(place: Place) -> dict[str, Any]:
    agreed, rest = day(place.rule.follow_up), day(_ahead(place.rule.not_before))
    sub = gettext("约了%(day)s再来", day=brief_day_text(agreed)) if agreed else ""
    sub = sub or (gettext("%(day)s以前不去", day=brief_day_text(rest)) if rest else "")
    return {"id": place.rule.household, "address": address_text(place.address), "sub": sub, "state": place.state}


def _next(places: Sequence[Place]) -> dict[str, str] | None:
    found = next_door(places, request.args.get("after", "")) if "after" in request.args else None
    return {"id": found.rule.household, "address": address_text(found.address)} if found else None


@blueprint.get("/round/list")
def listed() -> BaseResponse:
    """Show the doors of the round as a sheet to print: who took it and when stands across it, and in the ledger."""
    unit, rows = _taken()
    return page("visits/list.html", unit=unit, rows=rows, watermark=_watermark(), heads=_heads(), nav_current="round",
                month=Month.of(clock.today()))  # fmt: skip


@blueprint.get("/round/file")
def file() -> Response:
    """Send the same as a file."""
    unit, rows = _taken()
    name = f"sanshi-round-{unit.code or unit.id}-{Month.of(clock.today())}.xlsx"
    title = gettext("%(unit)s%(month)s走访清单", unit=unit.name, month=month_text(Month.of(clock.today())))
    response = Response(as_xlsx(title, _watermark(), [_heads(), *rows]), content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _heads() -> list[str]:
    names = (
        gettext("地址"),
        gettext("本月"),
        gettext("上次走访"),
        gettext("这一天以前不去"),
        gettext("约了再来"),
        gettext("需求"),
    )
    return list(names)


def _taken() -> tuple[Unit, list[list[str | int]]]:
    """Return the rows of the list, once it is written down who took it. No names and no numbers to call stand in it."""
    unit, groups = _groups()
    month, known = Month.of(clock.today()), unit.id
    rows = [_row(place) for place in doors_of_groups(groups, month) if FILTERS["due"](place)]
    with transaction():
        who = current_actor().account_id
        record("export.taken", "unit", known, actor_id=who, unit_id=known, month=int(month), detail={"kind": "round"})
    return orgs.unit(known), rows


def _row(place: Place) -> list[str | int]:
    door = place.rule
    days = [place.last.get("date"), _ahead(door.not_before), door.follow_up]
    return [address_text(place.address), _state(place.state), *(text or "" for text in days), place.needs or ""]


def _ahead(text: str | None) -> str | None:
    """Return a day until which nobody should ring, None when it has passed."""
    return text if text and text > clock.today().isoformat() else None


def _state(state: str) -> str:
    names = {
        "met": gettext("已访"),
        "not_home": gettext("不在家"),
        "declined": gettext("婉拒"),
        "resting": gettext("本月不去"),
    }
    return str({**names, "unvisited": gettext("未访"), "rescheduled": gettext("改约")}[state])


def _watermark() -> str:
    return str(gettext("%(name)s %(time)s 只供本人走访使用", name=current_actor().name, time=moment_text(clock.now())))
