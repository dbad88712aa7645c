"""A document for tests that walk through every address of publishing."""

from datetime import date

from tests.builders import World
from tests.support import office
from tests.support.files import PDF
from tests.support.published import publish
from webapp.core.db import transaction
from webapp.policies import queries, service


def document_of(world: World, unit: str) -> dict[str, str]:
    """Publish a document of `unit`, begin its next edition with a file; return a value for each place."""
    edition = publish(world, "nursery-here", unit, valid_from=date(2025, 1, 1))
    document = queries.document(edition.document_id)
    assert document
    writer = office.actor(world, "officer")
    with transaction():
        draft = service.draft(document, writer)
        file_id = service.attach(document, draft, "表格.pdf", PDF, writer)
    return {"document_id": document.id, "edition_number": str(draft.number), "file_id": file_id}
