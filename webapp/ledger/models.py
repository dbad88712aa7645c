"""The table of ledger lines."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Id, UtcDateTime


class LedgerLine(Base):
    """One line. `hash` covers the line and the hash before it; lines are never changed or removed."""

    __tablename__ = "ledger_line"
    __table_args__ = (Index("ix_ledger_line_subject", "subject_id"),)

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    action: Mapped[str] = mapped_column(String(40))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(40))
    actor_id: Mapped[str | None] = mapped_column(Id)
    unit_id: Mapped[str | None] = mapped_column(Id)
    month: Mapped[int | None]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class LedgerTip(Base):
    """The one row that says where the ledger ends, with a code that only the master key makes: nothing is cut off it.

    Each batch of lines goes on from here. An empty `code` says that the row was not as it should be when it was last
    read: that stays, until somebody has looked into it.
    """

    __tablename__ = "ledger_tip"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
    hash: Mapped[str] = mapped_column(String(64))
    code: Mapped[bytes] = mapped_column(LargeBinary)
