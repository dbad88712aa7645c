"""Handing in, reviewing and locking reports. The caller holds the transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, func, select, update

from webapp.accounts.queries import Actor
from webapp.changes.service import Changed, note
from webapp.core import clock
from webapp.core.db import db, table
from webapp.core.errors import N_, Invalid, NotFound, Problem
from webapp.core.period import Calendar, Month, due_at, is_late
from webapp.core.rows import insert_many
from webapp.events import queries as events
from webapp.events import service as closing
from webapp.forms import queries as forms
from webapp.forms.rules import Form
from webapp.intake.rules import FORBIDDEN, Decision, Job, RecordType, refused, repeated
from webapp.ledger.rules import Line
from webapp.ledger.service import record, record_many
from webapp.orgs.models import Unit
from webapp.orgs.queries import within
from webapp.outreach import queries as outreach
from webapp.receipts.queries import versions_by_hash
from webapp.reports import queries
from webapp.reports.models import Report, ReportVersion
from webapp.reports.rules import SENTENCES, Computed, computed, fill, problems_with_report, problems_with_step
from webapp.reports.schemas import ReportSchema
from webapp.visits import queries as visits

REPORT, VERSION = table(Report), table(ReportVersion)
Key = tuple[str, int]


@dataclass
class State:
    """What deciding about reports needs, for all units and months of a batch."""

    reports: dict[Key, dict[str, Any]]
    events: dict[Key, list[dict[str, Any]]]
    doors: dict[Key, dict[str, Any]]
    noted: dict[Key, list[dict[str, Any]]]
    forms: dict[str, Form]
    calendar: Calendar
    extensions: dict[Key, Any]
    places: dict[str, Key]  # record id -> unit and month
    earlier: dict[str, dict[str, int]]  # record id -> hash -> version

    def by_id(self, report_id: str) -> dict[str, Any] | None:
        """Return the stored report with this id."""
        return self.reports[self.places[report_id]] if report_id in self.places else None

    def keep(self, row: dict[str, Any]) -> None:
        """Know of `row`, a report that is about to be stored."""
        key = (row["unit_id"], row["month"])
        self.reports[key] = row
        self.places[row["id"]] = key
        self.earlier.setdefault(row["id"], {})[row["hash"]] = row["version"]

    def due_at(self, key: Key) -> datetime:
        """Return the instant until which the report of a unit for a month is on time."""
        extension = self.extensions.get(key)
        return _due_at(Month.from_int(key[1]), self.calendar, (extension,) if extension else ())


_due_at = lru_cache(maxsize=256)(due_at)  # in one batch they are nearly all the same


def read(jobs: Sequence[Job]) -> State:
    """Return the state for deciding `jobs`: a handful of queries, however many jobs there are."""
    keys = {(job.data["unit"], Month.parse(job.data["month"])) for job in jobs}
    units = {unit for unit, _ in keys}
    months = {month for _, month in keys}
    wanted = {(unit, int(m)) for unit, month in keys for m in (month, month.previous())}
    stored = queries.reports(wanted, [job.incoming.id for job in jobs])
    return State(
        reports=stored,
        events=events.events_within(units, [int(month) for month in months]),
        doors=visits.doors({(unit, int(month)) for unit, month in keys}),
        noted=outreach.noted(units, [int(month) for month in months]),
        forms=forms.forms({job.data["form"] for job in jobs}),
        calendar=forms.calendar(),
        extensions={(u, int(m)): day for m in months for u, day in forms.extensions(units, m).items()},
        places={row["id"]: key for key, row in stored.items()},
        earlier=versions_by_hash([row["id"] for row in stored.values()]),
    )


def decide(job: Job, state: State) -> Decision:
    """Return what is to become of `job`; the state then knows it."""
    key = (job.data["unit"], int(job.data["month"]))
    stored = state.reports.get(key)
    answer = _repeated(job, state, key) or _outdated(job, stored)
    if answer:
        return answer
    form = state.forms.get(job.data["form"])
    if job.incoming.deleted or form is None:
        return refused([Problem("form", "form_version", SENTENCES["form_version"])])
    cells, previous = _computed(job, state, form)
    problems = _step_problems(job, stored, form) or problems_with_report(form, job.data, cells, previous)
    if problems:
        return refused(problems)
    row = _row(job, stored, state, fill(form, job.data, cells), cells)
    state.keep(row)
    outcome = "updated" if stored else "created"
    action = "report.corrected" if row["accepted_version"] else "report.submitted"
    return Decision(outcome, row["version"], action=action, unit_id=key[0], month=key[1], row=row)


def _repeated(job: Job, state: State, key: Key) -> Decision | None:
    same_id = state.by_id(job.incoming.id)
    if same_id and (same_id["unit_id"], same_id["month"]) != key:
        return refused([Problem("unit", "forbidden", FORBIDDEN)])  # says nothing of what the id stands for
    if same_id and same_id["state"] == "returned" and job.incoming.base_version >= same_id["version"]:
        return None  # handed in once more as it was: the leader has read the reasons and stands by the numbers
    return repeated(job, same_id, state.earlier)


def _outdated(job: Job, stored: Mapping[str, Any] | None) -> Decision | None:
    """Return `stale` when somebody was first: another phone of this unit, or a newer version of this report."""
    if stored is None:
        return None
    if stored["id"] == job.incoming.id and job.incoming.base_version >= stored["version"]:
        return None
    current = {**queries.as_data(stored), "id": stored["id"]}
    return Decision("stale", stored["version"], current=current)


def _step_problems(job: Job, stored: Mapping[str, Any] | None, form: Form) -> list[Problem]:
    data = {**job.data, "state": stored["state"] if stored else "empty"}
    corrects = bool(stored and stored["accepted_version"])
    return problems_with_step(data, form, Month.parse(job.data["month"]), clock.today(), corrects=corrects)


def _computed(job: Job, state: State, form: Form) -> tuple[dict[str, Computed], Mapping[str, int] | None]:
    unit, month = job.data["unit"], Month.parse(job.data["month"])
    before = state.reports.get((unit, int(month.previous())))
    previous, key = before["values"] if before else None, (unit, int(month))
    known = (state.events.get(key, []), previous, state.doors.get(key), state.noted.get(key, []))
    return computed(form, *known), previous


def _row(
    job: Job,
    stored: Mapping[str, Any] | None,
    state: State,
    values: Mapping[str, int],
    cells: Mapping[str, Computed],
) -> dict[str, Any]:
    data, month = job.data, int(job.data["month"])
    return {
        "id": job.incoming.id,
        "unit_id": data["unit"],
        "month": month,
        "version": stored["version"] + 1 if stored else 1,
        "state": "submitted",
        # A report that was on time once stays so: mending it afterwards is not handing it in late.
        "late": is_late(job.declared_at, state.due_at((data["unit"], month))) and (stored is None or stored["late"]),
        "accepted_version": stored["accepted_version"] if stored else None,
        "returned": [],
        "reviewed_by": None,
        "reviewed_at": None,
        # A correction that was given back never opened its month.
        "closes": stored is None or (stored["state"] == "returned" and not stored["accepted_version"]),
        "form": data["form"],
        "values": values,
        "adjustments": data["adjustments"],
        "computed": {code: cell.value for code, cell in cells.items()},
        "nil": data["nil"],
        "reason": data.get("reason"),
        "return_reasons": [],
        "hash": job.hash,
        "author_id": job.author_id,
        "declared_at": job.declared_at,
        "received_at": job.received_at,
    }


_REPORT_COLUMNS = [column.name for column in REPORT.c]


def write(decisions: Sequence[Decision]) -> None:
    """Store what was decided: the report as it stands, its new version, and the month as closed for entries."""
    insert_many(Report, [d.row for d in decisions if d.outcome == "created"])
    updated = [{**_part(d.row, _REPORT_COLUMNS), "key": d.row["id"]} for d in decisions if d.outcome == "updated"]
    if updated:
        values: dict[str, Any] = {name: bindparam(name) for name in _REPORT_COLUMNS if name != "id"}
        db.session.connection().execute(update(REPORT).where(REPORT.c.id == bindparam("key")).values(values), updated)
    insert_many(ReportVersion, [{**d.row, "report_id": d.row["id"]} for d in decisions])
    closing.close_months([(d.row["unit_id"], d.row["month"]) for d in decisions if d.row["closes"]])


def _part(row: Mapping[str, Any], columns: Sequence[str]) -> dict[str, Any]:
    return {name: row[name] for name in columns}


REPORT_TYPE = RecordType("report", ReportSchema(), "report.write", read, decide, write)


def accept(unit_id: str, month: Month, version: int, actor: Actor) -> None:
    """Take the report as it stands in `version` as the snapshot that counts. Raises Invalid, NotFound."""
    stored = _reviewable(unit_id, month, version)
    _review(stored, actor, state="accepted", accepted_version=version, returned=[])


def give_back(unit_id: str, month: Month, version: int, reasons: Sequence[Mapping[str, str]], actor: Actor) -> None:
    """Return the report for correction, with `[{"measure", "reason"}]`; its month takes entries again.

    Raises Invalid without a reason or for a measure that the form has not, NotFound without a report.
    """
    stored = _reviewable(unit_id, month, version)
    codes = {measure.code for measure in forms.form(stored["form"]).measures} | {""}
    if not reasons or any(not r["reason"].strip() or r["measure"] not in codes for r in reasons):
        raise Invalid([Problem("reason", "required", N_("请写明哪里要改、为什么，组长才知道怎么改。"))])
    if not stored["accepted_version"]:
        closing.reopen_month(unit_id, int(month))
    kept = [dict(reason) for reason in reasons]
    mine = (VERSION.c.report_id == stored["id"], VERSION.c.version == version)
    db.session.execute(update(VERSION).where(*mine).values(return_reasons=kept))
    _review(stored, actor, state="returned", returned=kept)


def lock(unit_id: str, month: Month, actor: Actor) -> None:
    """Lock an accepted month: from now on it is corrected in a later month only. Raises Invalid, NotFound."""
    stored = queries.report_of(unit_id, int(month))
    if stored is None:
        raise NotFound
    if stored["state"] != "accepted":
        raise Invalid([Problem("", "not_accepted", N_("还没接收的月报不能锁定。"))])
    _review(stored, actor, state="locked")


def lock_all(path: str, month: Month, actor: Actor) -> int:
    """Lock every accepted report of `month` at or under the unit with `path`; return how many there were."""
    units = select(Unit.id).where(within(path))
    accepted = (REPORT.c.month == int(month), REPORT.c.state == "accepted", REPORT.c.unit_id.in_(units))
    rows = db.session.execute(select(REPORT.c.id, REPORT.c.unit_id, REPORT.c.version).where(*accepted)).all()
    values = {"state": "locked", "reviewed_by": actor.account_id, "reviewed_at": clock.now()}
    db.session.execute(update(REPORT).where(*accepted).values(values))
    who, number = actor.account_id, int(month)
    record_many([Line("report.locked", "report", r.id, who, r.unit_id, number, {"version": r.version}) for r in rows])
    note([Changed("report", row.id, row.version, row.unit_id, number) for row in rows])
    return len(rows)


def forgive(month: Month, path: str) -> int:
    """Let reports of `month` at or under the unit with `path` no longer be late where a moved due day covers them.

    Returns how many there were. Never the other way: who was on time stays so.
    """
    units = select(Unit.id).where(within(path))
    late = (REPORT.c.month == int(month), REPORT.c.late, REPORT.c.unit_id.in_(units))
    first = select(func.min(VERSION.c.declared_at)).where(VERSION.c.report_id == REPORT.c.id).scalar_subquery()
    rows = db.session.execute(select(REPORT, first.label("declared")).where(*late)).all()
    calendar, granted = forms.calendar(), forms.extensions([row.unit_id for row in rows], month)
    until = {row.unit_id: due_at(month, calendar, filter(None, [granted.get(row.unit_id)])) for row in rows}
    covered = [row for row in rows if not is_late(row.declared, until[row.unit_id])]
    db.session.execute(update(REPORT).where(REPORT.c.id.in_([row.id for row in covered])).values(late=False))
    note([Changed("report", row.id, row.version, row.unit_id, row.month) for row in covered])
    return len(covered)


def _reviewable(unit_id: str, month: Month, version: int) -> dict[str, Any]:
    stored = queries.report_of(unit_id, int(month))
    if stored is None:
        raise NotFound
    if stored["version"] != version:
        raise Invalid([Problem("", "changed", N_("这份月报刚刚有了新的版本，请看过再处理。"))])
    if stored["state"] != "submitted":
        raise Invalid([Problem("", "reviewed", N_("这份月报已经处理过了。"))])
    return stored


def _review(stored: Mapping[str, Any], actor: Actor, **values: Any) -> None:
    """Write the outcome of a review, with its ledger line and change: the phone hears of it at its next contact."""
    row = {**values, "reviewed_by": actor.account_id, "reviewed_at": clock.now()}
    db.session.execute(update(REPORT).where(REPORT.c.id == stored["id"]).values(row))
    about = {"actor_id": actor.account_id, "unit_id": stored["unit_id"], "month": stored["month"]}
    record(f"report.{values['state']}", "report", stored["id"], **about, detail={"version": stored["version"]})
    note([Changed("report", stored["id"], stored["version"], stored["unit_id"], stored["month"])])
