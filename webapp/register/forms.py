"""The form of a household: adding one, changing one. Nothing typed is lost, whatever is wrong with it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.service import current_actor, reach
from webapp.cards.service import CARDED_HOUSEHOLD
from webapp.consents.queries import purposes
from webapp.consents.rules import CODES, ask_again_on, may_ask, text_in_force
from webapp.core import clock
from webapp.core.db import transaction
from webapp.core.errors import N_, NotFound
from webapp.core.fields import load
from webapp.core.ids import is_id, new_id
from webapp.core.spoken import day_text, words
from webapp.core.web import STATUS, base_version, page, problems_by_field, see_other
from webapp.forms.queries import services_on
from webapp.households import queries
from webapp.households.rules import LANGUAGES, RELATIONS, content_of
from webapp.households.schemas import HouseholdSchema, covered, data_from_form, member_places, typed_from, uncovered
from webapp.intake.rules import Incoming, Result
from webapp.intake.service import apply_one
from webapp.orgs.queries import children
from webapp.register.house import UNHEARD, find
from webapp.register.lists import line, tab

blueprint = Blueprint("household_form", __name__, url_prefix="/app/households")

Row = Mapping[str, Any]
NEW = "/app/households/new"
ALIKE = {"address": N_("地址一样"), "name": N_("姓名一样"), "phone": N_("电话尾号一样"), "id": N_("身份证号一样")}
STALE = N_("这一户刚刚在别处改过。看过再按“保存”，就用您填的。")
GONE = N_("这一户已经删除，不能再改。")


@blueprint.get("/new")
def new() -> Response:
    """Show the empty form; its id makes two posts of it one household."""
    return _form({"id": new_id(), "action": NEW, "base_version": 0, "typed": {"unit": request.args.get("unit", "")}})


@blueprint.post("/new")
def add() -> BaseResponse:
    """Take a new household; before that show those that may be the same, once."""
    typed = request.form.get("id", "")
    about = {"id": typed if is_id(typed) else new_id(), "unit": _unit_typed(), "base_version": 0}
    again = _rearranged(about, NEW)
    if again:
        return again
    data = _data(about, {})
    alike = [] if request.form.get("distinct") else _alike(data)
    if alike:
        return _form(_typed(about, NEW), 409, alike=alike)
    return _answer(_take(about, data), about, NEW)


@blueprint.get("/<uuid:household_id>/edit")
def edit(household_id: UUID) -> Response:
    """Show a household to be changed. The office sees names masked; what stays masked stays as it is."""
    try:
        row = find(household_id, "household.write")
    except NotFound:
        if tab() != "round":
            raise
        return page("households/form.html", 404, **UNHEARD)
    about = {"id": row["id"], "base_version": row["version"], "action": f"/app/households/{row['id']}/edit"}
    typed = typed_from(queries.as_data(row))
    return _form({**about, "typed": typed if tab() == "round" else covered(typed)}, before=row)


@blueprint.post("/<uuid:household_id>/edit")
def change(household_id: UUID) -> BaseResponse:
    """Take a changed household."""
    row = find(household_id, "household.write")
    about = {"id": row["id"], "unit": row["unit_id"], "base_version": base_version()}
    action = f"/app/households/{row['id']}/edit"
    again = _rearranged(about, action, row)
    return again or _answer(_take(about, _data(about, row)), about, action, row)


def _unit_typed() -> str:
    """Return the group that was chosen; without a choice the asker's own unit, which the rules judge."""
    typed = request.form.get("unit", "")
    return typed if is_id(typed) else current_actor().unit_id


def _rearranged(about: Row, action: str, before: Row | None = None) -> Response | None:
    """Return the form with one more person, or one fewer, when that was asked for; what was typed stays."""
    typed = _typed(about, action)
    if request.form.get("more") == "member":
        return _form(typed, before=before, more=1)
    drop = request.form.get("drop", "")
    if not drop.isdigit():
        return None
    fields = typed["typed"]
    kept = [place for place in member_places(fields) if place != int(drop)]
    others = {name: value for name, value in fields.items() if not name.startswith("members.")}
    moved = {
        f"members.{index}.{name.split('.', 2)[2]}": value
        for index, place in enumerate(kept)
        for name, value in fields.items()
        if name.startswith(f"members.{place}.")
    }
    return _form({**typed, "typed": {**others, **moved}}, before=before)


