"""The table of what residents told."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Id, UtcDateTime


class Feedback(Base):
    """One message; `unit_id` is who has to do something about it. Its words and telephone are sealed with its own key.

    `household_id` is none when the code belongs to no household, or no longer. `state` is `open`, `done` or `dropped`.
    """

    __tablename__ = "feedback"
    __table_args__ = (Index("ix_feedback_unit_state", "unit_id", "state"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[int]
    unit_id: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"))
    household_id: Mapped[str | None] = mapped_column(Id, ForeignKey("household.id"))
    kind: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(8))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str | None] = mapped_column(Id, ForeignKey("account.id"))
