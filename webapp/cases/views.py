"""Pages for everybody who complains, asks or suggests something: choosing, writing, the number, following the case."""

import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from flask import Blueprint, Response, make_response, request
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from webapp.cases import queries, rules, service
from webapp.cases.rules import ABOUT, KINDS, Way, clean_number, clean_secret, due_on, is_number, spaced_number
from webapp.cases.schemas import BringSchema, EscalateSchema, RateSchema
from webapp.cases.service import Brought, Stale
from webapp.core import clock
from webapp.core.db import transaction
from webapp.core.errors import N_, Problem, TooMany
from webapp.core.fields import REQUIRED, load
from webapp.core.ids import is_id
from webapp.core.spoken import language_tag
from webapp.core.stamps import ODD, TRAP, TRAPPED, problem_with_stamp, second_of, stamped
from webapp.core.web import page, problems_by_field, see_other
from webapp.inforce.queries import shown
from webapp.letterbox import service as letterbox
from webapp.letterbox.rules import FOLLOWING_WINDOW, SENDING_WINDOW
from webapp.offices.queries import Place, place_asked_for
from webapp.orgs import queries as orgs
from webapp.orgs.models import Unit
from webapp.policies.rules import TOPIC

blueprint = Blueprint("cases", __name__, url_prefix="/feedback")

FIELDS = ("kind", "about", "unit", "named", "text", "contact")  # as they stand on the form
# The same for a number that nobody has and for a secret that does not fit it.
UNKNOWN = Problem("secret", "unknown", N_("号码和密码对不上。请对照记下的再看一遍，大小写和空格都不要紧。"))
MISTYPED = Problem("number", "shape", N_("号码是 10 位数字，这个有一位不对，请对照记下的再看一遍。"))
NO_ABOUT = Problem("about", "required", N_("请选一项。"))


@blueprint.get("")
def home() -> Response:
    """Show what one may bring, and the way to a case that was brought."""
    place = place_asked_for()
    promises = {kind: _promise(kind) for kind in KINDS}
    return page("cases/home.html", place=place, promises=promises, matter=_matter(place))


def _promise(kind: str) -> rules.Promise:
    return rules.promise_of(kind, clock.today())


@blueprint.get("/new")
def new() -> BaseResponse:
    """Show the form of one kind; without a kind the choice of kinds."""
    kind, place = request.args.get("kind"), place_asked_for()
    if kind not in KINDS:
        return see_other(place.url("/feedback"))
    return _form({"kind": kind, "about": request.args.get("about", ""), "text": _opening(_matter(place))})


class Matter(NamedTuple):
    """The policy whose page a reader came from: its topic, and what it is called there."""

    topic: str
    title: str


def _matter(place: Place) -> Matter | None:
    """Return what `?about=` names; None without it, or when nothing is published about that."""
    topic = request.args.get("about", "")
    found = shown(topic, place.path, clock.today()) if TOPIC.match(topic) else None
    return Matter(topic, found.text(language_tag()).title) if found else None


def _opening(matter: Matter | None) -> str:
    """Return how a letter begins that was called for on the page of `matter`."""
    return gettext("关于“%(title)s”：", title=matter.title) + "\n" if matter else ""


@blueprint.post("/new")
def bring() -> BaseResponse:
    """Take a case and show its number and secret, which nobody can look up again."""
    address = request.remote_addr or ""
    typed = {name: request.form.get(name, "") for name in FIELDS}
    try:
        letterbox.check_sending(address)
    except TooMany:
        return _busy(_form(typed, [rules.BUSY], TooMany.status), SENDING_WINDOW.total_seconds())
    with transaction():
        letterbox.note_try(address)
    place = _place_named(typed["unit"])
    data, problems = _read(typed, place)
    way = _way(data, place) if place and not problems else rules.NO_PLACE
    if place is None or not isinstance(way, Way):
        return _form(typed, problems or ([way] if isinstance(way, Problem) else []))
    with transaction():
        letterbox.note_sent(address)
        brought = service.bring(data, way, place.id, request.form["nonce"])
    return _taken(brought)


