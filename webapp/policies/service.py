"""Writing what is published. The caller holds the transaction."""

from collections.abc import Mapping
from typing import Any

from webapp.core import clock
from webapp.core.canonical import content_hash
from webapp.core.db import db
from webapp.core.ids import new_id
from webapp.core.markdown import render
from webapp.ledger.service import record
from webapp.policies import queries
from webapp.policies.models import Document, Edition
from webapp.policies.rules import PUBLISHED
from webapp.policies.schemas import Shipped, shipped


def load_shipped(unit_id: str, actor_id: str | None = None) -> int:
    """Publish, as documents of a unit, what is shipped and not there yet; return how many editions that were.

    The same files twice change nothing, nor does a file that was changed after its edition had been published.
    """
    there = queries.numbers_of(unit_id)
    new = [each for each in shipped() if each.number not in there.get(each.topic, set())]
    for each in new:
        document = queries.document_of(each.topic, unit_id) or add_document(unit_id, each.topic, each.kind)
        _add_shipped(document, each, actor_id)
    return len(new)


def add_document(unit_id: str, topic: str, kind: str) -> Document:
    """Begin a document of a unit about a topic, still without editions."""
    document = Document(id=new_id(), topic=topic, unit_id=unit_id, kind=kind, created_at=clock.now())
    db.session.add(document)
    db.session.flush()
    return document


def _add_shipped(document: Document, shipped: Shipped, actor_id: str | None) -> None:
    now = clock.now()
    edition = Edition(
        id=new_id(), document_id=document.id, number=shipped.number, state=PUBLISHED, revision=1, texts=shipped.texts,
        html=rendered(shipped.texts), **shipped.facts, remark=None, drafted_by=None, drafted_at=now, reviewed_by=None,
        reviewed_at=None, published_by=actor_id, published_at=now, taken_down_at=None, taken_down_because=None,
    )  # fmt: skip
    db.session.add(edition)
    db.session.flush()
    _announce(document, edition, actor_id)


def rendered(texts: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return the bodies of `texts` as clean HTML, by language."""
    return {language: render(words.get("body", "")) for language, words in texts.items()}


def _announce(document: Document, edition: Edition, actor_id: str | None) -> None:
    """Write down that `edition` is published now, and let it be found."""
    detail: dict[str, Any] = {"number": edition.number, "hash": content_hash(edition.texts)}
    record("edition.published", "edition", edition.id, actor_id=actor_id, unit_id=document.unit_id, detail=detail)
    _index(edition)


def _index(edition: Edition) -> None:
    """Let `edition` be found by its words: the one place that tells the search."""
