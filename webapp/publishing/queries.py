"""Reading what staff work on: lists of documents with their states, what was displayed, who did what."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from webapp.accounts.models import Account
from webapp.core import clock
from webapp.core.clock import to_local
from webapp.core.db import db
from webapp.inforce.queries import shown_at
from webapp.orgs.models import Unit
from webapp.orgs.queries import ids_on_path, within
from webapp.policies.models import Display, Document, Edition
from webapp.policies.rules import PUBLISHED, SOURCE_LANGUAGE, UPCOMING, Dated, Shown, current, state_on
from webapp.publishing.rules import Duty, open_state

DATA = Path(__file__).parent / "data"
TITLE = Edition.texts[SOURCE_LANGUAGE]["title"].as_string().label("title")
COLUMNS = (
    Document.id.label("document_id"), Document.topic, Document.kind, Unit.id.label("unit_id"), Unit.name, Edition.id,
    Edition.number, Edition.state, Edition.valid_from, Edition.valid_to, Edition.repealed_on, Edition.taken_down_at,
    Edition.reviewed_by, Edition.verified_on, Edition.needs_local, TITLE,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One document in a list: `states` of the edition that is written, the one that speaks now and one that will."""

    document_id: str
    topic: str
    kind: str
    unit_id: str
    unit_name: str
    title: str
    number: int
    states: tuple[str, ...]
    is_verified: bool


def lines(path: str, day: date) -> list[Line]:
    """Return the documents of the unit with `path` and of all under it, by unit's path and topic."""
    query = select(*COLUMNS).join(Document, Document.id == Edition.document_id).join(Unit, Unit.id == Document.unit_id)
    rows = db.session.execute(query.where(within(path)).order_by(Unit.path, Document.topic, Edition.number)).all()
    families: dict[str, list[Any]] = {}
    for row in rows:
        families.setdefault(row.document_id, []).append(row)
    return [_line(family, day) for family in families.values()]


def _line(rows: list[Any], day: date) -> Line:
    newest = rows[-1]
    published = [_dated(row) for row in rows if row.state == PUBLISHED]
    now = current(published, day)
    states = [open_state(newest.state, newest.reviewed_by)] if newest.state != PUBLISHED else []
    states += [state_on(now, published, day)] if now else []
    states += [UPCOMING] if any(state_on(each, published, day) == UPCOMING for each in published) else []
    checked = next((row for row in rows if now and row.id == now.id), newest)
    is_verified = checked.verified_on is not None and not checked.needs_local
    return Line(
        newest.document_id, newest.topic, newest.kind, newest.unit_id, newest.name, newest.title, newest.number,
        tuple(states), is_verified,
    )  # fmt: skip


def _dated(row: Any) -> Dated:
    down = to_local(row.taken_down_at).date() if row.taken_down_at else None
    return Dated(row.id, row.number, row.valid_from, row.valid_to, row.repealed_on, down)


def from_above(unit: Unit, day: date) -> list[Shown]:
    """Return what is in force at `unit` by documents of units above it: what it may say more about."""
    return [each for each in shown_at(unit.path, day) if each.owner.id != unit.id]


def published_of(unit_id: str) -> list[tuple[str, str, str, date]]:
    """Return the published editions of a unit that are up, the newest first: id, kind, title, day of publication."""
    query = select(Edition.id, Document.kind, TITLE, Edition.published_at).join(Document)
    mine = (Document.unit_id == unit_id, Edition.state == PUBLISHED, Edition.taken_down_at.is_(None))
    rows = db.session.execute(query.where(*mine).order_by(Edition.published_at.desc(), Edition.id))
    return [(row.id, row.kind, row.title, to_local(row.published_at).date()) for row in rows]


def display(unit_id: str, duty: str, period: str) -> Display | None:
    """Return what a unit noted about a duty in a period."""
    mine = (Display.unit_id == unit_id, Display.duty == duty, Display.period == period)
    return db.session.scalars(select(Display).where(*mine)).first()


def displays(unit_id: str, periods: Collection[str]) -> dict[tuple[str, str], Display]:
    """Return what a unit noted in periods, by duty and period."""
    query = select(Display).where(Display.unit_id == unit_id, Display.period.in_(periods))
    return {(row.duty, row.period): row for row in db.session.scalars(query)}


def taken_down_days(displays: Iterable[Display]) -> dict[str, date]:
    """Return when the editions of `displays` were taken down, by the edition's id; those that are up are left out."""
    wanted = {row.edition_id for row in displays if row.edition_id}
    query = select(Edition.id, Edition.taken_down_at).where(Edition.id.in_(wanted), Edition.taken_down_at.is_not(None))
    return {row.id: to_local(row.taken_down_at).date() for row in db.session.execute(query)}


def began(path: str) -> date:
    """Return since when the county of a unit works with these lists: the day of its first account, today without any.

    A unit has them from its county's office on, which sets up everybody below.
    """
    county = select(Unit.path).where(Unit.id.in_(ids_on_path(path)), Unit.level == "county")
    top = db.session.scalar(county) or path
    first = select(func.min(Account.created_at)).join(Unit, Unit.id == Account.unit_id).where(within(top))
    return to_local(db.session.scalar(first) or clock.now()).date()


def names_of(account_ids: Iterable[str | None]) -> Mapping[str, str]:
    """Return the names of accounts by id."""
    wanted = {account_id for account_id in account_ids if account_id}
    rows = db.session.execute(select(Account.id, Account.name).where(Account.id.in_(wanted)))
    return {account_id: name for account_id, name in rows}


def titles_of(edition_ids: Iterable[str | None]) -> Mapping[str, tuple[str, str, int]]:
    """Return document, title and number of editions by their id."""
    wanted = {edition_id for edition_id in edition_ids if edition_id}
    rows = db.session.execute(
        select(Edition.id, Edition.document_id, TITLE, Edition.number).where(Edition.id.in_(wanted))
    )
    return {row.id: (row.document_id, row.title, row.number) for row in rows}


@cache
def duties() -> tuple[Duty, ...]:
    """Return what has to be displayed, as it is shipped."""
    told = json.loads((DATA / "duties.json").read_text("utf-8"))
    return tuple(Duty(**row) for row in told)
