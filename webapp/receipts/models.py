"""The table of receipts."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Id, UtcDateTime


class Receipt(Base):
    """Proof for one version of one record. No values: the hash is enough to compare with what the phone shows."""

    __tablename__ = "receipt"
    __table_args__ = (Index("ix_receipt_record", "record_id", "version"), Index("ix_receipt_hash", "hash"))

    number: Mapped[str] = mapped_column(String(16), primary_key=True)
    record_type: Mapped[str] = mapped_column(String(20))
    record_id: Mapped[str] = mapped_column(Id)
    version: Mapped[int]
    unit_id: Mapped[str] = mapped_column(Id)
    month: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    declared_at: Mapped[datetime] = mapped_column(UtcDateTime)
    received_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signature: Mapped[str] = mapped_column(String(86))
