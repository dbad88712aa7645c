"""Tables of the unit tree: what a unit is today, and what it was called, coded and placed before."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.core.db import Base, Id

# Sub-trees are read as ranges of paths, which needs an order by bytes; SQLite has no other.
Path = String(255).with_variant(String(255, collation="C"), "postgresql")


class Unit(Base):
    """A unit as it stands today; `path` is `/` + the ids from the root down to itself, joined by `/`, + `/`."""

    __tablename__ = "unit"
    __table_args__ = (
        CheckConstraint("closed IS NULL OR closed > opened", name="closed_after_opened"),
        # A code belongs to one open unit at a time; a closed unit keeps its last one.
        Index(
            "uq_unit_code_open",
            "code",
            unique=True,
            sqlite_where=text("closed IS NULL"),
            postgresql_where=text("closed IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    parent_id: Mapped[str | None] = mapped_column(Id, ForeignKey("unit.id"), index=True)
    level: Mapped[str] = mapped_column(String(12))
    path: Mapped[str] = mapped_column(Path, index=True)
    name: Mapped[str] = mapped_column(String(60))
    code: Mapped[str | None] = mapped_column(String(15))
    opened: Mapped[date]
    closed: Mapped[date | None]
    successor_id: Mapped[str | None] = mapped_column(Id, ForeignKey("unit.id"))


class UnitTerm(Base):
    """What one attribute (`name`, `code` or `parent`) of a unit was from `since` up to the day before `until`."""

    __tablename__ = "unit_term"
    __table_args__ = (
        CheckConstraint("until IS NULL OR until > since", name="until_after_since"),
        Index("ix_unit_term_unit_attribute_since", "unit_id", "attribute", "since", unique=True),
        Index("ix_unit_term_attribute_value", "attribute", "value"),
    )

    id: Mapped[str] = mapped_column(Id, primary_key=True)
    unit_id: Mapped[str] = mapped_column(Id, ForeignKey("unit.id"))
    attribute: Mapped[str] = mapped_column(String(8))
    value: Mapped[str | None] = mapped_column(String(60))
    since: Mapped[date]
    until: Mapped[date | None]
