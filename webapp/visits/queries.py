"""Reading visits and needs. Notes are opened where the key of their household is still there."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, or_, select

from webapp.accounts.models import Account
from webapp.core import clock
from webapp.core.clock import to_local
from webapp.core.crypto import unseal
from webapp.core.db import table
from webapp.core.period import Month
from webapp.core.rows import each_of, execute
from webapp.households.models import HouseholdTerm
from webapp.households.queries import households, households_of
from webapp.households.rules import address_text
from webapp.keys.service import keys_of
from webapp.visits.models import Need, Visit
from webapp.visits.rules import MONTHS_OF_HISTORY, OPEN_STATES, deciding, doors_of, is_overdue

DATA = Path(__file__).parent / "data"
VISIT, NEED, TERM = table(Visit).c, table(Need).c, table(HouseholdTerm).c
Row = Mapping[str, Any]
Key = tuple[str, int]

NAMES = select(Account.id, Account.name).where(Account.id.in_(each_of("ids")))
VISITS_BY_ID = select(table(Visit)).where(VISIT.id.in_(each_of("ids")))
NEEDS_BY_ID = select(table(Need)).where(NEED.id.in_(each_of("ids")))
VISITS_WITHIN = select(table(Visit)).where(
    VISIT.unit_id.in_(each_of("units")), VISIT.month.in_(each_of("months")), ~VISIT.deleted
)
COUNTED_AT = select(table(Visit)).where(
    VISIT.household_id == bindparam("household"),
    VISIT.unit_id == bindparam("unit"),
    VISIT.month == bindparam("month"),
    ~VISIT.deleted,
)
VISITS_AT = (
    select(table(Visit))
    .where(VISIT.household_id.in_(each_of("households")), VISIT.date >= bindparam("since"), ~VISIT.deleted)
    .order_by(VISIT.date.desc(), VISIT.id)
)
LATER = table(Visit).alias("later")
IS_LATER = or_(LATER.c.date > VISIT.date, and_(LATER.c.date == VISIT.date, LATER.c.id > VISIT.id))
LAST_VISITS = select(VISIT.household_id, VISIT.date, VISIT.outcome, VISIT.not_before, VISIT.follow_up).where(
    VISIT.household_id.in_(each_of("households")),
    ~VISIT.deleted,
    ~exists().where(LATER.c.household_id == VISIT.household_id, LATER.c.date >= VISIT.date, ~LATER.c.deleted, IS_LATER),
)
NEEDS_AT = (
    select(table(Need))
    .where(NEED.household_id.in_(each_of("households")), ~NEED.deleted)
    .order_by(NEED.opened, NEED.id)
)
NEEDS_WITHIN = select(table(Need)).where(
    NEED.counts_at.in_(each_of("units")), NEED.month.in_(each_of("months")), ~NEED.deleted
)
OPEN_NEEDS = (
    select(table(Need))
    .where(NEED.unit_id.in_(each_of("units")), NEED.state.in_(OPEN_STATES), ~NEED.deleted)
    .order_by(NEED.promised.is_(None), NEED.promised, NEED.opened, NEED.id)
)
OPEN_COUNTS = (
    select(NEED.household_id, func.count())
    .where(NEED.household_id.in_(each_of("households")), NEED.state.in_(OPEN_STATES), ~NEED.deleted)
    .group_by(NEED.household_id)
)
SINCE = select(TERM.household_id, TERM.since).where(TERM.household_id.in_(each_of("households")), TERM.until.is_(None))
ELSEWHERE = "elsewhere"  # the month of a need that another group's report counts
VISIT_DAYS, NEED_DAYS = ("not_before", "follow_up"), ("promised", "closed")


@cache
def rules() -> dict[str, Any]:
    """Return the dated rules of visits (`{"not_before": [{"since", "until", "days"}]}`); treat them as read-only."""
    found: dict[str, Any] = json.loads((DATA / "rules.json").read_text("utf-8"))
    return found


def visits(ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return stored visits by their id, withdrawn ones too."""
    return {row["id"]: dict(row) for row in execute(VISITS_BY_ID, ids=list(ids)).mappings()} if ids else {}


