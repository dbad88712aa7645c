"""Tables of facts and of how far they have caught up."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Id, UtcDateTime


class Fact(Base):
    """What a unit, with all under it, came to for a measure in a month. Zeroes are not kept."""

    __tablename__ = "fact"
    __table_args__ = (Index("ix_fact_month_parent", "month", "parent_id"),)

    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    unit_id: Mapped[str] = mapped_column(Id, primary_key=True)
    measure: Mapped[str] = mapped_column(String(40), primary_key=True)
    parent_id: Mapped[str | None] = mapped_column(Id)
    value: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))


class Mark(Base):
    """The last change that the facts contain, and when they last contained all there were; one row."""

    __tablename__ = "rollup_mark"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)
