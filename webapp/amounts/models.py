"""The table of amounts."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Id, UtcDateTime


class Amount(Base):
    """What `scheme` pays in `region` from `valid_from` to `valid_to` (the last day; none: until another row begins).

    `region` is a code of six digits (`331126`, `331100`, `330000`), or empty for the whole nation; `amount` is in fen;
    `per` is one of `rules.PERIODS`. `verified_by` names the office that has checked the figure for that region; while
    it is none, nobody has. A row is never changed: of two with the same first day the one noted later holds.
    """

    __tablename__ = "amount"
    __table_args__ = (Index("ix_amount_scheme_region", "scheme", "region"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    scheme: Mapped[str] = mapped_column(String(60))
    region: Mapped[str] = mapped_column(String(6))
    amount: Mapped[int]
    per: Mapped[str] = mapped_column(String(16))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    reference: Mapped[str] = mapped_column(String(200))
    source_url: Mapped[str] = mapped_column(String(500))
    verified_by: Mapped[str | None] = mapped_column(String(60))
    verified_on: Mapped[date | None] = mapped_column(Date)
    noted_by: Mapped[str | None] = mapped_column(Id, ForeignKey("account.id"), index=True)
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)
