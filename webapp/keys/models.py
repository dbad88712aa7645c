"""Tables of wrapped keys. Nothing in here opens anything without the master key, which is in no table."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Id, UtcDateTime


class MasterKey(Base):
    """The master key in use, by its fingerprint, so that a start with another one is noticed.

    `root` is a random key wrapped by it, from which the keys for columns, search and hashes come: they outlive it.
    """

    __tablename__ = "master_key"

    fingerprint: Mapped[str] = mapped_column(String(16), primary_key=True)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SubjectKey(Base):
    """The key of one household or one message; without its row nothing that was sealed with it can be read again."""

    __tablename__ = "subject_key"

    subject_id: Mapped[str] = mapped_column(Id, primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class BoxKey(Base):
    """A key pair for what phones seal to the server; the newest is given out, the earlier ones still open."""

    __tablename__ = "box_key"

    kid: Mapped[str] = mapped_column(String(16), primary_key=True)
    public: Mapped[bytes] = mapped_column(LargeBinary)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
