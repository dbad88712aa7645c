"""One household: its page, taking an answer back, moving away; for the office also seeing it whole, and erasing."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.rules import may
from webapp.access.service import current_actor, reach
from webapp.cards.queries import live_cards
from webapp.cards.service import CARDED_HOUSEHOLD
from webapp.consents.queries import history, purposes
from webapp.consents.rules import CODES, text_in_force
from webapp.core import clock
from webapp.core.citizen import masked_name, masked_number, masked_phone
from webapp.core.db import transaction
from webapp.core.errors import N_, Invalid, NotFound, Problem
from webapp.core.fields import REQUIRED, typed_count
from webapp.core.ids import new_id
from webapp.core.spoken import brief_day_text, day_text
from webapp.core.web import page, problems_by_field, see_other
from webapp.events.service import EVENT
from webapp.forms.queries import service_label
from webapp.households import queries, service
from webapp.households.rules import KINDS, LANGUAGES, PREMISES, RELATIONS, SIZES, TIMES, address_text
from webapp.intake.rules import Incoming, Push, Result
from webapp.intake.service import apply, prepare
from webapp.orgs.queries import unit as unit_of
from webapp.register.lists import tab
from webapp.retention import service as retention
from webapp.visits import queries as visits

blueprint = Blueprint("household", __name__, url_prefix="/app/households")

Row = Mapping[str, Any]
UNHEARD = {"shell": True, "nav_current": "round"}
MOST_VISITS = 6
TO_REVEAL = {
    "call": N_("打电话约时间"),
    "serve": N_("办理本人要的服务"),
    "check": N_("本人来核对、更正"),
    "other": N_("其他"),
}
TO_ERASE = {"mistake": N_("登记错了"), "twice": N_("重复登记"), "asked": N_("本人要求删除")}
CHOOSE = Problem("reason", "choice", N_("请选一个理由。"))
SAY_WHY = Problem("words", "required", N_("选“其他”的，请写一句为什么。"))


@blueprint.get("/<uuid:household_id>")
def show(household_id: UUID) -> Response:
    """Show one household, masked; what a phone holds of it, the phone's script shows."""
    try:
        row = find(household_id, "household.read")
    except NotFound:
        if tab() != "round":
            raise
        # The phone may hold what has not arrived yet, and have no worker to show it: the script looks.
        return page("households/show.html", 404, **UNHEARD)
    return _page(row, 200)


def find(household_id: UUID, action: str) -> dict[str, Any]:
    """Return the household, opened. Raises NotFound when there is none in reach, or no longer."""
    row = queries.household(str(household_id))
    if row is None:
        raise NotFound
    reach(row["unit_id"], action)
    return row


def _page(row: Row, status: int, problems: Any = ()) -> Response:
    said = {"said": request.args.get("said"), "problems": problems_by_field(problems), "nav_current": tab()}
    return page("households/show.html", status, **said, **_shown(row))


def _shown(row: Row) -> dict[str, Any]:
    """Return what the page of a household says. An auditor sees no people and no remarks."""
    is_near, contact = may(current_actor().role, "household.write"), row.get("contact")
    masked = {"name": masked_name(contact["name"]), "phone": masked_phone(contact.get("phone", ""))} if contact else {}
    left = gettext("%(day)s已搬走，不再走访。", day=day_text(row["left_on"])) if row["left_on"] else ""
    about = {"id": row["id"], "version": row["version"], "address": address_text(row["address"]), "contact": masked}
    return {
        "household": {**about, "facts": _facts(row), "left": left, "note": row.get("note") if is_near else ""},
        "consents": [_consent(code, row.get("consents", {}).get(code)) for code in CODES],
        "needs": visits.need_lines(visits.needs_at([row["id"]]), named=is_near),
        "visits": [_visit(visit) for visit in visits.visits_at([row["id"]])[:MOST_VISITS]],
        "cards": [card["number"] for card in live_cards([row["id"]]).get(row["id"], [])],
        "members": [_member(member) for member in row.get("members", ())] if is_near else [],
        "may_write": is_near,
    }


def _facts(row: Row) -> list[tuple[str, str]]:
    kind, wishes = {**KINDS, **PREMISES}, [service_label(code) for code in row.get("needs", ())]
    preference = row.get("preference", {})
    day = preference.get("not_before")
    said = [
        (gettext("小组"), unit_of(row["unit_id"]).name),
        (gettext("哪一种"), _word(kind, row.get("premises") or row["kind"])),
        (gettext("大约几口人"), _word(SIZES, row.get("size"))),
        (gettext("说什么话方便"), _word(LANGUAGES, row.get("language"))),
        (gettext("什么时候去方便"), _word(TIMES, preference.get("time"))),
        (gettext("这一天以前不要去"), day),
        (gettext("希望得到的服务"), "、".join(wishes)),
    ]
    return [(label, value) for label, value in said if value]


def _word(texts: Mapping[str, str], code: str | None) -> str:
    return gettext(texts[code]) if code else ""


def _consent(code: str, answer: Row | None) -> tuple[str, bool, str]:
    if answer is None:
        return code, False, gettext("还没问过")
    text = N_("%(day)s同意") if answer["given"] else N_("%(day)s没有同意或已撤回")
    return code, answer["given"], gettext(text, day=answer["on"])


def _visit(row: Row) -> dict[str, str]:
    sub = " · ".join(service_label(code) for code in row["topics"])
    return {"id": row["id"], "day": brief_day_text(row["date"]), "sub": sub, "outcome": row["outcome"]}


