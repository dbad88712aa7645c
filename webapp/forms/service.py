"""Use-cases of the form registry. The caller holds the transaction (`core.db.transaction`)."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from webapp.core import clock
from webapp.core.canonical import content_hash
from webapp.core.db import db
from webapp.core.errors import N_, Invalid, NotFound, Problem
from webapp.core.fields import load
from webapp.core.ids import new_id
from webapp.core.period import Month
from webapp.core.period import due as due_day
from webapp.forms import queries
from webapp.forms.models import DueException, DueExtension, FormVersion
from webapp.forms.rules import Form, load_form, problems_with_extension, problems_with_moved_due
from webapp.forms.schemas import FormSchema
from webapp.ledger.service import record


def store_form(definition: Mapping[str, Any], *, actor_id: str | None = None) -> Form:
    """Store one version of a form and return it; the same version again changes nothing.

    A stored version never changes: reports say which one they answered. Raises Invalid for a definition that breaks
    the rules, is approved on a day to come, or differs from what is stored under its code and version.
    """
    data, problems = load(FormSchema(), definition)
    if problems:
        raise Invalid(problems)
    form = load_form(data)
    stored = _version(form.code, form.version)
    if stored is None:
        _refuse_ahead(form.approved_on)
        db.session.add(_row(form, data))
        db.session.flush()
        detail = {"form": form.ref, "hash": content_hash(data)}
        record("form.stored", "form", form.ref, actor_id=actor_id, detail=detail)
    elif stored.definition != data:
        params = {"form": form.ref}
        raise Invalid(
            [Problem("version", "immutable", N_("%(form)s 已经存过，内容不能再改，请用新的版本号。"), params)]
        )
    return form


def store_shipped_forms(*, actor_id: str | None = None) -> list[Form]:
    """Store the forms that come with the program, and return them. They are demonstrations and say so."""
    paths = sorted(queries.DATA.glob("*-[0-9]*.json"))
    return [store_form(json.loads(path.read_text("utf-8")), actor_id=actor_id) for path in paths]


def _row(form: Form, data: dict[str, Any]) -> FormVersion:
    return FormVersion(
        id=new_id(),
        code=form.code,
        version=form.version,
        definition=data,
        valid_from=form.valid_from,
        valid_to=form.valid_to,
        approved_on=form.approved_on,
    )


def approve_form(ref: str, *, on: date, actor_id: str | None = None) -> None:
    """Note that the form `ref` (`monthly@1`) was approved `on` that day; from then on it may be sent.

    Raises NotFound, and Invalid for an approval after the form's validity or on a day to come. A form approved before
    keeps its day.
    """
    row = _version(*queries.split(ref))
    if row is None:
        raise NotFound
    if row.approved_on is not None:
        return
    if on > row.valid_to:
        raise Invalid([Problem("approved_on", "order", N_("批准日期不能晚于有效期。"))])
    _refuse_ahead(on)
    row.approved_on = on
    record("form.approved", "form", ref, actor_id=actor_id, detail={"form": ref})


def _refuse_ahead(approved_on: date | None) -> None:
    """Raise Invalid for an approval that has not been given yet: a slip of the pen would keep the form from all."""
    today = clock.today()
    if approved_on and approved_on > today:
        sentence = N_("批准日期不能晚于今天（%(today)s）。")
        raise Invalid([Problem("approved_on", "future", sentence, {"today": today.isoformat()})])


def set_exception(month: Month, due: date, reason: str, *, actor_id: str | None = None) -> None:
    """Move the due day of `month` for everybody; an earlier exception for it is replaced. Raises Invalid."""
    problems = problems_with_moved_due(month, due, reason)
    if problems:
        raise Invalid(problems)
    row = db.session.get(DueException, int(month))
    if row is None:
        row = DueException(month=int(month))
        db.session.add(row)
    row.due, row.reason = due, reason.strip()
    detail = {"due": due.isoformat(), "reason": row.reason}
    record("due.exception", "month", str(month), actor_id=actor_id, month=int(month), detail=detail)


def grant_extension(unit_id: str, month: Month, due: date, reason: str, *, actor_id: str | None = None) -> None:
    """Give one unit until `due` for `month`. Raises Invalid when the reason lacks or the day is no later than now."""
    granted = queries.extensions([unit_id], month)
    current = due_day(month, queries.calendar(), granted.values())
    problems = problems_with_extension(month, due, reason, current)
    if problems:
        raise Invalid(problems)
    row = DueExtension(
        id=new_id(),
        unit_id=unit_id,
        month=int(month),
        due=due,
        reason=reason.strip(),
        granted_by=actor_id,
        granted_at=clock.now(),
    )
    db.session.add(row)
    db.session.flush()
    detail = {"due": due.isoformat(), "reason": row.reason}
    record("due.extension", "unit", unit_id, actor_id=actor_id, unit_id=unit_id, month=int(month), detail=detail)


def _version(code: str, version: int) -> FormVersion | None:
    query = select(FormVersion).filter_by(code=code, version=version)
    return db.session.scalars(query).one_or_none()
