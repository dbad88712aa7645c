"""Reading amounts."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select

from webapp.amounts.models import Amount
from webapp.amounts.rules import AmountRow, pick, regions_of
from webapp.core.db import db
from webapp.orgs import queries as orgs

COLUMNS = tuple(getattr(Amount, name) for name in AmountRow.__slots__)


def amounts_on(schemes: Iterable[str], where: str | Sequence[str], day: date) -> dict[str, AmountRow]:
    """Return what each of `schemes` pays on `day` at `where`: a unit's path, or regions with the nearest first.

    A scheme of which no row holds, neither there nor above, is left out.
    """
    wanted = set(schemes)
    if not wanted:
        return {}
    regions = regions_at(where) if isinstance(where, str) else list(where)
    query = select(*COLUMNS).where(Amount.scheme.in_(wanted), Amount.region.in_(regions), Amount.valid_from <= day)
    rows: dict[str, list[AmountRow]] = {}
    for row in db.session.execute(query):
        rows.setdefault(row.scheme, []).append(AmountRow(*row))
    found = {scheme: pick(rows[scheme], regions, day) for scheme in rows}
    return {scheme: row for scheme, row in found.items() if row}


def regions_at(path: str) -> list[str]:
    """Return the regions that speak for the unit with `path`, the nearest first."""
    units = orgs.units(orgs.ids_on_path(path)).values()
    return regions_of(max((unit.code or "" for unit in units), key=len, default=""))


def all_amounts(regions: Iterable[str] | None = None) -> list[AmountRow]:
    """Return every row, of `regions` or of all, by scheme, region and first day, the newest first."""
    query = select(*COLUMNS)
    if regions is not None:
        query = query.where(Amount.region.in_(list(regions)))
    order = (Amount.scheme, Amount.region, Amount.valid_from.desc(), Amount.noted_at.desc())
    return [AmountRow(*row) for row in db.session.execute(query.order_by(*order))]


def schemes() -> list[str]:
    """Return the schemes that have any row, by name."""
    return list(db.session.scalars(select(Amount.scheme).distinct().order_by(Amount.scheme)))
