"""Writing what is published: draft, a second person's review, publication, taking down.

The caller holds the transaction. A published edition is never changed: whoever has something else to say drafts the
next one.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from webapp.accounts.queries import Actor
from webapp.core import clock
from webapp.core.canonical import content_hash
from webapp.core.db import db
from webapp.core.errors import N_, Invalid, Problem
from webapp.core.files import kind_of, safe_name
from webapp.core.ids import new_id
from webapp.core.markdown import render, text_of
from webapp.ledger.service import record
from webapp.policies import queries
from webapp.policies.models import Attachment, Document, Edition
from webapp.policies.rules import (
    DRAFT,
    FACTS,
    PUBLISHED,
    REVIEW,
    is_early,
    may_review,
    problems_with_handing_in,
    problems_with_step,
)
from webapp.policies.schemas import Shipped, shipped
from webapp.search import service as search

MOST_FILES = 10
SUBJECT = "edition"  # what an edition is to ledger and search
CHANGED_SINCE = Problem("", "stale", N_("这一稿刚被改过，请看过新的再做决定。"))


def load_shipped(unit_id: str, actor_id: str | None = None) -> int:
    """Publish, as documents of a unit, what is shipped and not there yet; return how many editions that were.

    The same files twice change nothing, nor does a file that was changed after its edition had been published.
    """
    there = queries.numbers_of(unit_id)
    new = [each for each in shipped() if each.number not in there.get(each.topic, set())]
    for each in new:
        document = queries.document_of(each.topic, unit_id) or add_document(unit_id, each.topic, each.kind)
        _publish_shipped(document, each, actor_id)
    return len(new)


def add_document(unit_id: str, topic: str, kind: str) -> Document:
    """Begin a document of a unit about a topic, still without editions. Raises Invalid when there is one."""
    if queries.document_of(topic, unit_id):
        raise Invalid(
            [
                Problem(
                    "topic",
                    "taken",
                    N_("这个单位已经有代号为 %(topic)s 的文件，请在它下面写新版本。"),
                    {"topic": topic},
                )
            ]
        )
    document = Document(id=new_id(), topic=topic, unit_id=unit_id, kind=kind, created_at=clock.now())
    db.session.add(document)
    db.session.flush()
    return document


def _publish_shipped(document: Document, shipped: Shipped, actor_id: str | None) -> None:
    edition = _new_edition(document, shipped.number, shipped.texts, shipped.facts, None)
    _publish(document, edition, actor_id)


def draft(document: Document, actor: Actor, content: Mapping[str, Any] | None = None) -> Edition:
    """Begin the next edition of `document` from `content` (`texts` and facts), or from what its newest one says.

    Its files come along. Raises Invalid while another edition is still being written.
    """
    newest = queries.newest_edition(document.id)
    if newest and newest.state != PUBLISHED:
        raise Invalid([Problem("", "open", N_("这份文件已经有一稿没有公布，请先把它写完或删掉。"))])
    known = content or queries.content_of(newest)
    facts = {name: known[name] for name in FACTS}
    edition = _new_edition(document, newest.number + 1 if newest else 1, known["texts"], facts, actor.account_id)
    if newest and content is None:
        _copy_files(newest.id, edition.id)
    _write_down("edition.drafted", document, edition, actor.account_id, {"number": edition.number})
    return edition


def _new_edition(
    document: Document, number: int, texts: Mapping[str, Any], facts: Mapping[str, Any], writer: str | None
) -> Edition:
    edition = Edition(
        id=new_id(), document_id=document.id, number=number, state=DRAFT, revision=1, texts=texts, html={}, **facts,
        remark=None, writers=[writer] if writer else [], drafted_by=writer, drafted_at=clock.now(), reviewed_by=None,
        reviewed_at=None, published_by=None, published_at=None, taken_down_at=None, taken_down_because=None,
    )  # fmt: skip
    db.session.add(edition)
    db.session.flush()
    return edition


def change(document: Document, edition: Edition, content: Mapping[str, Any], revision: int, actor: Actor) -> None:
    """Let a draft say `content` (`EditionSchema`). Raises Invalid for what is no draft, or was changed meanwhile."""
    _step(edition, DRAFT, revision)
    edition.texts = content["texts"]
    for name in FACTS:
        setattr(edition, name, content[name])
    _touch(edition, actor)
    detail = {"number": edition.number, "hash": _hash(edition)}
    _write_down("edition.changed", document, edition, actor.account_id, detail)


def _touch(edition: Edition, actor: Actor) -> None:
    edition.revision += 1
    edition.writers = sorted({*edition.writers, actor.account_id})
    db.session.flush()


def drop(document: Document, edition: Edition, revision: int, actor: Actor) -> None:
    """Throw a draft away with its files, and its document when that has no other edition."""
    _step(edition, DRAFT, revision)
    _write_down("edition.dropped", document, edition, actor.account_id, {"number": edition.number})
    queries.remove_files(edition.id)
    db.session.delete(edition)
    db.session.flush()
    if queries.newest_edition(document.id) is None:
        db.session.delete(document)
        db.session.flush()


def hand_in(document: Document, edition: Edition, revision: int, actor: Actor) -> None:
    """Give a draft to a second person. Raises Invalid when something that residents need is missing."""
    _step(edition, DRAFT, revision)
    problems = problems_with_handing_in(edition.texts, edition.source_name, edition.issuer)
    if problems:
        raise Invalid(problems)
    edition.state, edition.remark = REVIEW, None
    _write_down("edition.handed_in", document, edition, actor.account_id, {"number": edition.number})


def approve(document: Document, edition: Edition, revision: int, actor: Actor) -> None:
    """Say as a second person that an edition may be published. Raises Invalid for who wrote any of it."""
    _step(edition, REVIEW, revision)
    _refuse_writers(edition, actor)
    edition.reviewed_by, edition.reviewed_at = actor.account_id, clock.now()
    detail = {"number": edition.number, "hash": _hash(edition)}
    _write_down("edition.approved", document, edition, actor.account_id, detail)


def give_back(document: Document, edition: Edition, revision: int, reason: str, actor: Actor) -> None:
    """Give an edition back to its writers with a reason; it is a draft again."""
    _step(edition, REVIEW, revision)
    _refuse_writers(edition, actor)
    edition.state, edition.remark, edition.reviewed_by, edition.reviewed_at = DRAFT, reason, None, None
    _write_down("edition.given_back", document, edition, actor.account_id, {"number": edition.number})


def _refuse_writers(edition: Edition, actor: Actor) -> None:
    if not may_review(edition.writers, actor.account_id):
        raise Invalid([Problem("", "own", N_("自己写的不能自己审，请换一个人审核。"))])


def publish(document: Document, edition: Edition, revision: int, actor: Actor) -> None:
    """Publish an approved edition; from its first day on it ends the earlier ones."""
    _step(edition, REVIEW, revision)
    if edition.reviewed_by is None:
        raise Invalid([Problem("", "unreviewed", N_("还没有第二个人审核通过，不能公布。"))])
    _publish(document, edition, actor.account_id)


def _publish(document: Document, edition: Edition, actor_id: str | None) -> None:
    edition.state, edition.published_by, edition.published_at = PUBLISHED, actor_id, clock.now()
    edition.html = {language: render(words.get("body", "")) for language, words in edition.texts.items()}
    db.session.flush()
    detail = {"number": edition.number, "hash": _hash(edition)}
    _write_down("edition.published", document, edition, actor_id, detail)
    _index(document, edition)


def take_down(document: Document, edition: Edition, reason: str, actor: Actor) -> None:
    """Take a published edition down with a reason, which its page says; before the least days, it says that too."""
    if edition.state != PUBLISHED or edition.taken_down_at is not None or edition.published_at is None:
        raise Invalid([Problem("", "state", N_("这一版没有公布，或者已经撤下。"))])
    now = clock.now()
    edition.taken_down_at, edition.taken_down_because = now, reason
    early = is_early(clock.to_local(edition.published_at).date(), clock.to_local(now).date())
    detail = {"number": edition.number, "is_early": early}
    _write_down("edition.taken_down", document, edition, actor.account_id, detail)
    search.forget(SUBJECT, [edition.id])


def attach(document: Document, edition: Edition, name: str, content: bytes, actor: Actor) -> str:
    """Hang a file on a draft; return its id. Raises Invalid for content that is not taken."""
    _step(edition, DRAFT, edition.revision)
    kind, problems = kind_of(content)
    if len(queries.files_of([edition.id]).get(edition.id, ())) >= MOST_FILES:
        problems = [Problem("file", "many", N_("一版最多 %(most)s 个附件。"), {"most": MOST_FILES})]
    if problems or kind is None:
        raise Invalid(problems)
    digest, file_id = hashlib.sha256(content).hexdigest(), new_id()
    db.session.add(
        Attachment(
            id=file_id, edition_id=edition.id, name=safe_name(name, kind), media_type=kind.media_type,
            size=len(content), sha256=digest, content=content, added_by=actor.account_id, added_at=clock.now(),
        )
    )  # fmt: skip
    _touch(edition, actor)
    _write_down("attachment.added", document, edition, actor.account_id, {"sha256": digest})
    return file_id


def detach(document: Document, edition: Edition, file: Attachment, actor: Actor) -> None:
    """Take a file off a draft."""
    _step(edition, DRAFT, edition.revision)
    db.session.delete(file)
    _touch(edition, actor)
    _write_down("attachment.removed", document, edition, actor.account_id, {"sha256": file.sha256})


def _copy_files(from_id: str, to_id: str) -> None:
    for file in queries.whole_files(from_id):
        kept = {name: getattr(file, name) for name in ("name", "media_type", "size", "sha256", "content", "added_by")}
        db.session.add(Attachment(id=new_id(), edition_id=to_id, **kept, added_at=file.added_at))
    db.session.flush()


def _step(edition: Edition, state: str, revision: int) -> None:
    problems = problems_with_step(edition.state, state)
    if not problems and edition.revision != revision:
        problems = [CHANGED_SINCE]
    if problems:
        raise Invalid(problems)


def _hash(edition: Edition) -> str:
    facts = {name: getattr(edition, name) for name in FACTS}
    return content_hash({"texts": edition.texts, **{name: _plain(value) for name, value in facts.items()}})


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _write_down(
    action: str, document: Document, edition: Edition, actor_id: str | None, detail: Mapping[str, Any]
) -> None:
    db.session.flush()
    record(action, SUBJECT, edition.id, actor_id=actor_id, unit_id=document.unit_id, detail=detail)


def _index(document: Document, edition: Edition) -> None:
    """Let `edition` be found by its words: the one place that tells the search."""
    texts: Sequence[Mapping[str, str]] = list(edition.texts.values())
    fields = {
        "title": [words.get("title", "") for words in texts],
        "keywords": [document.topic.replace("-", " "), edition.reference],
        "summary": [f"{words.get('summary', '')} {words.get('audience', '')}" for words in texts],
        "body": [text_of(html) for html in edition.html.values()],
    }
    search.index(SUBJECT, edition.id, fields, place=document.topic)
