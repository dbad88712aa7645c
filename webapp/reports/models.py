"""Tables of reports and of every version that was ever handed in."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Id, UtcDateTime
from webapp.core.sealed import SealedJson, SealedText


class Report(Base):
    """The report of one unit for one month as it stands; `accepted_version` names the snapshot that counts."""

    __tablename__ = "report"
    __table_args__ = (Index("uq_report_unit_month", "unit_id", "month", unique=True), Index("ix_report_month", "month"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"))
    month: Mapped[int]
    version: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    late: Mapped[bool]
    accepted_version: Mapped[int | None]
    returned: Mapped[list[dict[str, str]]] = mapped_column(SealedJson("report.returned"))
    reviewed_by: Mapped[str | None] = mapped_column(Id, ForeignKey("account.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReportVersion(Base):
    """One version as it was handed in, never changed.

    `computed` is what the entries gave at that moment; `return_reasons` is why it was given back, if it was.
    """

    __tablename__ = "report_version"

    report_id: Mapped[str] = mapped_column(Id, ForeignKey("report.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    form: Mapped[str] = mapped_column(String(40))
    values: Mapped[dict[str, int]] = mapped_column(JSON)
    adjustments: Mapped[list[dict[str, Any]]] = mapped_column(SealedJson("report_version.adjustments"))
    computed: Mapped[dict[str, int | None]] = mapped_column(JSON)
    nil: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(SealedText("report_version.reason"))
    return_reasons: Mapped[list[dict[str, str]]] = mapped_column(SealedJson("report_version.return_reasons"))
    hash: Mapped[str] = mapped_column(String(64))
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("account.id"))
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