def _data(about: Row, before: Row) -> dict[str, Any]:
    today = clock.today()
    versions = {code: text_in_force(purposes()[code], today)["version"] for code in CODES}
    known = {**about, "today": today, "versions": versions, "before": before}
    return uncovered(data_from_form(request.form, request.form.getlist("needs"), known), before)


def _take(about: Row, data: Mapping[str, Any]) -> Result:
    incoming = Incoming(about["id"], "household", about["base_version"], clock.now(), data)
    with transaction():
        return apply_one(incoming, current_actor(), CARDED_HOUSEHOLD)


def _alike(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the households in the asker's reach that may be the one that was typed, as lines of a list."""
    loaded, problems = load(HouseholdSchema(), data)
    if problems:
        return []
    unit = reach(loaded["unit"], "household.write")
    found = queries.alike(unit, content_of(loaded, {}), current_actor().unit_path)
    return [_alike_line(row, same) for row, same in found]


def _alike_line(row: Row, same: list[str]) -> dict[str, Any]:
    shown = line(row)
    why = "、".join(gettext(ALIKE[code]) for code in same)
    return {**shown, "sub": " · ".join(part for part in (shown["who"], why) if part), "state": "there"}


def _typed(about: Row, action: str) -> dict[str, Any]:
    typed: dict[str, Any] = {**request.form, "unit": about["unit"], "needs": request.form.getlist("needs")}
    return {"id": about["id"], "base_version": about["base_version"], "action": action, "typed": typed}


def _answer(result: Result, about: Row, action: str, before: Row | None = None) -> BaseResponse:
    """Go to the household that was kept; else show the form again as it was typed, with what is wrong."""
    if result.is_kept:
        return see_other(f"/app/households/{result.id}?said=saved")
    problems = problems_by_field(result.problems)
    if result.outcome == "stale":  # saving once more is the choice for one's own version
        about, problems = {**about, "base_version": result.version}, {"": [gettext(STALE)]}
    if result.outcome == "gone":
        problems = {"": [gettext(GONE)]}
    return _form(_typed(about, action), STATUS[result.outcome], before=before, problems=problems)


def _form(household: dict[str, Any], status: int = 200, before: Row | None = None, **context: Any) -> Response:
    typed, more = household["typed"], context.pop("more", 0)
    places = member_places(typed)
    return page(
        "households/form.html", status, household=household, nav_current=tab(), groups=[] if before else _groups(),
        members=(places[-1] + 1 if places else 0) + more, services=_services(),
        languages=[(code, gettext(text)) for code, text in LANGUAGES.items()],
        relations=[(code, gettext(text)) for code, text in RELATIONS.items()],
        purposes={code: _purpose(code, before or {}) for code in CODES}, **context,
    )  # fmt: skip


def _groups() -> list[tuple[str, str]]:
    actor = current_actor()
    if actor.unit_level == "group":
        return [(actor.unit_id, actor.unit_name)]
    return [(one.id, one.name) for one in children(actor.unit_id)]


def _services() -> list[tuple[str, str]]:
    return [(row["code"], words(row["label"])) for row in services_on(clock.today())]


def _purpose(code: str, before: Row) -> str:
    """Return the text that is read out; after a refusal, until when nobody brings it up."""
    answers, purpose, today = before.get("consents", {}), purposes()[code], clock.today()
    if may_ask(answers, code, purposes(), today):
        return words(text_in_force(purpose, today)["text"])
    day = day_text(ask_again_on(answers[code], purpose))
    return str(gettext("上次没有同意，%(day)s以前不再问；住户自己提出的，随时可以改。", day=day))
