"""Reading what is published, for everybody, by place and day."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, NamedTuple

from markupsafe import Markup
from sqlalchemy import Executable, Row, Select, select

from webapp.amounts import queries as amounts
from webapp.amounts.rules import AmountRow, pieces, schemes_in
from webapp.core.clock import to_local
from webapp.core.db import db
from webapp.core.markdown import clean
from webapp.orgs.models import Unit
from webapp.orgs.queries import ids_on_path
from webapp.policies.models import Document, Edition
from webapp.policies.queries import files_of
from webapp.policies.rules import (
    IN_FORCE,
    PUBLISHED,
    TAKEN_DOWN,
    Dated,
    Owner,
    Repealed,
    Shown,
    Source,
    TakenDown,
    is_early,
    last_day,
    nearest,
    order,
    state_on,
)

DAYS = (
    Edition.id, Edition.number, Edition.valid_from, Edition.valid_to, Edition.repealed_on, Edition.taken_down_at,
    Edition.document_id, Document.topic, Document.unit_id, Document.kind,
)  # fmt: skip


class Piece(NamedTuple):
    """A part of a body: clean `html`, or the place of an amount: its `scheme`, and the `amount` where one is known."""

    html: str
    scheme: str | None = None
    amount: AmountRow | None = None


class _Family(NamedTuple):
    """The published editions of one document."""

    document_id: str
    topic: str
    unit_id: str
    kind: str
    editions: list[Dated]


def shown_at(path: str, day: date, kinds: Collection[str] | None = None) -> list[Shown]:
    """Return what is in force on `day` at the place with the unit path `path`: one edition for each topic, by topic.

    `kinds` narrows it down to those kinds; attachments are not read for lists.
    """
    chosen = _chosen(_families(path, kinds=kinds), path, day)
    wanted = [(family, dated) for family, dated in chosen if state_on(dated, family.editions, day) == IN_FORCE]
    return _as_shown(wanted, day)


def shown(topic: str, path: str, day: date) -> Shown | None:
    """Return what speaks about `topic` on `day` at a place, with its attachments.

    In force where anything is; else what has ended last, its `state` saying so. None when nothing had begun by then.
    """
    found = _as_shown(_chosen(_families(path, topic=topic), path, day), day)
    return _with_files(found)[0] if found else None


def history(topic: str, path: str, day: date) -> list[Shown]:
    """Return all published editions about `topic` at a place, the nearest owner first, its newest edition first.

    `state` is as of `day`.
    """
    families = _families(path, topic=topic)
    depth = {unit_id: index for index, unit_id in enumerate(ids_on_path(path))}
    families.sort(key=lambda family: -depth[family.unit_id])
    every = [(family, dated) for family in families for dated in sorted(family.editions, key=order, reverse=True)]
    return _with_files(_as_shown(every, day))


def edition_shown(edition_id: str, day: date) -> Shown | None:
    """Return a published edition by its id, wherever its owner stands; None for drafts and unknown ids."""
    document = select(Edition.document_id).where(Edition.id == edition_id, Edition.state == PUBLISHED)
    families = _grouped(select(*DAYS).join(Document).where(Edition.document_id.in_(document), _is_published()))
    wanted = [(family, dated) for family in families for dated in family.editions if dated.id == edition_id]
    found = _with_files(_as_shown(wanted, day))
    return found[0] if found else None


def body(shown: Shown, language: str, path: str, day: date) -> list[Piece]:
    """Return the body in `language`, cut at its amounts, with what each comes to on `day` for the place of `path`."""
    return cut(shown.text(language).html, path, day)


def cut(html: str, path: str, day: date) -> list[Piece]:
    """Return `html`, cleaned, cut at its amounts as `body` does."""
    html = clean(html)
    found = amounts.amounts_on(schemes_in(html), path, day)
    return [
        Piece(Markup(part), scheme, found.get(scheme or ""))  # noqa: S704 - cleaned two lines above
        for part, scheme in pieces(html)
    ]


def searchable(path: str) -> Select[Any]:
    """Return the question for the ids of all editions that owners on `path` published and did not take down."""
    query = select(Edition.id).join(Document).where(Document.unit_id.in_(ids_on_path(path)))
    return query.where(_is_published(), Edition.taken_down_at.is_(None))


def speaking(edition_ids: Sequence[str], path: str, day: date) -> list[Shown]:
    """Return what speaks on `day` at a place about the topics of some editions, each once, in the order of those.

    It is in force, or has ended without anything to follow it: its `state` says which. Where it is not one of the
    editions itself, but has taken the place of one, it comes after those that are.
    """
    topics = db.session.scalars(select(Document.topic).join(Edition).where(Edition.id.in_(edition_ids))).all()
    families = _grouped(_dates_at(path).where(Document.topic.in_(topics)))
    topic_of = {dated.id: family.topic for family in families for dated in family.editions}
    chosen = {family.topic: (family, dated) for family, dated in _chosen(families, path, day)}
    topics_asked = dict.fromkeys(topic_of[each] for each in edition_ids if each in topic_of)
    wanted = [chosen[topic] for topic in topics_asked if topic in chosen]
    return _as_shown(sorted(wanted, key=lambda pair: pair[1].id not in edition_ids), day)


def _is_published() -> Any:
    return Edition.state == PUBLISHED


def _families(path: str, *, topic: str | None = None, kinds: Collection[str] | None = None) -> list[_Family]:
    query = _dates_at(path)
    if topic is not None:
        query = query.where(Document.topic == topic)
    if kinds is not None:
        query = query.where(Document.kind.in_(kinds))
    return _grouped(query)


def _dates_at(path: str) -> Any:  # a query; its type would name eleven columns
    return select(*DAYS).join(Document).where(Document.unit_id.in_(ids_on_path(path)), _is_published())


def _grouped(query: Executable) -> list[_Family]:
    families: dict[str, _Family] = {}
    for row in db.session.execute(query):
        family = _Family(row.document_id, row.topic, row.unit_id, row.kind, [])
        families.setdefault(row.document_id, family).editions.append(_dated(row))
    return list(families.values())


def _dated(row: Row[Any]) -> Dated:
    down = _local_day(row.taken_down_at)
    return Dated(row.id, row.number, row.valid_from, row.valid_to, row.repealed_on, down)


def _local_day(instant: datetime | None) -> date | None:
    return to_local(instant).date() if instant else None


def _chosen(families: Iterable[_Family], path: str, day: date) -> list[tuple[_Family, Dated]]:
    """Return who speaks about each topic on `day`, and with which edition, by topic."""
    topics: dict[str, dict[str, _Family]] = {}
    for family in families:
        topics.setdefault(family.topic, {})[family.unit_id] = family
    ids, found = ids_on_path(path), []
    for owners in (topics[topic] for topic in sorted(topics)):
        winner = nearest({unit_id: family.editions for unit_id, family in owners.items()}, ids, day)
        found += [(owners[winner[0]], winner[1])] if winner else []
    return found


def _as_shown(wanted: Sequence[tuple[_Family, Dated]], day: date) -> list[Shown]:
    rows = _by_id(Edition, [dated.id for _, dated in wanted])
    units = _by_id(Unit, {family.unit_id for family, _ in wanted})
    return [_one(rows[dated.id], units[family.unit_id], family, dated, day) for family, dated in wanted]


def _by_id(model: Any, ids: Collection[str]) -> dict[str, Any]:
    if not ids:
        return {}
    return {row.id: row for row in db.session.scalars(select(model).where(model.id.in_(ids)))}


def _one(row: Edition, unit: Unit, family: _Family, dated: Dated, day: date) -> Shown:
    published, state = (
        to_local(row.published_at).date() if row.published_at else day,
        state_on(dated, family.editions, day),
    )
    return Shown(
        row.id, family.document_id, family.topic, family.kind, Owner(unit.id, unit.name, unit.level), row.number,
        _titles(row.texts) if state == TAKEN_DOWN else row.texts, {} if state == TAKEN_DOWN else row.html,
        row.reference, row.issuer, Source(row.source_name, row.source_url), row.valid_from, row.valid_to,
        last_day(dated, family.editions),
        Repealed(row.repealed_by, row.repealed_on) if row.repealed_by and row.repealed_on else None,
        row.verified_by, row.verified_on, row.contact, row.needs_local, published, state,
        _taken_down(row, dated, published),
    )  # fmt: skip


def _titles(texts: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    return {language: {"title": words["title"]} for language, words in texts.items()}


def _taken_down(row: Edition, dated: Dated, published: date) -> TakenDown | None:
    on = dated.taken_down_on
    return TakenDown(on, row.taken_down_because or "", is_early(published, on)) if on else None


def _with_files(found: Sequence[Shown]) -> list[Shown]:
    files = files_of([each.edition_id for each in found if each.state != TAKEN_DOWN])
    return [replace(each, attachments=tuple(files.get(each.edition_id, ()))) for each in found]