def _read(typed: Mapping[str, str], place: Unit | None) -> tuple[dict[str, Any], list[Problem]]:
    """Return what was typed, and what is wrong with it or with who typed it."""
    fitting = typed["about"] in ABOUT.get(typed["kind"], ())
    text = typed["text"] if typed["text"].strip() != _opening(_matter(place_asked_for())).strip() else ""
    asked = {**typed, "unit": place.id if place else "", "about": typed["about"] if fitting else "", "text": text}
    data, problems = load(BringSchema(), asked)
    problems += [] if fitting or typed["kind"] not in ABOUT else [NO_ABOUT]
    problems += [] if place else [rules.NO_PLACE]
    if problems:
        return {}, problems
    wrong = TRAPPED if request.form.get(TRAP) else _problem_with_stamp(request.form.get("nonce", ""))
    return data, [wrong] if wrong else []


def _problem_with_stamp(nonce: str) -> Problem | None:
    stamp = request.form.get("stamp", "")
    return problem_with_stamp(stamp, letterbox.mark_of(second_of(stamp), nonce), clock.now())


def _way(data: Mapping[str, Any], place: Unit) -> Way | Problem:
    return rules.way_of(data["kind"], data.get("about"), queries.spots_to(place.path))


def _place_named(text: str) -> Unit | None:
    """Return the open group or office whose code or id a form sends."""
    found = orgs.by_code(text) if text.isascii() and text.isdigit() else None
    if found is None and is_id(text):
        found = orgs.units([text]).get(text)
    is_fit = found is not None and found.closed is None and found.level in (*rules.OFFICES, "group")
    return found if is_fit else None


def _form(typed: Mapping[str, str], problems: list[Problem] | None = None, status: int = 422) -> Response:
    kind = typed["kind"] if typed["kind"] in KINDS else "complaint"
    nonce, stamp = _nonce_and_stamp()
    place, named = place_asked_for(), _place_named(typed.get("unit", ""))
    choices = queries.places_to_choose(place.path, with_groups=kind == "help")
    found = sorted(problems or [], key=lambda problem: problem.field in FIELDS and FIELDS.index(problem.field) + 1)
    usual = choices[0].places[0][0] if kind == "suggestion" and place.level and choices else place.code
    return page(
        "cases/new.html", status if problems else 200, place=place, kind=kind, typed=typed, nonce=nonce, stamp=stamp,
        trap=TRAP, problems=problems_by_field(found), matter=_matter(place), promise=_promise(kind), choices=choices,
        chosen=named.code or named.id if named else usual, due=due_on(kind, clock.today()),
    )  # fmt: skip


def _nonce_and_stamp() -> tuple[str, str]:
    """Return what makes a form the only one of its kind; those it had, if they are good, so that waiting is enough."""
    had = request.form.get("nonce", "")
    if had and _problem_with_stamp(had) is not ODD:
        return had, request.form["stamp"]
    nonce, now = secrets.token_urlsafe(18), clock.now()
    return nonce, stamped(now, letterbox.mark_of(str(int(now.timestamp())), nonce))


def _taken(brought: Brought) -> Response:
    row = brought.row
    return _quiet(
        page(
            "cases/taken.html", row=row, number=spaced_number(row["number"]), secret=brought.secret,
            groups=rules.groups_of(brought.secret), unit=orgs.unit(row["unit_id"]), place=place_asked_for(),
            due=due_on(row["kind"], clock.today()) if row["version"] == 1 else rules.Due(row["due"]),
        )
    )  # fmt: skip


@blueprint.get("/follow")
def ask() -> Response:
    """Ask for number and secret."""
    return _asking()


@blueprint.post("/follow")
def follow() -> BaseResponse:
    """Show a case to who knows its number and secret; take it one level up, rate it, or hand both out as a file."""
    address = request.remote_addr or ""
    try:
        letterbox.check_following(address)
    except TooMany as error:
        response = _asking([error.problem._replace(field="secret")], TooMany.status)
        return _busy(response, FOLLOWING_WINDOW.total_seconds())
    number, secret = clean_number(request.form.get("number", "")), clean_secret(request.form.get("secret", ""))
    problems = _problems_with_key(number, secret)
    row = None if problems else queries.case_followed(number, secret)
    if row is None:
        with transaction():
            letterbox.note_miss(address)
        return _asking(problems or [UNKNOWN], 422)
    return DOINGS.get(request.form.get("do", ""), _show)(row, secret)


