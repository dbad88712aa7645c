"""Reading documents, their editions and files, whatever their state: for those who write them."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, select

from webapp.core.db import db
from webapp.policies.models import Attachment, Document, Edition
from webapp.policies.rules import BLANK, FACTS, File


def document_of(topic: str, unit_id: str) -> Document | None:
    """Return the document of a unit about a topic."""
    return db.session.scalars(select(Document).where(Document.topic == topic, Document.unit_id == unit_id)).first()


def numbers_of(unit_id: str) -> dict[str, set[int]]:
    """Return the numbers of all editions of a unit's documents, by topic."""
    query = select(Document.topic, Edition.number).join(Edition).where(Document.unit_id == unit_id)
    found: dict[str, set[int]] = {}
    for topic, number in db.session.execute(query):
        found.setdefault(topic, set()).add(number)
    return found


def document(document_id: str) -> Document | None:
    """Return a document by its id."""
    return db.session.get(Document, document_id)


def edition(edition_id: str) -> Edition | None:
    """Return an edition by its id, whatever its state."""
    return db.session.get(Edition, edition_id)


def editions_of(document_id: str) -> list[Edition]:
    """Return all editions of a document, the newest number first."""
    query = select(Edition).where(Edition.document_id == document_id).order_by(Edition.number.desc())
    return list(db.session.scalars(query))


def newest_edition(document_id: str) -> Edition | None:
    """Return the edition of a document with the greatest number."""
    return next(iter(editions_of(document_id)), None)


def content_of(edition: Edition | None) -> dict[str, Any]:
    """Return `texts` and facts of an edition as a draft of the next one begins with them: verified by nobody."""
    if edition is None:
        return dict(BLANK)
    kept = {name: getattr(edition, name) for name in ("texts", *FACTS)}
    return {**kept, "verified_by": None, "verified_on": None, "repealed_by": None, "repealed_on": None}


def whole_files(edition_id: str) -> list[Attachment]:
    """Return the files that hang on an edition, with their content."""
    return list(db.session.scalars(select(Attachment).where(Attachment.edition_id == edition_id)))


def remove_files(edition_id: str) -> None:
    """Delete the files that hang on an edition. The caller holds the transaction."""
    db.session.execute(delete(Attachment).where(Attachment.edition_id == edition_id))


def files_of(edition_ids: Collection[str]) -> dict[str, list[File]]:
    """Return the files that hang on editions, without their content, by name."""
    columns = (Attachment.edition_id, Attachment.id, Attachment.name, Attachment.media_type, Attachment.size)
    query = select(*columns).where(Attachment.edition_id.in_(edition_ids)).order_by(Attachment.name, Attachment.id)
    found: dict[str, list[File]] = {}
    for row in db.session.execute(query):
        found.setdefault(row.edition_id, []).append(File(row.id, row.name, row.media_type, row.size))
    return found


def attachment(attachment_id: str) -> Attachment | None:
    """Return a file with its content."""
    return db.session.get(Attachment, attachment_id)
