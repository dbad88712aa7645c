"""`/policies`: what is in force here today, or was on another day. Everybody gets the same pages, so they are kept."""

from datetime import date
from typing import Any

from flask import Blueprint, make_response, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.service import forget_actor
from webapp.amounts.rules import named
from webapp.amounts.schemas import scheme_names
from webapp.core import clock
from webapp.core.diffs import Line, compare
from webapp.core.errors import N_, NotFound, Problem, say
from webapp.core.fields import plain_text
from webapp.core.ids import is_id
from webapp.core.kept import freshness, is_wechat, kept_page
from webapp.core.markdown import lines_of
from webapp.core.spoken import language_tag
from webapp.core.web import download
from webapp.inforce import queries as inforce
from webapp.ledger.queries import tip_hash
from webapp.offices.queries import Place, office_at, place_asked_for
from webapp.policies import queries
from webapp.policies.rules import KINDS, TOPIC, Shown, Words

blueprint = Blueprint("policies", __name__, url_prefix="/policies")

NOT_A_DAY = Problem("on", "date", N_("日期不对，请写成 2026-11-21 这样。"))


@blueprint.url_value_preprocessor
def refuse_odd_topics(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Raise NotFound for a topic that cannot be one: no database is asked with signs that it may not take."""
    if values and not TOPIC.match(values.get("topic", "any")):
        raise NotFound


@blueprint.get("")
def listing() -> BaseResponse:
    """Show the titles of all that is in force at a place today, by kind."""
    return kept_page(tip_hash(), _listing)


def _listing() -> str:
    place = place_asked_for()
    return _render("policies/list.html", place=place, found=inforce.shown_at(place.path, clock.today()), kinds=KINDS)


@blueprint.get("/<string:topic>")
def show(topic: str) -> BaseResponse:
    """Show what is in force about a topic at a place: today, or on the day that `?on=` names."""
    typed = plain_text(request.args.get("on", ""))
    try:
        on = date.fromisoformat(typed) if typed else None
    except ValueError:
        return make_response(_policy(topic, None, typed, say(NOT_A_DAY)), 422)
    return kept_page(tip_hash(), lambda: _policy(topic, on, typed))


def _policy(topic: str, on: date | None, typed: str, problem: str = "") -> str:
    place, day = place_asked_for(), on or clock.today()
    every = _editions(topic, place, clock.today())  # whatever day is asked for, a list says what they are today
    about = {"place": place, "topic": topic, "typed": typed, "problems": [problem] if problem else None}
    found = inforce.shown(topic, place.path, day)
    if found is None:
        return _render("policies/none.html", **about, every=every, words=every[0].text(language_tag()), day=day)
    return _render(
        "policies/policy.html", **about, shown=found, words=found.text(language_tag()), body=_body(found, place, day),
        on=day if day != clock.today() else None, editions=len(every), office=office_at(place.path),
        names=scheme_names(),
    )  # fmt: skip


def _editions(topic: str, place: Place, day: date) -> list[Shown]:
    """Return all published editions about a topic at a place. Raises NotFound when there are none."""
    found = inforce.history(topic, place.path, day) if TOPIC.match(topic) else []
    if not found:
        raise NotFound
    return found


def _body(shown: Shown, place: Place, day: date) -> list[inforce.Piece]:
    """Return the parts of the body; they have just been cleaned, so that a page may take them as they are."""
    pieces = inforce.body(shown, language_tag(), place.path, day)
    return [piece._replace(html=Markup(piece.html)) for piece in pieces]  # noqa: S704 - cleaned one line above


@blueprint.get("/<string:topic>/history")
def history(topic: str) -> BaseResponse:
    """Show all editions that were published about a topic, whosoever's, and which one holds."""
    return kept_page(tip_hash(), lambda: _history(topic))


def _history(topic: str) -> str:
    place = place_asked_for()
    every = _editions(topic, place, clock.today())
    owners = {each.owner.id: each.owner for each in every}
    return _render("policies/history.html", place=place, topic=topic, every=every, owners=list(owners.values()))


@blueprint.get("/<string:topic>/history/<string:edition_id>")
def edition(topic: str, edition_id: str) -> BaseResponse:
    """Show one edition as it was published, and what it changed in the one before it."""
    return kept_page(tip_hash(), lambda: _edition(topic, edition_id))


def _edition(topic: str, edition_id: str) -> str:
    place, today = place_asked_for(), clock.today()
    every = _editions(topic, place, today)
    found = next((each for each in every if each.edition_id == edition_id), None)
    if found is None:
        raise NotFound
    of_same = [each for each in every if each.document_id == found.document_id]
    before = next(iter(of_same[of_same.index(found) + 1 :]), None)
    day = found.valid_from if today < found.valid_from else min(today, found.until or today)
    return _render(
        "policies/edition.html", place=place, topic=topic, shown=found, words=found.text(language_tag()),
        body=_body(found, place, day), before=before, changes=_changes(before, found) if before else [],
    )  # fmt: skip


def _changes(before: Shown, after: Shown) -> list[Line]:
    """Return what changed between two editions in the reader's language, line by line, as it is read."""
    return compare(*(_read(each.text(language_tag())) for each in (before, after)))


def _read(it: Words) -> str:
    said = [it.title, it.summary, *lines_of(named(it.body, scheme_names(), it.language))]
    return "\n".join(said)


@blueprint.get("/<string:topic>/files/<string:attachment_id>")
def attachment(topic: str, attachment_id: str) -> BaseResponse:
    """Send a file that hangs on a published edition, never to be opened as a page of this site."""
    found = queries.attachment(attachment_id) if is_id(attachment_id) else None
    shown = inforce.edition_shown(found.edition_id, clock.today()) if found else None
    if found is None or shown is None or shown.topic != topic or shown.taken_down:
        raise NotFound
    response = download(found.content, found.media_type, found.name)
    response.headers["Cache-Control"] = freshness(clock.now(), shared=True)
    response.set_etag(found.sha256)
    return response.make_conditional(request)


def _render(template: str, **context: Any) -> str:
    """Return a page that is the same for everybody: staff who read it are nobody here, and their session stays put."""
    forget_actor()
    return render_template(template, **context, today=clock.today(), wechat=is_wechat())
