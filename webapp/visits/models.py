"""Tables of visits and of needs, the small cases that come out of them."""

import datetime as dt

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Id, UtcDateTime


class Visit(Base):
    """One visit at one door. `month` is the one it counts in; `late` marks that its own month was closed already.

    The note is sealed with the household's key. No position, picture or signature is kept, nor the time of day.
    """

    __tablename__ = "visit"
    __table_args__ = (
        Index("ix_visit_unit_month", "unit_id", "month"),
        Index("ix_visit_household", "household_id", "date"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[int]
    unit_id: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"))
    household_id: Mapped[str] = mapped_column(Id, ForeignKey("household.id"))
    month: Mapped[int]
    date: Mapped[dt.date]
    outcome: Mapped[str] = mapped_column(String(12))
    not_before: Mapped[dt.date | None]
    follow_up: Mapped[dt.date | None]
    topics: Mapped[list[str]] = mapped_column(JSON)
    late: Mapped[bool]
    deleted: Mapped[bool]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    hash: Mapped[str] = mapped_column(String(64))
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("account.id"))
    declared_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class Need(Base):
    """Something that a household asked for. `month` is the one it counts in; to whom it was passed is sealed.

    It goes where its household goes (`unit_id`), and goes on counting at the group that heard of it (`counts_at`).
    """

    __tablename__ = "need"
    __table_args__ = (
        Index("ix_need_counts_at_month", "counts_at", "month"),
        Index("ix_need_unit_state_promised", "unit_id", "state", "promised"),
        Index("ix_need_household", "household_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[int]
    unit_id: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"))
    household_id: Mapped[str] = mapped_column(Id, ForeignKey("household.id"))
    visit_id: Mapped[str | None] = mapped_column(Id)
    counts_at: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"))
    month: Mapped[int]
    service: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10))
    opened: Mapped[dt.date]
    promised: Mapped[dt.date | None]
    closed: Mapped[dt.date | None]
    late: Mapped[bool]
    deleted: Mapped[bool]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    hash: Mapped[str] = mapped_column(String(64))
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("account.id"))
    declared_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
