"""The table of records that came from a former owner's phone."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Id, UtcDateTime


class HeldRecord(Base):
    """A record about a household that is somebody else's by now, kept as it was sent until its new owner has decided.

    `sealed` is its body, sealed with the household's key; `state` is `open`, `taken` or `declined`.
    """

    __tablename__ = "held_record"
    __table_args__ = (Index("ix_held_record_unit_state", "unit_id", "state"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[int]
    type: Mapped[str] = mapped_column(String(20))
    household_id: Mapped[str] = mapped_column(Id, ForeignKey("household.id"))
    unit_id: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(8))
    hash: Mapped[str] = mapped_column(String(64))
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("account.id"))
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(Id, ForeignKey("account.id"))
