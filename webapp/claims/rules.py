"""What a date means for a family's claims: pure, and the same on the phone (static/js/domain/claims.js).

Both sides are held to tests/vectors/claims.json. Days are dates, amounts whole yuan. The figures come from
data/rules.json, in which every one carries the days on which it is in force.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from webapp.core.period import months_after

Figures = Mapping[str, Any]
A_YEAR = 12


def childcare(born: date, today: date, figures: Figures, adopted: date | None = None) -> dict[str, Any]:
    """Return what the childcare subsidy is for a child born on `born`, as of `today`.

    `{"state", "total", "first_from", "first_by", "renewals"}`: `state` is `too_early` (three years old before the
    subsidy began), `open`, `closed` (the first application is no longer taken) or `ask` (adopted after the last
    day to apply: the office decides); `total` is what all years come to; `renewals` are the years in which one
    applies again, counted from a first application this year or in the first year that is left.
    Source: Administrative Standard for the Childcare Subsidy (2025): 3,600 yuan a year up to three years of age; born
    before 2025, 300 yuan a month from January 2025 on, first application in 2025; born later, in the year of birth or
    the year after, and again in each of the two years that follow.
    """
    rule = figures["childcare"]
    since, third = date.fromisoformat(rule["since"]), months_after(born, rule["until_age"] * A_YEAR)
    if third < since:
        return {"state": "too_early", "total": 0, "first_from": None, "first_by": None, "renewals": []}
    is_earlier = born < since
    first_by = date.fromisoformat(rule["earlier_first_by"]) if is_earlier else date(born.year + 1, 12, 31)
    first_from = max(since, born, adopted or born)
    state = "ask" if first_from > first_by else "open" if today <= first_by else "closed"
    total = _months(since, third) * rule["monthly"] if is_earlier else rule["until_age"] * rule["yearly"]
    applied = first_by.year if is_earlier else max(first_from.year, min(today.year, first_by.year))
    last = third.year if is_earlier else applied + rule["until_age"] - 1
    renewals = list(range(applied + 1, last + 1)) if state != "ask" else []
    return {"state": state, "total": total, "first_from": first_from, "first_by": first_by, "renewals": renewals}


def _months(since: date, third: date) -> int:
    """Count the months from `since` to the one in which a child is three years old, both counted."""
    return (third.year - since.year) * A_YEAR + third.month - since.month + 1


def assistance(scheme: str, born: date, today: date, figures: Figures) -> dict[str, Any] | None:
    """Return from when somebody born on `born` has the assistance `scheme`, and how much a month it is then.

    `{"state", "since", "amount", "sure"}`: `state` is `now` or `later`; the amount is that of `today`, or of the first
    day where that comes later; `sure` says whether the figure is known to be in force everywhere. None before the
    scheme's first known figure. Sources: the scheme of rewards for rural families (2004, 960 yuan a year from 2012);
    the special assistance of 450 and 350 yuan, 590 and 460 from 1 July 2022; mother's age 49.
    """
    rows: Sequence[Mapping[str, Any]] = [row for row in figures["assistance"] if row["scheme"] == scheme]
    since = months_after(born, rows[0]["age"] * A_YEAR)
    day = max(since, today)
    row = next((row for row in rows if row["from"] <= day.isoformat() <= (row["until"] or "9999")), None)
    if row is None:
        return None
    return {
        "state": "now" if since <= today else "later",
        "since": since,
        "amount": row["amount"],
        "sure": row["sure"],
    }


def residence_permit(registered: date, figures: Figures) -> date:
    """Return the first day on which who registered a residence on `registered` has lived there for half a year.

    Source: Interim Regulations on Residence Permits (2016), article 2: half a year, and work, a home or a school.
    """
    return months_after(registered, figures["residence"]["months"])


def endorsement(issued: date, today: date, figures: Figures) -> tuple[date, date]:
    """Return the first and last day of the next yearly endorsement of a permit that was issued on `issued`.

    Source: Interim Regulations on Residence Permits (2016), article 10: within the month before each year ends.
    """
    years = max(1, today.year - issued.year)
    end = months_after(issued, years * A_YEAR)
    if end < today:
        end = months_after(issued, (years + 1) * A_YEAR)
    return months_after(end, -figures["residence"]["window"]), end


def registration(kind: str, day: date, figures: Figures) -> date:
    """Return the last day to register what happened on `day`; `kind` is one of `figures["registration"]`.

    Source: Regulations on Household Registration (1958), articles 7 (birth), 8 (death, outside cities), 13 (arrival).
    """
    term = figures["registration"][kind]
    return months_after(day, term["months"]) if "months" in term else day + timedelta(term["days"])
