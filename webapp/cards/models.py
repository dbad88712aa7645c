"""The table of cards."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Id, UtcDateTime


class Card(Base):
    """One card of a household, found by its token's hash; the token is sealed with the household's key, for printing.

    `state` is `live`, `revoked` or `lost`.
    """

    __tablename__ = "card"
    __table_args__ = (Index("ix_card_household", "household_id"), Index("ix_card_unit_state", "unit_id", "state"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    number: Mapped[str] = mapped_column(String(7), unique=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    household_id: Mapped[str] = mapped_column(Id, ForeignKey("household.id"))
    unit_id: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    state: Mapped[str] = mapped_column(String(8))
    issued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    issued_by: Mapped[str] = mapped_column(Id, ForeignKey("account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
