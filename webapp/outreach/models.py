"""The table of what was done for everybody at once."""

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Id, UtcDateTime
from webapp.core.sealed import SealedJson, SealedText


class OutreachEntry(Base):
    """One entry; `rules.KINDS` says which of its columns belong to its kind.

    `measure` is what it adds to the group's monthly report (`notices`, `guides`, `restocked`, else empty) and `counted`
    how much; `month` is the one it counts in, `late` marks that its own was reported already. A service point is an
    entry too; a change of its stock names it by `point_id`.
    """

    __tablename__ = "outreach_entry"
    __table_args__ = (
        CheckConstraint("counted >= 0 AND quantity >= 0 AND households >= 0 AND fresh >= 0", name="counts"),
        CheckConstraint("attended >= 0 AND hours >= 0", name="heads"),
        Index("ix_outreach_entry_unit_month", "unit_id", "month"),
        Index("ix_outreach_entry_month_kind", "month", "kind"),
        Index("ix_outreach_entry_kind_date", "kind", "date"),
        Index("ix_outreach_entry_point_id", "point_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[int]
    unit_id: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"))
    month: Mapped[int]
    date: Mapped[dt.date]
    kind: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(80))
    measure: Mapped[str] = mapped_column(String(12))
    counted: Mapped[int]
    quantity: Mapped[int]
    households: Mapped[int]
    fresh: Mapped[int]
    attended: Mapped[int]
    hours: Mapped[int]
    point_id: Mapped[str | None] = mapped_column(Id, ForeignKey("outreach_entry.id"))
    movement: Mapped[str | None] = mapped_column(String(10))
    occasion: Mapped[str | None] = mapped_column(String(40))
    texts: Mapped[dict[str, Any]] = mapped_column(SealedJson("outreach_entry.texts", dict))
    late: Mapped[bool]
    withdrawn: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(SealedText("outreach_entry.reason"))
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("account.id"))
    noted_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
