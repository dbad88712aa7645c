"""A second person's look at an edition: what it changes, approving or giving back; publishing, taking down."""

from uuid import UUID

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.service import current_actor
from webapp.amounts.rules import named
from webapp.amounts.schemas import scheme_names
from webapp.core.diffs import Line, compare
from webapp.core.errors import Problem
from webapp.core.fields import load
from webapp.core.web import page, problems_by_field
from webapp.policies import queries, service
from webapp.policies.models import Edition
from webapp.policies.rules import FACTS, LANGUAGES, PUBLISHED, may_review
from webapp.publishing.documents import TAB, Found, edition_page, find
from webapp.publishing.drafts import revision, step
from webapp.publishing.rules import open_state
from webapp.publishing.schemas import ReasonSchema

blueprint = Blueprint("decisions", __name__, url_prefix="/app/documents/<uuid:document_id>/<int:edition_number>")


@blueprint.get("/review")
def show(document_id: UUID, edition_number: int) -> Response:
    """Show what an edition says otherwise than the published one before it, and the way to judge it."""
    return _page(find(document_id, edition_number, "document.read"))


def _page(found: Found, problems: list[Problem] | None = None) -> Response:
    edition = found.edition
    before = _before(edition, request.args.get("with", type=int))
    others = [each for each in queries.editions_of(found.document.id) if each.id != edition.id]
    return page(
        "publishing/review.html", 422 if problems else 200, nav_current=TAB, **found._asdict(), before=before,
        texts=_texts(before, edition), facts=_facts(before, edition), others=others, address=found.address,
        is_own=not may_review(edition.writers, current_actor().account_id), typed=request.form,
        state=open_state(edition.state, edition.reviewed_by), problems=problems_by_field(problems or []),
        files=queries.files_of([edition.id]).get(edition.id, []),
    )  # fmt: skip


def _before(edition: Edition, number: int | None) -> Edition | None:
    """Return the edition to compare with: the one with `number`, else the last published one before."""
    every = queries.editions_of(edition.document_id)
    earlier = [each for each in every if each.number < edition.number and each.state == PUBLISHED]
    return next((each for each in every if each.number == number and each.id != edition.id), None) or next(
        iter(earlier), None
    )


def _texts(before: Edition | None, after: Edition) -> dict[str, list[Line]]:
    """Return what changed, by language; languages without a change are left out."""
    found = {language: compare(_whole(before, language), _whole(after, language)) for language in LANGUAGES}
    return {language: lines for language, lines in found.items() if lines}


def _whole(edition: Edition | None, language: str) -> str:
    words = edition.texts.get(language) if edition else None
    text = "\n".join(words.get(name, "") for name in ("title", "audience", "summary", "body")) if words else ""
    return named(text, scheme_names(), language)


def _facts(before: Edition | None, after: Edition) -> list[tuple[str, object, object]]:
    rows = [(name, getattr(before, name) if before else None, getattr(after, name)) for name in FACTS]
    return [row for row in rows if (row[1] or "") != (row[2] or "")]


@blueprint.post("/approve")
def approve(document_id: UUID, edition_number: int) -> BaseResponse:
    """Say as a second person that it may be published."""
    actor = current_actor()
    return step(document_id, edition_number, "document.review", "approved",
                lambda it: service.approve(it.document, it.edition, revision(), actor))  # fmt: skip


@blueprint.post("/give-back")
def give_back(document_id: UUID, edition_number: int) -> BaseResponse:
    """Give it back to its writers with a reason."""
    data, problems = load(ReasonSchema(), {"reason": request.form.get("reason", "")})
    if problems:
        return _page(find(document_id, edition_number, "document.review"), problems)
    actor = current_actor()
    return step(document_id, edition_number, "document.review", "given_back",
                lambda it: service.give_back(it.document, it.edition, revision(), data["reason"], actor))  # fmt: skip


@blueprint.post("/publish")
def publish(document_id: UUID, edition_number: int) -> BaseResponse:
    """Publish what a second person has approved."""
    actor = current_actor()
    return step(document_id, edition_number, "document.write", "published",
                lambda it: service.publish(it.document, it.edition, revision(), actor))  # fmt: skip


@blueprint.post("/take-down")
def take_down(document_id: UUID, edition_number: int) -> BaseResponse:
    """Take a published edition down with a reason."""
    data, problems = load(ReasonSchema(), {"reason": request.form.get("reason", "")})
    if problems:
        return edition_page(find(document_id, edition_number, "document.write"), problems)
    actor = current_actor()
    return step(document_id, edition_number, "document.write", "taken_down",
                lambda it: service.take_down(it.document, it.edition, data["reason"], actor))  # fmt: skip
