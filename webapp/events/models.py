"""Tables of events and of the months that take no more of them."""

import datetime as dt

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Id, UtcDateTime
from webapp.core.sealed import SealedText


class Event(Base):
    """One event. `month` is the one it counts in; `late` marks a 补报: its own month was closed already."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_unit_month", "unit_id", "month"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[int]
    unit_id: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"))
    month: Mapped[int]
    date: Mapped[dt.date]
    kind: Mapped[str] = mapped_column(String(12))
    persons: Mapped[int]
    households: Mapped[int]
    region: Mapped[str | None] = mapped_column(String(6))
    service: Mapped[str | None] = mapped_column(String(40))
    note: Mapped[str | None] = mapped_column(SealedText("event.note"))
    visit_id: Mapped[str | None] = mapped_column(
        Id
    )  # the visit it was learned at: what leads from a number to its door
    late: Mapped[bool]
    deleted: Mapped[bool]
    hash: Mapped[str] = mapped_column(String(64))
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("account.id"))
    declared_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class ClosedMonth(Base):
    """A month of a unit that is reported: its events are counted, later ones go into the next (补报)."""

    __tablename__ = "closed_month"

    unit_id: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
