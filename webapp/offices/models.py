"""The table of public pages."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Id, UtcDateTime


class OfficePage(Base):
    """What a unit tells everybody: `texts` holds `hours`, `phone`, `place`, `services`, each only when it is filled."""

    __tablename__ = "office_page"

    unit_id: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"), primary_key=True)
    texts: Mapped[dict[str, Any]] = mapped_column(JSON)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(Id, ForeignKey("account.id"))
