"""Reads of the form registry. Nothing here belongs to anybody: every account may read all of it."""

import json
import re
from collections.abc import Collection
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, func, select

from webapp.core.db import db, table
from webapp.core.errors import Invalid, NotFound
from webapp.core.period import Calendar, Month, Moved
from webapp.core.rows import each_of, execute
from webapp.core.spoken import words
from webapp.forms.models import DueException, DueExtension, FormVersion
from webapp.forms.rules import Form, load_form, may_be_sent

DATA = Path(__file__).parent / "data"
FORM, EXCEPTION, EXTENSION = table(FormVersion).c, table(DueException).c, table(DueExtension).c
VERSIONS = select(FORM.id, FORM.approved_on).where(FORM.code == bindparam("code")).order_by(FORM.version.desc())
EXCEPTIONS = select(EXCEPTION.month, EXCEPTION.due, EXCEPTION.reason).order_by(EXCEPTION.month)
LATEST = (
    select(EXTENSION.unit_id, func.max(EXTENSION.due))
    .where(EXTENSION.month == bindparam("month"), EXTENSION.unit_id.in_(each_of("units")))
    .group_by(EXTENSION.unit_id)
)
_REF = re.compile(r"(?P<code>[a-z][a-z0-9_]*)@(?P<version>[1-9][0-9]{0,3})")


def form_in_force(code: str, month: Month) -> Form:
    """Return the newest version of form `code` that may be sent to groups for `month`.

    Raises NotFound when there is no such form, and Invalid, with the sentence why, when no version is approved and
    valid.
    """
    known = versions(code)
    if not known:
        raise NotFound
    for form in known:
        if not may_be_sent(form, month):
            return form
    raise Invalid(may_be_sent(known[0], month))


def form(ref: str) -> Form:
    """Return the version that a report names: `monthly@1`, whether in force or not. Raises NotFound."""
    found = forms([ref])
    if ref not in found:
        raise NotFound
    return found[ref]


def forms(refs: Collection[str]) -> dict[str, Form]:
    """Return the versions that reports name, by their name; those that do not exist are missing."""
    codes = {ref.partition("@")[0] for ref in refs}
    return {form.ref: form for code in codes for form in versions(code) if form.ref in refs}


def split(ref: str) -> tuple[str, int]:
    """Return code and version of `monthly@1`. Raises NotFound for anything else."""
    found = _REF.fullmatch(ref)
    if not found:
        raise NotFound
    return found["code"], int(found["version"])


def versions(code: str) -> list[Form]:
    """Return all versions of form `code`, newest first."""
    return [_form(row.id, row.approved_on) for row in execute(VERSIONS, code=code)]


@lru_cache(maxsize=256)
def _form(version_id: str, approved_on: date | None) -> Form:
    """Return one stored version, read once: its definition never changes, only its approval does."""
    definition = db.session.scalars(select(FormVersion.definition).filter_by(id=version_id)).one()
    return load_form({**definition, "approved_on": approved_on.isoformat() if approved_on else None})


def calendar() -> Calendar:
    """Return the exceptions to day 30, earliest month first."""
    return Calendar(tuple(Moved(Month.from_int(row.month), row.due, row.reason) for row in execute(EXCEPTIONS)))


def extensions(unit_ids: Collection[str], month: Month) -> dict[str, date]:
    """Return the latest day granted for `month`, by unit; units without an extension are left out."""
    rows = execute(LATEST, month=int(month), units=list(unit_ids))
    return {unit_id: due for unit_id, due in rows}


def extensions_of(unit_ids: Collection[str]) -> list[dict[str, str]]:
    """Return all extensions of some units as phones receive them: `[{"unit", "month", "due", "reason"}]`."""
    granted = select(DueExtension).where(DueExtension.unit_id.in_(unit_ids))
    return [
        {"unit": row.unit_id, "month": f"{row.month}", "due": row.due.isoformat(), "reason": row.reason}
        for row in db.session.scalars(granted.order_by(DueExtension.month, DueExtension.due))
    ]


@cache
def services() -> list[dict[str, Any]]:
    """Return the kinds of service that can be noted, as phones receive them; treat them as read-only.

    Each is `{"code", "section", "label", "definition", "since", "until"}`, texts by language, `until` None while open.
    """
    rows: list[dict[str, Any]] = json.loads((DATA / "services.json").read_text("utf-8"))["services"]
    return rows


def services_on(day: date) -> list[dict[str, Any]]:
    """Return the kinds of service that can be noted for `day`."""
    text = day.isoformat()
    return [row for row in services() if row["since"] <= text <= (row["until"] or text)]


def service_label(code: str) -> str:
    """Return the name of a kind of service in the reader's language; of one that nobody knows its code."""
    return next((words(row["label"]) for row in services() if row["code"] == code), code)


@cache
def regions() -> dict[str, dict[str, str]]:
    """Return names of regions by six-digit code, for the place somebody came from or went to; not a full list."""
    rows: dict[str, dict[str, str]] = json.loads((DATA / "regions.json").read_text("utf-8"))["regions"]
    return rows
