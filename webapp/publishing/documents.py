"""Staff's list of documents, one document with its editions, one edition; beginning new ones."""

from typing import NamedTuple
from uuid import UUID

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.rules import covers, may
from webapp.access.service import current_actor, reach, unit_asked_for
from webapp.core import clock
from webapp.core.db import transaction
from webapp.core.errors import Invalid, NotFound, Problem
from webapp.core.fields import load
from webapp.core.ids import is_id
from webapp.core.markdown import render
from webapp.core.web import page, problems_by_field, see_other
from webapp.inforce import queries as inforce
from webapp.inforce.queries import Piece
from webapp.offices.queries import LEVELS
from webapp.orgs import queries as orgs
from webapp.orgs.models import Unit
from webapp.policies import queries, service
from webapp.policies.models import Document, Edition
from webapp.policies.rules import BLANK, DRAFT, KINDS, LANGUAGES, PUBLISHED, REVIEW, SOURCE_LANGUAGE, TEXTS, may_review
from webapp.policies.schemas import NewDocumentSchema
from webapp.publishing import queries as lists
from webapp.publishing.rules import STATES, open_state

blueprint = Blueprint("documents", __name__, url_prefix="/app/documents")

TAB = "people"
ON_A_PAGE = 50


class Found(NamedTuple):
    """A document in reach, one of its editions, and the unit whose it is."""

    document: Document
    edition: Edition
    unit: Unit

    @property
    def address(self) -> str:
        """Return the address of the edition's page."""
        return f"/app/documents/{self.document.id}/{self.edition.number}"


def find(document_id: UUID, edition_number: int, action: str) -> Found:
    """Return an edition by its document and number. Raises NotFound when there is none in reach for `action`."""
    document, unit = find_document(document_id, action)
    edition = next((each for each in queries.editions_of(document.id) if each.number == edition_number), None)
    if edition is None:
        raise NotFound
    return Found(document, edition, unit)


def find_document(document_id: UUID, action: str) -> tuple[Document, Unit]:
    """Return a document and its unit. Raises NotFound when it is not in reach for `action`."""
    document = queries.document(str(document_id))
    if document is None:
        raise NotFound
    return document, reach(document.unit_id, action)


