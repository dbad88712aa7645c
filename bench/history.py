"""Past months for a county of measurements: reports that were accepted, written straight into the tables."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.support.county import Leader, Row, app_in
from webapp.accounts.models import Account, Device
from webapp.accounts.rules import token_hash
from webapp.changes.models import Change
from webapp.core import clock
from webapp.core.db import db, table, transaction
from webapp.core.ids import new_id
from webapp.core.period import Month
from webapp.forms.queries import form
from webapp.orgs.queries import by_code
from webapp.receipts.models import Receipt
from webapp.reports.models import Report, ReportVersion
from webapp.rollup import service as totals

COUNTY = "331126"
TOKEN = "token-county"
SILENT = 10  # every tenth group has not reported the month that is open
HAPPENED = {"births": 1, "persons_in": 3, "persons_out": 2, "households_in": 1, "services_given": 4, "visits_made": 6}
Kinds = dict[Any, list[Row]]


def live_through(folder: Path, leaders: Sequence[Leader], months: int) -> None:
    """Give each group of the county in `folder` reports for so many past months and most for the open one."""
    with app_in(folder).app_context():
        measures = [measure.code for measure in form("monthly@1").measures]
        current = Month.of(clock.today())
        for ago in range(months, -1, -1):
            handed_in = [leader for n, leader in enumerate(leaders) if ago or n % SILENT]
            with transaction() as session:
                for model, rows in _month(current.plus(-ago), handed_in, measures).items():
                    session.execute(table(model).insert(), rows)
        with transaction() as session:
            for model, row in _reader().items():
                session.execute(table(model).insert(), [row])
            totals.rebuild()
        db.session.remove()
        db.engine.dispose()


def _month(month: Month, leaders: Sequence[Leader], measures: Sequence[str]) -> Kinds:
    """Return the rows of all reports of one month, by table. Numbers of changes go on from month to month."""
    found: Kinds = {Report: [], ReportVersion: [], Receipt: [], Change: []}
    at = datetime.combine(month.first, datetime.min.time(), clock.SHANGHAI) + timedelta(hours=8)
    values = dict.fromkeys(measures, 0) | {"opening_persons": 100, "closing_persons": 103} | HAPPENED
    for number, leader in enumerate(leaders):
        for model, row in _report(month, leader, values, at).items():
            found[model].append(row)
        found[Change][-1]["seq"] = int(month) * 100_000 + number
    return found


def _report(month: Month, leader: Leader, values: dict[str, int], at: datetime) -> dict[Any, Row]:
    key, digest = new_id(), hashlib.sha256(f"{leader.unit_id} {month}".encode()).hexdigest()
    where = {"unit_id": leader.unit_id, "month": int(month)}
    times = {"declared_at": at, "received_at": at}
    report = {"id": key, **where, "version": 1, "state": "accepted", "late": False, "accepted_version": 1}
    about = {"report_id": key, "version": 1, "form": "monthly@1", "author_id": leader.account_id, "hash": digest}
    filled = {"values": values, "adjustments": [], "computed": {}, "nil": False, "return_reasons": []}
    proof = {"number": str(int(digest[:13], 16)).zfill(16), "record_type": "report", "record_id": key, "version": 1}
    return {
        Report: report | {"returned": []},
        ReportVersion: about | filled | times,
        Receipt: proof | where | times | {"hash": digest, "signature": ""},
        Change: {"type": "report", "record_id": key, "version": 1, **where, "deleted": False},
    }


def _reader() -> dict[Any, Row]:
    """Return the rows of somebody at the county who is signed in with TOKEN."""
    now, account, county = clock.now(), new_id(), by_code(COUNTY)
    assert county
    about = {"id": account, "login": "county", "name": "县级", "role": "county", "unit_id": county.id}
    device = {"id": new_id(), "account_id": account, "token_hash": token_hash(TOKEN), "name": "电脑"}
    times = {"created_at": now, "heard_at": now, "expires_at": now + timedelta(days=300)}
    return {Account: about | {"password_hash": "none", "created_at": now}, Device: device | times}
