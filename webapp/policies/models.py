"""Tables of what is published: a document, its editions, their attachments, and what was displayed when."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Id, UtcDateTime


class Document(Base):
    """What one unit says about one topic; `kind` is one of `rules.KINDS`. All its content lies in its editions."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("topic", "unit_id"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    topic: Mapped[str] = mapped_column(String(60))
    unit_id: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Edition(Base):
    """One dated edition; once published, only the two columns of taking it down change.

    `texts` is `{language: {"title", "summary", "body", "audience"}}` with Markdown in `body`, `html` what the bodies
    were rendered to when it was published, by language. `state` is `draft`, `review` or `published`; in `review` with
    `reviewed_by` it has been approved and waits to be published. `valid_to` is the last day; `repealed_on` the first
    day without it, `repealed_by` what says so. `verified_by` names an office. `revision` counts changes of a draft,
    so that nobody approves what they have not seen; `writers` are the accounts that wrote any of it, none of whom
    reviews it; `remark` is why a reviewer gave it back.
    """

    __tablename__ = "edition"
    __table_args__ = (
        UniqueConstraint("document_id", "number"),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="ends_after_it_begins"),
        CheckConstraint("(repealed_by IS NULL) = (repealed_on IS NULL)", name="repealed_by_and_on"),
        CheckConstraint("reviewed_by IS NULL OR reviewed_by <> drafted_by", name="second_person"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    document_id: Mapped[str] = mapped_column(Id, ForeignKey("document.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    revision: Mapped[int]
    texts: Mapped[dict[str, Any]] = mapped_column(JSON)
    html: Mapped[dict[str, Any]] = mapped_column(JSON)
    reference: Mapped[str] = mapped_column(String(200))
    issuer: Mapped[str] = mapped_column(String(100))
    source_name: Mapped[str] = mapped_column(String(200))
    source_url: Mapped[str] = mapped_column(String(500))
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    repealed_by: Mapped[str | None] = mapped_column(String(200))
    repealed_on: Mapped[date | None] = mapped_column(Date)
    verified_by: Mapped[str | None] = mapped_column(String(60))
    verified_on: Mapped[date | None] = mapped_column(Date)
    contact: Mapped[str] = mapped_column(String(200))
    needs_local: Mapped[bool]
    remark: Mapped[str | None] = mapped_column(Text)
    writers: Mapped[list[str]] = mapped_column(JSON)
    drafted_by: Mapped[str | None] = mapped_column(Id, ForeignKey("account.id"), index=True)
    drafted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reviewed_by: Mapped[str | None] = mapped_column(Id, ForeignKey("account.id"))
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_by: Mapped[str | None] = mapped_column(Id, ForeignKey("account.id"))
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_down_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_down_because: Mapped[str | None] = mapped_column(Text)


class Attachment(Base):
    """A file that hangs on an edition; `name` has been made harmless, `media_type` comes from the content."""

    __tablename__ = "attachment"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    edition_id: Mapped[str] = mapped_column(Id, ForeignKey("edition.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]  # bytes
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    added_by: Mapped[str | None] = mapped_column(Id, ForeignKey("account.id"))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Display(Base):
    """A duty to display that `unit_id` has done for one period (`2026Q4`, `2026`, `2026-11-22`).

    `duty` is a code of data/duties.json; `edition_id` what was published, or none when it hung on the board only;
    `shown_from` the first day of the display.
    """

    __tablename__ = "display"
    __table_args__ = (UniqueConstraint("unit_id", "duty", "period"),)

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"))
    duty: Mapped[str] = mapped_column(String(40))
    period: Mapped[str] = mapped_column(String(10))
    edition_id: Mapped[str | None] = mapped_column(Id, ForeignKey("edition.id"), index=True)
    shown_from: Mapped[date] = mapped_column(Date)
    note: Mapped[str] = mapped_column(String(200))
    noted_by: Mapped[str] = mapped_column(Id, ForeignKey("account.id"))
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)
