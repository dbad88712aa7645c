"""Tables of the form registry: versions that never change once stored, and the dates that move a due day."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Id, UtcDateTime


class FormVersion(Base):
    """One version of a form; `definition` is the JSON that phones receive, `approved_on` is kept beside it."""

    __tablename__ = "form_version"
    __table_args__ = (
        UniqueConstraint("code", "version"),
        CheckConstraint("valid_to >= valid_from", name="valid_to_after_from"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    approved_on: Mapped[date | None]


class DueException(Base):
    """A month whose due day was moved for everybody; `month` is 202602."""

    __tablename__ = "due_exception"

    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    due: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))


class DueExtension(Base):
    """More time granted to one unit for one month; several may follow each other, the latest due counts."""

    __tablename__ = "due_extension"
    __table_args__ = (Index("ix_due_extension_month_unit_id", "month", "unit_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"))
    month: Mapped[int]
    due: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200))
    granted_by: Mapped[str | None] = mapped_column(Id)
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
