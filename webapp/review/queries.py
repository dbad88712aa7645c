"""Reading what a reviewer looks at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from webapp.accounts.models import Account
from webapp.core.db import db, table
from webapp.core.period import Month
from webapp.events.models import Event
from webapp.forms import queries as forms
from webapp.forms.rules import Form
from webapp.ledger.models import LedgerLine
from webapp.orgs.models import Unit
from webapp.reports.models import Report, ReportVersion
from webapp.reports.queries import CONTENT, NEWEST, MonthView, versions_of
from webapp.review.rules import changed, remarks

REPORT, UNIT, EVENT, LEDGER = table(Report).c, table(Unit).c, table(Event).c, table(LedgerLine).c


@dataclass(frozen=True, slots=True)
class Item:
    """One report of a community; `supplements` counts its entries about earlier months, `remarks` see rules."""

    unit_id: str
    name: str
    report: Mapping[str, Any]
    remarks: Sequence[str]
    supplements: int

    @property
    def is_plain(self) -> bool:
        """Whether it waits and says nothing that somebody should read first."""
        return self.report["state"] == "submitted" and not self.remarks


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a report: `version` is what was handed in then, `changes` what it changed."""

    at: datetime
    action: str
    name: str
    number: int
    version: Mapping[str, Any]
    changes: Sequence[tuple[str, int | None, int | None]]


def items(unit: Unit, month: Month) -> list[Item]:
    """Return the reports of the groups of a community, by code."""
    query = (
        select(table(Report), *CONTENT, UNIT.name)
        .join(table(ReportVersion), NEWEST)
        .join(table(Unit), UNIT.id == REPORT.unit_id)
        .where(*_of_community(unit.id, month))
        .order_by(UNIT.code, UNIT.name)
    )
    rows = [dict(row) for row in db.session.execute(query).mappings()]
    known, late = forms.forms({row["form"] for row in rows}), _supplements(unit, month)
    return [_item(row, known.get(row["form"]), late.get(row["unit_id"], 0)) for row in rows]


def waiting(community_id: str | None, month: Month) -> int:
    """Return how many reports of a community wait for review."""
    waits = REPORT.state == "submitted"
    return db.session.execute(
        select(func.count(REPORT.id)).where(*_of_community(community_id, month), waits)
    ).scalar_one()


def _of_community(community_id: str | None, month: Month) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions of a community's reports; by its groups, so that others' reports cost nothing."""
    groups = select(UNIT.id).where(UNIT.parent_id == community_id)
    return (REPORT.month == int(month), REPORT.unit_id.in_(groups))


def item(unit: Unit, view: MonthView) -> Item:
    """Return the report of `view`, which there is, as an item of the queue."""
    assert view.report is not None
    late = sum(1 for event in view.events if event["late"])
    return Item(unit.id, unit.name, view.report, remarks(view.form, view.report), late)


def _item(row: Mapping[str, Any], form: Form | None, supplements: int) -> Item:
    return Item(row["unit_id"], row["name"], row, remarks(form, row), supplements)


def _supplements(unit: Unit, month: Month) -> dict[str, int]:
    groups = select(UNIT.id).where(UNIT.parent_id == unit.id)
    mine = (EVENT.unit_id.in_(groups), EVENT.month == int(month), EVENT.late, ~EVENT.deleted)
    rows = db.session.execute(select(EVENT.unit_id, func.count()).where(*mine).group_by(EVENT.unit_id))
    return {unit_id: count for unit_id, count in rows}


def accepted_values(view: MonthView, versions: Sequence[Mapping[str, Any]]) -> Mapping[str, int] | None:
    """Return the values accepted before, while a correction of them waits; else None."""
    report = view.report
    if report is None or report["accepted_version"] in (None, report["version"]):
        return None
    return next((row["values"] for row in versions if row["version"] == report["accepted_version"]), None)


def versions(view: MonthView) -> list[dict[str, Any]]:
    """Return every version of the report of `view`, the newest first."""
    return versions_of(view.report["id"]) if view.report else []


def history(report_id: str, versions: Sequence[Mapping[str, Any]]) -> list[Step]:
    """Return what happened to a report, the newest first, as the ledger tells it."""
    by_number = {row["version"]: row for row in versions}
    columns = (LEDGER.at, LEDGER.action, LEDGER.actor_id, LEDGER.detail)
    query = select(*columns).where(LEDGER.subject_id == report_id, LEDGER.subject_type == "report")
    lines = db.session.execute(query.order_by(LEDGER.seq.desc())).all()
    names = _names({line.actor_id for line in lines})
    return [_step(line, names, by_number) for line in lines]


def _step(line: Any, names: Mapping[str, str], versions: Mapping[int, Mapping[str, Any]]) -> Step:
    number = line.detail["version"]
    version, before = versions[number], versions.get(number - 1)
    is_new = line.action in ("report.submitted", "report.corrected")
    changes = changed(version["values"], before["values"]) if is_new and before else []
    return Step(line.at, line.action, names.get(line.actor_id, ""), number, version, changes)


def _names(account_ids: set[str]) -> dict[str, str]:
    rows = db.session.execute(select(Account.id, Account.name).where(Account.id.in_(account_ids)))
    return {account_id: name for account_id, name in rows}
