"""`/q/<token>`: three faces of one code. Staff in scope go on to the household; everybody else sees the same page."""

from contextlib import suppress

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.rules import covers, may
from webapp.access.service import find_actor, refuse_closed
from webapp.accounts.queries import Actor
from webapp.cases.rules import BUSY
from webapp.core import clock
from webapp.core.db import Busy, transaction
from webapp.core.errors import Problem, TooMany
from webapp.core.fields import load, plain_text
from webapp.core.stamps import ODD, TRAP, TRAPPED, problem_with_stamp, second_of, stamped
from webapp.core.web import page, problems_by_field, see_other
from webapp.doorstep import service
from webapp.doorstep.queries import Behind, behind
from webapp.doorstep.rules import BRIEFLY, TELLING_WINDOW, WINDOW
from webapp.feedback.rules import PROMISE, problems_with_telling
from webapp.feedback.schemas import TellSchema
from webapp.feedback.service import tell as take

blueprint = Blueprint("doorstep", __name__)

FIELDS = ("kind", "text", "phone")


@blueprint.get("/q/<token>")
@blueprint.get("/Q/<token>")
def show(token: str) -> BaseResponse:
    """Show the office's public page; to staff who look after this door, its household.

    A locked phone of theirs is asked to open first, whatever the code: where it then leads would tell what it is.
    """
    actor, wants_door = find_actor(), request.args.get("face") != "public"
    if actor and wants_door:
        refuse_closed(actor)
    address, found = request.remote_addr or "", behind(token)
    household = _household_in_reach(actor, found)
    if household and wants_door:
        return see_other(f"/app/households/{household}")
    try:
        service.check_guesses(address)
    except TooMany:
        return _busy()
    is_noted = service.is_noted(address)  # asked of every code, so that all look alike
    if found.door is None or not is_noted:
        with suppress(Busy), transaction(wait=BRIEFLY):
            service.note_visit(address, is_known=found.door is not None)
    return _page(token, found)


def _household_in_reach(actor: Actor | None, found: Behind) -> str | None:
    door = found.door
    if actor is None or door is None or not door.is_live or not may(actor.role, "household.read"):
        return None
    return door.household_id if covers(actor.unit_path, door.unit_path) else None


@blueprint.post("/q/<token>/tell")
@blueprint.post("/Q/<token>/tell")
def tell(token: str) -> BaseResponse:
    """Take what somebody tells, as something to do for whoever looks after the door; nothing is changed by it."""
    address = request.remote_addr or ""
    try:
        service.check_guesses(address)
    except TooMany:
        return _busy()
    found = behind(token)
    try:
        service.check_tellings(address, token)
    except TooMany:
        return _full(address, token, found)
    with transaction():  # counted before anything is read: also who sends nonsense is held up at some time
        service.note_visit(address, is_known=found.door is not None)
        service.note_try(address)
    data, problems = _read(token)
    if problems:
        return _page(token, found, problems)
    is_live = found.door is not None and found.door.is_live
    with transaction():
        service.note_telling(token)
        if found.unit_id:
            take(found.unit_id, found.door.household_id if found.door and is_live else None, data)
    return see_other(f"/q/{token}?said=told")


def _read(token: str) -> tuple[dict[str, str], list[Problem]]:
    """Return what was typed, and what is wrong with it or with who typed it."""
    typed = {name: request.form.get(name, "") for name in FIELDS}
    data, problems = load(TellSchema(), {**typed, "phone": plain_text(typed["phone"])})
    problems = problems or problems_with_telling(data)
    if problems:
        return {}, problems
    stamp = request.form.get("stamp", "")
    wrong = problem_with_stamp(stamp, service.mark_of(second_of(stamp), token), clock.now())
    if request.form.get(TRAP):
        wrong = TRAPPED
    return data, [wrong] if wrong else []


def _stamp(token: str) -> str:
    """Return the stamp of the form: the one it had, if that is good, so that waiting a moment is enough."""
    had, now = request.form.get("stamp", ""), clock.now()
    if problem_with_stamp(had, service.mark_of(second_of(had), token), now) is not ODD:
        return had
    return stamped(now, service.mark_of(str(int(now.timestamp())), token))


def _page(token: str, found: Behind, problems: list[Problem] | None = None, status: int = 422) -> Response:
    response = page(
        "doorstep/page.html", status if problems else 200, token=token, office=found.office, stamp=_stamp(token),
        trap=TRAP, typed={name: request.form.get(name, "") for name in FIELDS}, said=request.args.get("said"),
        problems=problems_by_field(problems or []), by=clock.today() + PROMISE, days=PROMISE.days,
    )  # fmt: skip
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _full(address: str, token: str, found: Behind) -> Response:
    """Return the form with what was typed: too much was told from here, or by this code."""
    if found.door is None:  # counted here too, or codes could be tried out without end
        with transaction():
            service.note_visit(address, is_known=False)
    response = _page(token, found, [BUSY], TooMany.status)
    response.headers["Retry-After"] = str(int(TELLING_WINDOW.total_seconds()))
    return response


def _busy() -> Response:
    response = page("doorstep/busy.html", TooMany.status)
    response.headers["Retry-After"] = str(int(WINDOW.total_seconds()))
    return response
