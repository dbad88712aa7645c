"""Writing a draft: its texts and facts, its files, handing it in, throwing it away."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.service import current_actor
from webapp.amounts.schemas import scheme_names
from webapp.core import clock
from webapp.core.db import transaction
from webapp.core.errors import Invalid, NotFound, Problem
from webapp.core.fields import load, typed_count
from webapp.core.files import EMPTY, MOST_BYTES, TOO_LARGE
from webapp.core.ids import is_id
from webapp.core.web import download, page, problems_by_field, see_other, sent_file
from webapp.policies import queries, service
from webapp.policies.rules import DRAFT, LANGUAGES
from webapp.policies.schemas import LONGEST, EditionSchema, as_typed, content_of
from webapp.publishing.documents import TAB, Found, edition_page, find

blueprint = Blueprint("drafts", __name__, url_prefix="/app/documents/<uuid:document_id>/<int:edition_number>")


@blueprint.get("/edit")
def edit(document_id: UUID, edition_number: int) -> BaseResponse:
    """Show the form with what a draft says; an edition that is no draft has only its page."""
    found = find(document_id, edition_number, "document.write")
    if found.edition.state != DRAFT:
        return see_other(found.address)
    return _form(found, as_typed(queries.content_of(found.edition)))


@blueprint.post("/edit")
def change(document_id: UUID, edition_number: int) -> BaseResponse:
    """Take what a draft shall say."""
    found = find(document_id, edition_number, "document.write")
    typed = {name: request.form.get(name, "").replace("\r\n", "\n") for name in EditionSchema().fields}
    data, problems = load(EditionSchema(), typed)
    if problems:
        return _form(found, typed, problems)
    try:
        with transaction():
            document, edition, _ = find(document_id, edition_number, "document.write")
            service.change(document, edition, content_of(data), revision(), current_actor())
    except Invalid as error:
        return _form(find(document_id, edition_number, "document.write"), typed, error.problems)
    return see_other(f"{found.address}?said=saved")


def _form(found: Found, typed: dict[str, str], problems: list[Problem] | None = None) -> Response:
    return page(
        "publishing/edit.html", 422 if problems else 200, nav_current=TAB, **found._asdict(), typed=typed,
        languages=LANGUAGES, longest=LONGEST, address=found.address, problems=problems_by_field(problems or []),
        revision=request.form.get("revision") or found.edition.revision, today=clock.today(),
        names=scheme_names(),
    )  # fmt: skip


def revision() -> int:
    """Return the revision of the draft that a form was shown with; 0 when it names none."""
    typed = typed_count(request.form.get("revision", ""))
    return typed if isinstance(typed, int) else 0


@blueprint.post("/hand-in")
def hand_in(document_id: UUID, edition_number: int) -> BaseResponse:
    """Give a draft to a second person."""
    actor = current_actor()
    return step(document_id, edition_number, "document.write", "handed_in",
                lambda it: service.hand_in(it.document, it.edition, revision(), actor))  # fmt: skip


@blueprint.post("/drop")
def drop(document_id: UUID, edition_number: int) -> BaseResponse:
    """Throw a draft away."""
    actor = current_actor()
    return step(document_id, edition_number, "document.write", "dropped",
                lambda it: service.drop(it.document, it.edition, revision(), actor))  # fmt: skip


@blueprint.post("/files")
def attach(document_id: UUID, edition_number: int) -> BaseResponse:
    """Hang a file on a draft."""
    actor = current_actor()
    try:
        name, content = _chosen()
    except Invalid as error:
        return edition_page(find(document_id, edition_number, "document.write"), error.problems)
    return step(document_id, edition_number, "document.write", "attached",
                lambda it: service.attach(it.document, it.edition, name, content, actor))  # fmt: skip


def _chosen() -> tuple[str, bytes]:
    """Return name and content of the file that was chosen. Raises Invalid for none, and for one that is too large."""
    sent = sent_file(MOST_BYTES, TOO_LARGE)
    if sent is None:
        raise Invalid([EMPTY])
    return sent.filename or "", sent.read()


@blueprint.post("/files/<string:file_id>/remove")
def detach(document_id: UUID, edition_number: int, file_id: str) -> BaseResponse:
    """Take a file off a draft."""
    actor = current_actor()

    def take_off(it: Found) -> None:
        file = queries.attachment(file_id) if is_id(file_id) else None
        if file is None or file.edition_id != it.edition.id:
            raise NotFound
        service.detach(it.document, it.edition, file, actor)

    return step(document_id, edition_number, "document.write", "detached", take_off)


@blueprint.get("/files/<string:file_id>")
def file(document_id: UUID, edition_number: int, file_id: str) -> Response:
    """Send a file that hangs on an edition."""
    found = find(document_id, edition_number, "document.read")
    held = queries.attachment(file_id) if is_id(file_id) else None
    if held is None or held.edition_id != found.edition.id:
        raise NotFound
    return download(held.content, held.media_type, held.name)


def step(
    document_id: UUID, edition_number: int, action: str, said: str, work: Callable[[Found], object]
) -> BaseResponse:
    """Carry out `work` on an edition within one transaction; tell a refusal on its page."""
    try:
        with transaction():
            found = find(document_id, edition_number, action)
            address, unit_id = found.address, found.unit.id
            work(found)
    except Invalid as error:
        return edition_page(find(document_id, edition_number, action), error.problems)
    return see_other(f"/app/documents?unit={unit_id}&said=dropped" if said == "dropped" else f"{address}?said={said}")
