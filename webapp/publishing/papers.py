"""Paper from a published edition: a poster for the wall, small cards for doors, both with a code to the public page."""

from uuid import UUID

from flask import Blueprint, Response, request

from webapp.core import clock
from webapp.core.errors import NotFound
from webapp.core.qr import draw
from webapp.core.spoken import language_tag
from webapp.core.web import page
from webapp.inforce import queries as inforce
from webapp.offices.queries import office_at
from webapp.policies.rules import Shown
from webapp.publishing.documents import TAB, find
from webapp.publishing.rules import poster_size

blueprint = Blueprint("papers", __name__, url_prefix="/app/documents/<uuid:document_id>/<int:edition_number>")

CARDS = 8  # on one sheet


@blueprint.get("/poster")
def poster(document_id: UUID, edition_number: int) -> Response:
    """Show one A4 page as it will hang on the wall."""
    return _paper("publishing/poster.html", document_id, edition_number)


@blueprint.get("/card")
def card(document_id: UUID, edition_number: int) -> Response:
    """Show a sheet of small cards, all alike."""
    return _paper("publishing/card.html", document_id, edition_number)


def _paper(template: str, document_id: UUID, edition_number: int) -> Response:
    found = find(document_id, edition_number, "document.read")
    shown = inforce.edition_shown(found.edition.id, clock.today())
    if shown is None or shown.taken_down:
        raise NotFound
    address, words = public_address(request.host_url, shown, found.unit.code), shown.text(language_tag())
    return page(
        template, nav_current=TAB, **found._asdict(), shown=shown, words=words,
        size=poster_size(words.title, words.audience, words.summary),
        drawing=draw(address), public=address, office=office_at(found.unit.path), today=clock.today(), copies=CARDS,
        address=found.address,
    )  # fmt: skip


def public_address(root: str, shown: Shown, code: str | None) -> str:
    """Return the address of the public page that the code on paper leads to; `root` is `https://host/`."""
    return f"{root}policies/{shown.topic}" + (f"?at={code}" if code else "")