def needs(ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return stored needs by their id, withdrawn ones too."""
    return {row["id"]: dict(row) for row in execute(NEEDS_BY_ID, ids=list(ids)).mappings()} if ids else {}


def visits_at(household_ids: Collection[str], since: date = date.min) -> list[dict[str, Any]]:
    """Return the stored visits of some households from the day `since` on, the newest first."""
    if not household_ids:
        return []
    return [dict(row) for row in execute(VISITS_AT, households=list(household_ids), since=since).mappings()]


def needs_at(household_ids: Collection[str]) -> list[dict[str, Any]]:
    """Return the stored needs of some households, the oldest first."""
    return [dict(row) for row in execute(NEEDS_AT, households=list(household_ids)).mappings()] if household_ids else []


def open_needs(unit_ids: Collection[str]) -> list[dict[str, Any]]:
    """Return the stored open needs of some groups: the earliest promised first, those without a promise last."""
    return [dict(row) for row in execute(OPEN_NEEDS, units=list(unit_ids)).mappings()] if unit_ids else []


def last_visits(household_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return of each household its last visit, as `{"date", "outcome", "not_before"?, "follow_up"?}`."""
    rows = execute(LAST_VISITS, households=list(household_ids)).mappings() if household_ids else ()
    return {
        row["household_id"]: {
            "date": row["date"].isoformat(),
            "outcome": row["outcome"],
            **{name: row[name].isoformat() for name in VISIT_DAYS if row[name]},
        }
        for row in rows
    }


def open_counts(household_ids: Collection[str]) -> dict[str, int]:
    """Return how many open needs each household has; those without any are missing."""
    if not household_ids:
        return {}
    return {household: count for household, count in execute(OPEN_COUNTS, households=list(household_ids))}


def notes_of(rows: Iterable[Row]) -> dict[str, dict[str, Any]]:
    """Return what is sealed of visits and needs by their id; nothing where the key is gone."""
    sealed = [row for row in rows if row["sealed"] is not None]
    keys = keys_of({row["household_id"] for row in sealed}) if sealed else {}
    return {
        row["id"]: unseal(keys[row["household_id"]], row["id"], row["sealed"])
        for row in sealed
        if row["household_id"] in keys
    }


def visit_data(row: Row, note: Row | None = None) -> dict[str, Any]:
    """Return a stored visit as phones know it; `note` is what `notes_of` opened of it."""
    data = {"unit": row["unit_id"], "household": row["household_id"], "date": row["date"].isoformat()}
    data |= {"outcome": row["outcome"], **{name: row[name].isoformat() for name in VISIT_DAYS if row[name]}}
    data |= {"topics": row["topics"]} if row["topics"] else {}
    return {**data, **(note or {}), "month": str(row["month"]), "late": row["late"]}


def need_data(row: Row, note: Row | None = None) -> dict[str, Any]:
    """Return a stored need as phones know it; `note` is what `notes_of` opened of it."""
    data = {"unit": row["unit_id"], "household": row["household_id"], "service": row["service"]}
    data |= {"state": row["state"], "opened": row["opened"].isoformat()}
    data |= {name: row[name].isoformat() for name in NEED_DAYS if row[name]}
    data |= {"visit": row["visit_id"]} if row["visit_id"] else {}
    month = str(row["month"]) if row["counts_at"] == row["unit_id"] else ELSEWHERE
    return {**data, **(note or {}), "month": month, "late": row["late"]}


def need_lines(rows: Sequence[Row], *, named: bool = True) -> list[dict[str, Any]]:
    """Return stored needs as lines of a list: `{"id", "service", "state", "opened", "promised", "overdue", …}`.

    With `named` also to whom each was passed on (`referred_to`).
    """
    names, today = ("id", "service", "state", "opened", "promised"), clock.today().isoformat()
    notes = notes_of(rows) if named else {}
    return [
        {
            **{name: row[name] for name in names},
            "overdue": is_overdue(need_data(row), today),
            "referred_to": notes.get(row["id"], {}).get("referred_to", ""),
        }
        for row in rows
    ]


def counted_still(need_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return what phones are told of needs, by id, whose household is another group's by now: that they count.

    For the group that they count at (`unit`): no state, nobody's words, nothing that is still to be done.
    """
    names = ("unit", "household", "service", "opened", "month", "late")
    rows = {key: {**row, "unit_id": row["counts_at"]} for key, row in needs(need_ids).items() if not row["deleted"]}
    return {key: {name: need_data(row)[name] for name in names} for key, row in rows.items()}


def told(rows: Mapping[str, Row], spell: Any) -> dict[str, dict[str, Any]]:
    """Return stored visits or needs by id as phones know them; `spell` is `visit_data` or `need_data`."""
    notes = notes_of(rows.values())
    return {key: spell(row, notes.get(key)) for key, row in rows.items()}


def came_on(household_ids: Collection[str]) -> dict[str, str]:
    """Return the day on which each household came to the group that has it now, as `2026-11-21`."""
    rows = execute(SINCE, households=list(household_ids)).all() if household_ids else ()
    return {key: to_local(since).date().isoformat() for key, since in rows}


def register_of(unit_ids: Collection[str]) -> list[dict[str, Any]]:
    """Return the households of some groups as the rule of the round knows them, with `unit` and `address`."""
    found = households_of(unit_ids)
    ids = [row["id"] for row in found]
    since, last = came_on(ids), last_visits(ids)
    return [_known(row, since.get(row["id"]), last.get(row["id"])) for row in found]


def _known(row: Row, since: str | None, last: Row | None) -> dict[str, Any]:
    days = {"left_on": row["left_on"].isoformat() if row["left_on"] else None, "since": since, "last": last}
    wishes = {name: row.get(name) for name in ("preference", "needs")}
    return {"id": row["id"], "unit": row["unit_id"], "kind": row["kind"], "address": row["address"], **days, **wishes}


def doors(keys: Collection[Key]) -> dict[Key, dict[str, Any]]:
    """Return what the report counts of visits, by `(unit id, month)`; groups that keep no households are missing.

    One question for groups without households, a handful for the others, however many there are.
    """
    register = register_of({unit for unit, _ in keys}) if keys else []
    if not register:
        return {}
    ids, home = [row["id"] for row in register], {row["id"]: row["unit"] for row in register}
    wanted = {key for key in keys if key[0] in home.values()}
    earliest = Month.from_int(min(month for _, month in wanted)).plus(-MONTHS_OF_HISTORY).first
    there = _grouped(register, lambda row: row["unit"])
    history = _grouped(map(_day_texts, visits_at(ids, earliest)), lambda row: home[row["household"]])
    asked = _grouped(map(_day_texts, needs_at(ids)), lambda row: home[row["household"]])
    counted, noted = _counted(VISITS_WITHIN, wanted), _counted(NEEDS_WITHIN, wanted)
    found = {}
    for key in wanted:
        counting = {row["id"]: {**row, "counts": True} for row in noted.get(key, [])}
        others = [row for row in asked.get(key[0], []) if row["id"] not in counting]
        known = (there[key[0]], history.get(key[0], []), counted.get(key, []), [*others, *counting.values()])
        found[key] = doors_of(Month.from_int(key[1]), *known)
    return {key: value for key, value in found.items() if value is not None}


def decides(visit: Row) -> bool:
    """Say whether a stored visit is the one that the report of its group counts for its household in its month."""
    mine = execute(COUNTED_AT, household=visit["household_id"], unit=visit["unit_id"], month=visit["month"]).mappings()
    return visit["id"] in {row["id"] for row in deciding(_day_texts(dict(row)) for row in mine)}


def behind(doors: Row | None) -> dict[str, dict[str, Any]]:
    """Return the visits and needs that a month's numbers count, by id, with the `address` of their household.

    Each is a stored row with `what` (`visit` or `need`) and `who`, the name of whose work it is, besides; one whose
    household cannot be opened has no address.
    """
    if doors is None:
        return {}
    found = {key: {**row, "what": "visit"} for key, row in visits([each["id"] for each in doors["visits"]]).items()}
    asked = needs([each["id"] for each in doors["needs"]])
    found |= {key: {**row, "what": "need", "date": row["opened"]} for key, row in asked.items()}
    homes = households({row["household_id"] for row in found.values()})
    places = {key: address_text(home["address"]) for key, home in homes.items()}
    people = names_of({row["author_id"] for row in found.values()})
    return {
        key: {**row, "address": places.get(row["household_id"], ""), "who": people.get(row["author_id"], "")}
        for key, row in found.items()
    }


def names_of(account_ids: Collection[str]) -> dict[str, str]:
    """Return the names of those whose work it is by their accounts' ids, also of accounts that are closed."""
    return dict(execute(NAMES, ids=list(account_ids)).all()) if account_ids else {}


def _counted(statement: Any, keys: Collection[Key]) -> dict[Any, list[dict[str, Any]]]:
    units, months = {unit for unit, _ in keys}, {month for _, month in keys}
    rows = execute(statement, units=list(units), months=list(months)).mappings()
    return _grouped(
        (_day_texts(dict(row)) for row in rows), lambda row: (row.get("counts_at", row["unit"]), row["month"])
    )


def _grouped(rows: Iterable[dict[str, Any]], key: Callable[[Row], Any]) -> dict[Any, list[dict[str, Any]]]:
    found: dict[Any, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def doors_at(unit_id: str, month: int) -> dict[str, Any] | None:
    """Return what the report of one group counts of visits; None when it keeps no households."""
    return doors([(unit_id, month)]).get((unit_id, month))


def _day_texts(row: dict[str, Any]) -> dict[str, Any]:
    """Return a stored visit or need as the rules know it: days as texts, under the names that travel."""
    days = {name: value.isoformat() for name, value in row.items() if type(value) is date}
    return {**row, **days, "household": row["household_id"], "unit": row["unit_id"]}


def round_rows(unit_ids: Sequence[str], month: Month) -> tuple[list[dict[str, Any]], ...]:
    """Return `(households, visits, needs)` of some groups, for the rule of the round."""
    register = register_of(unit_ids)
    ids = [row["id"] for row in register]
    history = [_day_texts(row) for row in visits_at(ids, month.plus(-MONTHS_OF_HISTORY).first)]
    return register, history, [_day_texts(row) for row in needs_at(ids)]
