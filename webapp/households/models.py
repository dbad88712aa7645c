"""Tables of the register. What is about somebody is sealed with the household's own key (`keys`)."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Id, UtcDateTime


class Household(Base):
    """One door. `sealed` holds address, contact, members and whatever else is about somebody, as JSON.

    `left_on` is the day from which nobody of it lives here any more; `erased_at` says that its key is gone.
    """

    __tablename__ = "household"
    __table_args__ = (Index("ix_household_unit", "unit_id", "left_on"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[int]
    unit_id: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"))
    kind: Mapped[str] = mapped_column(String(12))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    left_on: Mapped[date | None]
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    hash: Mapped[str] = mapped_column(String(64))
    author_id: Mapped[str] = mapped_column(Id, ForeignKey("account.id"))
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)


class HouseholdTerm(Base):
    """Whose a household was, from `since` up to but without `until`: what an old phone still sends is judged by it."""

    __tablename__ = "household_term"

    household_id: Mapped[str] = mapped_column(Id, ForeignKey("household.id"), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    unit_id: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"), primary_key=True)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class HouseholdWord(Base):
    """A piece of an address, name or number by which a household is found: a keyed hash, so that nobody reads it."""

    __tablename__ = "household_word"
    __table_args__ = (Index("ix_household_word_household", "household_id"), {"sqlite_with_rowid": False})

    word: Mapped[bytes] = mapped_column(LargeBinary(8), primary_key=True)
    household_id: Mapped[str] = mapped_column(Id, ForeignKey("household.id"), primary_key=True)
