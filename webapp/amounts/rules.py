"""Which amount holds where and when: rows in, one row out."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

PERIODS = ("month", "year", "once", "person-month", "person-year", "child-month", "child-year")
NATION = ""
DIGITS = 6  # of a region's code: province, city and county take two each
SCHEME = re.compile(r"[a-z0-9-]{2,60}\Z")
TOKEN = re.compile(r"\[\[amount:([a-z0-9-]{2,60})\]\]")


@dataclass(frozen=True, slots=True)
class AmountRow:
    """One row: `amount` in fen, `valid_to` the last day or none, `region` as in `regions_of`."""

    id: str
    scheme: str
    region: str
    amount: int
    per: str
    valid_from: date
    valid_to: date | None
    reference: str
    source_url: str
    verified_by: str | None
    verified_on: date | None
    noted_at: datetime

    @property
    def is_verified(self) -> bool:
        """Whether somebody has checked the figure for its region."""
        return self.verified_on is not None

    @property
    def whole_yuan(self) -> int | None:
        """Return the amount in yuan when there are no fen, else None."""
        return None if self.amount % 100 else self.amount // 100


def regions_of(code: str | None) -> list[str]:
    """Return the regions that speak for the unit with `code` (short form), the nearest first.

    `331126101` lies in `331126`, `331100`, `330000` and the nation, `""`.
    """
    digits = (code or "")[:DIGITS]
    parts = [digits[:length] for length in (6, 4, 2) if len(digits) >= length]
    return [*(part.ljust(DIGITS, "0") for part in parts), NATION]


def is_region(code: str) -> bool:
    """Return whether `code` can be a region: empty, or six digits."""
    return code == NATION or (len(code) == DIGITS and code.isascii() and code.isdigit())


def holds_on(row: AmountRow, day: date) -> bool:
    """Return whether `day` lies between the first and the last day of `row`."""
    return row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)


def pick(rows: Iterable[AmountRow], regions: list[str], day: date) -> AmountRow | None:
    """Return the row of one scheme that holds on `day`: of the nearest of `regions` that has any, the latest to begin.

    A row ends the earlier ones of its region, also when it ends itself. None when nothing holds anywhere.
    """
    by_region: dict[str, list[AmountRow]] = {}
    for row in rows:
        by_region.setdefault(row.region, []).append(row)
    for region in regions:
        begun = [row for row in by_region.get(region, ()) if row.valid_from <= day]
        newest = max(begun, key=lambda row: (row.valid_from, row.noted_at, row.id), default=None)
        if newest and holds_on(newest, day):
            return newest
    return None


def pieces(html: str) -> list[tuple[str, str | None]]:
    """Return `html` cut at its amounts: `(html, None)` for what stands between, `("", scheme)` for each amount.

    An amount is written `[[amount:childcare]]`. `html` has been cleaned, so that none stands inside an element's tag.
    """
    parts = TOKEN.split(html)  # text, scheme, text, scheme, ..., text
    cut = [("", part) if index % 2 else (part, None) for index, part in enumerate(parts)]
    return [piece for piece in cut if piece != ("", None)]


def named(text: str, names: Mapping[str, Mapping[str, str]], language: str) -> str:
    """Return `text` with the name of each amount's scheme, `[育儿补贴]`, or its code where it has no name."""
    return TOKEN.sub(lambda found: f"[{names.get(found[1], {}).get(language, found[1])}]", text)


def schemes_in(text: str) -> set[str]:
    """Return the schemes whose amounts `text` names."""
    return set(TOKEN.findall(text))
