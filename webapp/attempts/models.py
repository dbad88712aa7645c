"""The table of what is counted."""

from datetime import datetime

from sqlalchemy import Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, UtcDateTime


class Attempt(Base):
    """Something that is counted, under a keyed hash of what it was and whose: enough to count, forgotten after a day.

    Failed sign-ins by login and address, after which the table is called, but also visits to codes on doors, what was
    told there, cases and answers that came, and receipts that were asked for and not found.
    """

    __tablename__ = "failed_sign_in"
    __table_args__ = (Index("ix_failed_sign_in_key_at", "key", "at"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
