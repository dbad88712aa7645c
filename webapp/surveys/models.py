"""Tables of surveys. No row holds what one person answered: answers are added to counts when they come in.

So there is nothing to join: neither the state of the counts nor that of the invitations depends on who answered what,
or in which order. Texts lie apart, sealed, sorted by their letters.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Id, UtcDateTime


class Survey(Base):
    """One version of a survey: versions share their `series`. Once it is open, its form stays as it is.

    `plan` is how those asked by invitation were drawn (see rules.Plan); `until` is the last day, inclusive.
    """

    __tablename__ = "survey"
    __table_args__ = (Index("ix_survey_unit_state", "unit_id", "state"), Index("ix_survey_series", "series", "number"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    series: Mapped[str] = mapped_column(Id)
    number: Mapped[int]
    unit_id: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"))
    kind: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(8))
    form: Mapped[dict[str, Any]] = mapped_column(JSON)
    hash: Mapped[str] = mapped_column(String(64))
    plan: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    until: Mapped[date]
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(Id, ForeignKey("account.id"))


class SurveyPlace(Base):
    """A code that hangs somewhere and takes many answers; `is_listed` shows it on the residents' home besides."""

    __tablename__ = "survey_place"
    __table_args__ = (Index("ix_survey_place_survey", "survey_id"), Index("ix_survey_place_unit", "unit_id"))

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    survey_id: Mapped[str] = mapped_column(Id, ForeignKey("survey.id"))
    unit_id: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"))
    token: Mapped[str] = mapped_column(String(26), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    is_listed: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SurveyInvitation(Base):
    """A right to answer once. The token is not kept, nor for whom it is, nor when it was used.

    Using one writes all rows of its place anew, so that no trace of the database tells which was used last.
    """

    __tablename__ = "survey_invitation"
    __table_args__ = (Index("ix_survey_invitation_survey", "survey_id", "unit_id"), {"sqlite_with_rowid": False})

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    survey_id: Mapped[str] = mapped_column(Id, ForeignKey("survey.id"))
    unit_id: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"))
    is_used: Mapped[bool]


class SurveyDoor(Base):
    """A household that was drawn: an invitation is brought there, any one. Forgotten when the survey closes."""

    __tablename__ = "survey_door"
    __table_args__ = (Index("ix_survey_door_household", "household_id"), {"sqlite_with_rowid": False})

    survey_id: Mapped[str] = mapped_column(Id, ForeignKey("survey.id"), primary_key=True)
    household_id: Mapped[str] = mapped_column(Id, ForeignKey("household.id"), primary_key=True)
    unit_id: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"))


class SurveyTally(Base):
    """What came in at one place by one road: how many answers, and how often each was given.

    `counts` is `{question: {choice: people}}`; people without an answer stand under "".
    """

    __tablename__ = "survey_tally"

    survey_id: Mapped[str] = mapped_column(Id, ForeignKey("survey.id"), primary_key=True)
    unit_id: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"), primary_key=True)
    channel: Mapped[str] = mapped_column(String(8), primary_key=True)
    answered: Mapped[int]
    counts: Mapped[dict[str, Any]] = mapped_column(JSON)


class SurveyTexts(Base):
    """Texts from one place, at most some hundred, sorted by their letters, sealed with the survey's own key."""

    __tablename__ = "survey_texts"

    survey_id: Mapped[str] = mapped_column(Id, ForeignKey("survey.id"), primary_key=True)
    unit_id: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    is_full: Mapped[bool]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
