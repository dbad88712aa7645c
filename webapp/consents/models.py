"""The table of answers."""

import datetime as dt

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Id, UtcDateTime


class Consent(Base):
    """One answer to one purpose, as it was given that day; never changed, only followed by another.

    Who agreed as guardian is sealed with the key of `household_id`, whose answer it is.
    """

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_household", "household_id", "purpose"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    household_id: Mapped[str] = mapped_column(Id, ForeignKey("household.id"))
    purpose: Mapped[str] = mapped_column(String(20))
    text_version: Mapped[int]
    given: Mapped[bool]
    on: Mapped[dt.date]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("account.id"))
    received_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