def _problems_with_key(number: str, secret: str) -> list[Problem]:
    """Return what is wrong with a key before it is known whether there is such a case."""
    empty = [REQUIRED._replace(field=name) for name, text in (("number", number), ("secret", secret)) if not text]
    return [MISTYPED, *empty] if number and not is_number(number) else empty


def _asking(problems: Iterable[Problem] = (), status: int = 200) -> Response:
    found = problems_by_field(problems)
    typed = {name: request.form.get(name, "") for name in ("number", "secret")}
    return _quiet(page("cases/follow.html", status, typed=typed, problems=found, place=place_asked_for()))


def _show(
    row: queries.Row, secret: str, said: str = "", problems: list[Problem] | None = None, status: int = 200
) -> Response:
    if row["state"] in rules.OPEN and row["due"] < clock.today():
        with transaction():
            service.escalate_overdue(clock.today())
        row = queries.case(row["id"]) or row
    steps = queries.steps_of(row["id"])
    above = service.superior_of(row)
    may_go_up = rules.may_escalate(row["state"], row["due"], row["closed_at"], clock.today())
    return _quiet(
        page(
            "cases/show.html", status, row=row, secret=secret, number=spaced_number(row["number"]), steps=steps,
            told=queries.opened(row, steps), names=queries.names_at(steps), place=place_asked_for(), said=said,
            above=orgs.unit(above) if above else None, may_go_up=may_go_up, unit=orgs.unit(row["unit_id"]),
            may_rate=rules.may_rate(row["state"], row["rating"]), is_open=row["state"] in rules.OPEN,
            is_overdue=row["due"] < clock.today(), words=request.form.get("words", "") if problems else "",
            problems=problems_by_field(problems or []),
        )
    )  # fmt: skip


def _escalate(row: queries.Row, secret: str) -> Response:
    data, problems = load(EscalateSchema(), {"words": request.form.get("words", "")})
    if problems:
        return _show(row, secret, problems=problems, status=422)
    return _do(row, secret, "escalated", lambda: service.escalate(row["id"], data.get("words", ""), _version()))


def _rate(row: queries.Row, secret: str) -> Response:
    data, problems = load(RateSchema(), {"rating": request.form.get("rating", "")})
    if problems:
        return _show(row, secret, problems=problems, status=422)
    return _do(row, secret, "rated", lambda: service.rate(row["id"], int(data["rating"]), _version()))


def _do(row: queries.Row, secret: str, said: str, step: Callable[[], None]) -> Response:
    """Return the case after `step`, or as somebody else has just left it."""
    try:
        with transaction():
            step()
    except Stale as stale:
        now = queries.case(row["id"]) or row
        return _show(now, secret, problems=[stale.problem], status=Stale.status)
    return _show(queries.case(row["id"]) or row, secret, said)


def _version() -> int:
    typed = request.form.get("base_version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def _slip(row: queries.Row, secret: str) -> Response:
    """Return number and secret as a file that any phone opens: for who cannot print, and has no pen."""
    lines = (
        gettext("三十 · 查办理进度"),
        f"{gettext('号码')}: {spaced_number(row['number'])}",
        f"{gettext('密码')}: {'-'.join(rules.groups_of(secret))}",
        f"{request.host_url}feedback/follow",
    )
    response = make_response("\r\n".join(lines) + "\r\n")
    response.headers["Content-Type"] = "text/plain; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="sanshi-{row["number"]}.txt"'
    return response


DOINGS: dict[str, Callable[[queries.Row, str], Response]] = {"escalate": _escalate, "rate": _rate, "slip": _slip}


def _busy(response: Response, seconds: float) -> Response:
    response.headers["Retry-After"] = str(int(seconds))
    return response


def _quiet(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex"
    return response
