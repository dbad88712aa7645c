"""Tables of accounts, the devices they are signed in on, and invitations."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Id, UtcDateTime


class Account(Base):
    """A member of staff: one role at one unit. The password is kept as an argon2id hash only.

    `undertaking_version` is that of the text in data/undertaking.json which its owner undertook to keep; accounts that
    came about without an invitation have none.
    """

    __tablename__ = "account"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    login: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(12))
    unit_id: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"), index=True)
    password_hash: Mapped[str] = mapped_column(String(128))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undertaking_version: Mapped[int | None]
    undertaking_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Device(Base):
    """A signed-in device: the session lives as long as this row is neither expired nor revoked.

    `received` counts the records that arrived in this session and in those before it that the phone knows by its mark:
    what it says when its browser has wiped it.
    `opening_hash` is that of the secret in the phone's vault: without it the session alone reads nothing. Devices that
    keep no vault have none.
    """

    __tablename__ = "device"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    account_id: Mapped[str] = mapped_column(Id, ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    heard_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    received: Mapped[int] = mapped_column(default=0, server_default="0")
    received_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    opening_hash: Mapped[str | None] = mapped_column(String(64))


class Invitation(Base):
    """A one-time link; the token is kept as a hash only.

    It leads to an account that is not there yet, or to a new password for the one that `account_id` names.
    """

    __tablename__ = "invitation"

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(40))
    role: Mapped[str] = mapped_column(String(12))
    unit_id: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"), index=True)
    account_id: Mapped[str | None] = mapped_column(Id, ForeignKey("account.id"))
    invited_by: Mapped[str] = mapped_column(Id, ForeignKey("account.id"))
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