@blueprint.get("")
def listing() -> Response:
    """Show the documents of a unit and of those under it, narrowed down by state and kind."""
    unit, today = office_asked_for("document.read"), clock.today()
    state, kind = request.args.get("state", ""), request.args.get("kind", "")
    wanted = STATES.get(state, ())
    found = [line for line in lists.lines(unit.path, today) if not kind or line.kind == kind]
    counts = {name: sum(bool({*states} & {*line.states}) for line in found) for name, states in STATES.items()}
    chosen = [line for line in found if not wanted or {*wanted} & {*line.states}]
    parts = max(1, -(-len(chosen) // ON_A_PAGE))
    part = min(max(1, request.args.get("part", 1, type=int)), parts)
    may_write = may(current_actor().role, "document.write") and unit.level in LEVELS
    return page(
        "publishing/list.html", nav_current=TAB, unit=unit, lines=chosen[(part - 1) * ON_A_PAGE : part * ON_A_PAGE],
        counts=counts, state=state if wanted else "", kind=kind, kinds=KINDS, part=part, parts=parts,
        above=_above(unit), below=[one for one in orgs.children(unit.id) if one.level in LEVELS],
        inherited=lists.from_above(unit, today) if may_write else [], said=request.args.get("said"), total=len(found),
    )  # fmt: skip


def office_asked_for(action: str) -> Unit:
    """Return the unit that `?unit=` names, one's own without. Raises NotFound for units that publish nothing."""
    unit = unit_asked_for(action)
    if unit.level not in LEVELS:
        raise NotFound
    return unit


def _above(unit: Unit) -> Unit | None:
    parent = orgs.units([unit.parent_id]).get(unit.parent_id) if unit.parent_id else None
    return parent if parent and covers(current_actor().unit_path, parent.path) else None


@blueprint.get("/new")
def new() -> Response:
    """Show the form that begins a document."""
    return _new_page(office_asked_for("document.write"))


@blueprint.post("")
def add() -> BaseResponse:
    """Begin a document, or a unit's own version of what is in force there by a document from above (`like`)."""
    unit = office_asked_for("document.write")
    if is_id(request.form.get("like", "")):
        return _add_like(unit, request.form["like"])
    data, problems = load(
        NewDocumentSchema(), {name: request.form.get(name, "") for name in ("topic", "kind", "title")}
    )
    if problems:
        return _new_page(unit, problems)
    words = {**dict.fromkeys(TEXTS, ""), "title": data["title"]}
    content = {**BLANK, "texts": {SOURCE_LANGUAGE: words}, "issuer": unit.name, "valid_from": clock.today()}
    try:
        with transaction():
            document = service.add_document(unit.id, data["topic"], data["kind"])
            edition = service.draft(document, current_actor(), content)
    except Invalid as error:
        return _new_page(unit, error.problems)
    return see_other(f"/app/documents/{document.id}/{edition.number}/edit")


def _add_like(unit: Unit, edition_id: str) -> BaseResponse:
    today = clock.today()
    model = next((each for each in lists.from_above(unit, today) if each.edition_id == edition_id), None)
    if model is None:
        raise NotFound
    with transaction():
        if begun := queries.document_of(model.topic, unit.id):
            return see_other(f"/app/documents/{begun.id}")
        known = queries.content_of(queries.edition(edition_id))
        content = {**known, "needs_local": False, "issuer": unit.name, "valid_from": today}
        document = service.add_document(unit.id, model.topic, model.kind)
        edition = service.draft(document, current_actor(), content)
    return see_other(f"/app/documents/{document.id}/{edition.number}/edit")


def _new_page(unit: Unit, problems: list[Problem] | None = None) -> Response:
    return page(
        "publishing/new.html", 422 if problems else 200, nav_current=TAB, unit=unit, kinds=KINDS, typed=request.form,
        problems=problems_by_field(problems or []),
    )  # fmt: skip


@blueprint.get("/<uuid:document_id>")
def show(document_id: UUID) -> Response:
    """Show a document with all its editions."""
    document, unit = find_document(document_id, "document.read")
    editions = queries.editions_of(document.id)
    known = {each.edition_id: each for each in inforce.history(document.topic, unit.path, clock.today())}
    return page(
        "publishing/document.html", nav_current=TAB, document=document, unit=unit, editions=editions, shown=known,
        open_state=open_state, kinds=KINDS, is_open=editions[0].state != PUBLISHED, said=request.args.get("said"),
        names=lists.names_of(each.drafted_by for each in editions),
    )  # fmt: skip


@blueprint.post("/<uuid:document_id>/editions")
def draft_next(document_id: UUID) -> BaseResponse:
    """Begin the next edition from what the newest one says; one that is being written already is opened."""
    with transaction():
        document, _ = find_document(document_id, "document.write")
        newest = queries.newest_edition(document.id)
        begun = newest if newest and newest.state != PUBLISHED else service.draft(document, current_actor())
        number = begun.number
    return see_other(f"/app/documents/{document_id}/{number}/edit")


@blueprint.get("/<uuid:document_id>/<int:edition_number>")
def edition(document_id: UUID, edition_number: int) -> Response:
    """Show one edition as residents would see it, with what can be done about it."""
    return edition_page(find(document_id, edition_number, "document.read"))


def edition_page(found: Found, problems: list[Problem] | None = None) -> Response:
    """Return the page of an edition; with `problems` after a step that was refused."""
    edition, who = found.edition, current_actor()
    steps = {
        "write": edition.state == DRAFT and may(who.role, "document.write"),
        "review": edition.state == REVIEW and not edition.reviewed_by and may(who.role, "document.review"),
        "own": not may_review(edition.writers, who.account_id),
        "publish": edition.state == REVIEW and bool(edition.reviewed_by) and may(who.role, "document.write"),
        "take_down": edition.state == PUBLISHED and not edition.taken_down_at and may(who.role, "document.write"),
    }
    return page(
        "publishing/edition.html", 422 if problems else 200, nav_current=TAB, **found._asdict(), steps=steps,
        languages=[language for language in LANGUAGES if language in edition.texts], bodies=bodies(found),
        shown=inforce.edition_shown(edition.id, clock.today()), address=found.address, kinds=KINDS,
        files=queries.files_of([edition.id]).get(edition.id, []), said=request.args.get("said"), typed=request.form,
        names=lists.names_of((edition.drafted_by, edition.reviewed_by, edition.published_by)),
        problems=problems_by_field(problems or []), state=open_state(edition.state, edition.reviewed_by),
    )  # fmt: skip


def bodies(found: Found) -> dict[str, list[Piece]]:
    """Return the bodies of an edition by language, clean and cut at their amounts."""
    today, texts = clock.today(), found.edition.texts
    return {lang: inforce.cut(render(words["body"]), found.unit.path, today) for lang, words in texts.items()}
