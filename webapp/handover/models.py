"""The table of records that came from the phone of a former owner, or of somebody whose session was ended."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Id, UtcDateTime


class HeldRecord(Base):
    """A record that somebody else is to look at, kept as it was sent until they have decided.

    `household_id` is the household that it is about, which may not be in the register yet: hence no foreign key.
    `sealed` is its body, sealed with the key of `subject_id`: the household's, or one of its own. `device_id` is the
    phone whose session was ended before it came, none for a former owner's. `state` is `open`, `taken` or `declined`.
    """

    __tablename__ = "held_record"
    __table_args__ = (
        Index("ix_held_record_unit_state", "unit_id", "state"),
        Index("ix_held_record_household", "household_id"),
        Index("ix_held_record_device", "device_id"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[int]
    type: Mapped[str] = mapped_column(String(20))
    household_id: Mapped[str | None] = mapped_column(Id)
    subject_id: Mapped[str] = mapped_column(Id)
    device_id: Mapped[str | None] = mapped_column(Id)
    unit_id: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(8))
    hash: Mapped[str] = mapped_column(String(64))
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("account.id"))
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(Id, ForeignKey("account.id"))