def _member(member: Row, *, is_whole: bool = False) -> str:
    number = member.get("id_number", "")
    said = [member["name"] if is_whole else masked_name(member["name"]), _word(RELATIONS, member.get("relation"))]
    said += [member.get("birth", ""), number] if is_whole else [masked_number(number) if number else ""]
    return " · ".join(part for part in said if part)


@blueprint.post("/<uuid:household_id>/consent")
def withdraw(household_id: UUID) -> BaseResponse:
    """Take an answer back, by one tap; what it was about goes with it, and nothing else changes."""
    row, code = find(household_id, "household.write"), request.form.get("purpose", "")
    if code not in CODES:
        raise NotFound
    answer = {"given": False, "version": text_in_force(purposes()[code], clock.today())["version"]}
    answers = {**row.get("consents", {}), code: {**answer, "on": clock.today().isoformat()}}
    try:
        return _change(row, {"consents": answers}, [], said="withdrawn")
    except Invalid as error:
        return _page(row, 422, error.problems)


@blueprint.get("/<uuid:household_id>/left")
def ask_left(household_id: UUID) -> Response:
    """Ask when they left and how many they were."""
    return _ask_left(find(household_id, "household.write"), {"persons": "1", "date": clock.today().isoformat()})


def _ask_left(row: Row, typed: Mapping[str, str], problems: Sequence[Problem] = ()) -> Response:
    about = {"row": row, "address": address_text(row["address"]), "typed": typed}
    status = 422 if problems else 200
    return page("households/left.html", status, **about, problems=problems_by_field(problems), nav_current=tab())


@blueprint.post("/<uuid:household_id>/left")
def leave(household_id: UUID) -> BaseResponse:
    """Note that they left. How many they were is noted as an entry of the month by who keeps those: never twice."""
    row, day = find(household_id, "household.write"), request.form.get("date", "")
    if not day:
        return _ask_left(row, request.form, [REQUIRED._replace(field="date")])
    persons = typed_count(request.form.get("persons", "0"))
    about = {"unit": row["unit_id"], "kind": "move_out", "date": day, "persons": persons, "households": 1}
    counts = may(current_actor().role, EVENT.action) and persons
    events = [Incoming(new_id(), "event", 0, clock.now(), about)] if counts else []
    try:
        return _change(row, {"left_on": day}, events, said="left")
    except Invalid as error:
        return _ask_left(row, request.form, error.problems)


def _change(row: Row, more: Mapping[str, Any], events: Sequence[Incoming], said: str) -> BaseResponse:
    """Change one household with what belongs to it, all or nothing. Raises Invalid when something is wrong."""
    data = {**queries.as_data(row), **more}
    jobs = [Incoming(row["id"], "household", row["version"], clock.now(), data), *events]
    types = {kind.name: kind for kind in (CARDED_HOUSEHOLD, EVENT)}
    with transaction():
        refuse_halves(apply([Push(current_actor(), [prepare(each, types[each.type]) for each in jobs])], types)[0])
    return see_other(f"/app/households/{row['id']}?said={said}")


def refuse_halves(results: Sequence[Result]) -> None:
    """Raise Invalid when one of several records that belong together was not taken: then none is."""
    for result in results:
        if not result.is_kept:
            raise Invalid(result.problems or [Problem("", "stale", N_("这一户刚刚在别处改过，请看一遍再做。"))])


@blueprint.get("/<uuid:household_id>/reveal")
def ask_reveal(household_id: UUID) -> Response:
    """Ask why somebody wants to see what is masked."""
    return _ask(find(household_id, "household.reveal"), "households/reveal.html", TO_REVEAL)


@blueprint.post("/<uuid:household_id>/reveal")
def reveal(household_id: UUID) -> Response:
    """Show a household whole, once, and remember who looked and why."""
    row, reason = find(household_id, "household.reveal"), request.form.get("reason", "")
    said = request.form.get("words", "").strip()[:100]
    wrong = CHOOSE if reason not in TO_REVEAL else SAY_WHY if reason == "other" and not said else None
    if wrong:
        return _ask(row, "households/reveal.html", TO_REVEAL, wrong)
    shown = [name for name in ("contact", "members") if row.get(name)]
    with transaction():
        service.revealed(row["id"], row["unit_id"], shown, (reason, said), current_actor())
    members = [_member(member, is_whole=True) for member in row.get("members", ())]
    answers = history(row["id"])
    address = address_text(row["address"])
    return page("households/whole.html", row=row, address=address, members=members, answers=answers, nav_current=tab())


def _ask(row: Row, template: str, reasons: Mapping[str, str], wrong: Problem | None = None) -> Response:
    typed = {"reason": request.form.get("reason", ""), "words": request.form.get("words", "")}
    about = {"row": row, "address": address_text(row["address"]), "reasons": list(reasons.items()), "typed": typed}
    problems = problems_by_field([wrong] if wrong else [])
    return page(template, 422 if wrong else 200, **about, problems=problems, nav_current=tab())


@blueprint.get("/<uuid:household_id>/erase")
def ask_erase(household_id: UUID) -> Response:
    """Ask before a household is erased for good."""
    return _ask(find(household_id, "household.erase"), "households/erase.html", TO_ERASE)


@blueprint.post("/<uuid:household_id>/erase")
def erase(household_id: UUID) -> BaseResponse:
    """Erase a household: its key is destroyed, numbers that were counted stay."""
    row, reason = find(household_id, "household.erase"), request.form.get("reason", "")
    if reason not in TO_ERASE:
        return _ask(row, "households/erase.html", TO_ERASE, CHOOSE)
    with transaction():
        retention.erase(row["id"], reason, actor_id=current_actor().account_id)
    return see_other(f"/app/households?unit={row['unit_id']}&said=erased")
