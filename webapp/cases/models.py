"""Tables of cases and of what was done about each."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Id, UtcDateTime


class Case(Base):
    """One case. Its words are sealed with its own key; without them the row says what an office did and how fast.

    `place_id` is where it comes from, `unit_id` who has it now, `named_id` the unit that is complained about: nobody
    at or under that one ever sees it. `first_unit_id` and `first_due` are who got it first and what was promised then,
    `answered_at` is the first answer, `changed_at` the last step. `secret_hash` goes with the words when the case has
    been kept long enough.
    """

    __tablename__ = "case_file"  # the word alone means something else in SQL
    __table_args__ = (
        Index("ix_case_file_unit_state_due", "unit_id", "state", "due"),
        Index("ix_case_file_state_due", "state", "due"),
        Index("ix_case_file_first_unit_created", "first_unit_id", "created_at"),
        Index("ix_case_file_place_kind", "place_id", "kind"),
        Index("ix_case_file_state_changed", "state", "changed_at"),
        Index("ix_case_file_closed_at", "closed_at"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    version: Mapped[int]
    number: Mapped[str] = mapped_column(String(10), unique=True)
    secret_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    about: Mapped[str | None] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(12))
    place_id: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"))
    unit_id: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"))
    named_id: Mapped[str | None] = mapped_column(Id, ForeignKey("unit.id"))
    due: Mapped[date]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    first_unit_id: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"))
    first_due: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    rating: Mapped[int | None]
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class CaseStep(Base):
    """One thing that was done: by an office (`unit_id`, and who there), by the resident, or by the clock (`by`).

    `to_unit_id` is who has the case from then on. What was said with it is sealed with the key of the case.
    """

    __tablename__ = "case_step"
    __table_args__ = (Index("uq_case_step_case_number", "case_id", "number", unique=True),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    case_id: Mapped[str] = mapped_column(Id, ForeignKey("case_file.id"))
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    kind: Mapped[str] = mapped_column(String(12))
    by: Mapped[str] = mapped_column(String(8))
    unit_id: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"))
    to_unit_id: Mapped[str | None] = mapped_column(Id, ForeignKey("unit.id"))
    account_id: Mapped[str | None] = mapped_column(Id, ForeignKey("account.id"))
    due: Mapped[date]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
