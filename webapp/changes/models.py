"""The table of changes."""

from sqlalchemy import BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Id


class Change(Base):
    """Record `record_id` of a unit reached `version`. Numbers rise in the order of commits (core.db)."""

    __tablename__ = "change"
    __table_args__ = (Index("ix_change_unit_seq", "unit_id", "seq"),)

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    type: Mapped[str] = mapped_column(String(20))
    record_id: Mapped[str] = mapped_column(Id)
    version: Mapped[int]
    unit_id: Mapped[str] = mapped_column(Id)
    month: Mapped[int]
    deleted: Mapped[bool]
