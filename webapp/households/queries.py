"""Reading the register. What is sealed is opened here; what is erased cannot be, and is missing."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import exists, func, select

from webapp.core.citizen import masked_number
from webapp.core.crypto import unseal
from webapp.core.db import db, table
from webapp.core.pieces import longest_piece, syllables
from webapp.core.rows import each_of, execute
from webapp.households.models import Household, HouseholdWord
from webapp.households.rules import (
    address_text,
    is_meant,
    likeness,
    names_of,
    nearness,
    sort_key,
    typed_runs,
    whole_pieces,
)
from webapp.keys.service import keyed_word, keys_of
from webapp.orgs.models import Unit
from webapp.orgs.queries import units, within

COLUMNS, WORD, UNIT = table(Household).c, table(HouseholdWord).c, table(Unit).c
KEPT = ("id", "unit_id", "version", "kind", "left_on")
# Of 500 households the instants and the hash, which nobody asks for here, took longer to read than all the rest.
TO_OPEN = select(*(COLUMNS[name] for name in (*KEPT, "sealed")))
BY_ID = select(table(Household)).where(COLUMNS.id.in_(each_of("ids")))
WITH_ID = TO_OPEN.where(COLUMNS.id.in_(each_of("ids")))
OF_UNITS = TO_OPEN.where(COLUMNS.unit_id.in_(each_of("units")), COLUMNS.erased_at.is_(None))
STANDING_WITH = (
    TO_OPEN.join(table(HouseholdWord), table(HouseholdWord).c.household_id == COLUMNS.id)
    .where(table(HouseholdWord).c.word.in_(each_of("words")), COLUMNS.erased_at.is_(None))
    .distinct()
)
COUNTS = (
    select(COLUMNS.unit_id, func.count())
    .where(COLUMNS.unit_id.in_(each_of("units")), COLUMNS.erased_at.is_(None), COLUMNS.left_on.is_(None))
    .group_by(COLUMNS.unit_id)
)
COMMUNITIES = select(UNIT.id, UNIT.parent_id, UNIT.level).where(UNIT.id.in_(each_of("units")))
MOST_CANDIDATES = 400  # households opened for one search
MOST_ALIKE = 5

Opened = dict[str, Any]


def rows_of(ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return households as they are stored, sealed, erased ones too, by their id."""
    return {row["id"]: dict(row) for row in execute(BY_ID, ids=list(ids)).mappings()} if ids else {}


def household(household_id: str) -> Opened | None:
    """Return one household, opened: `{"id", "unit_id", "version", "kind", "left_on", …data}`; None for none."""
    return households([household_id]).get(household_id)


def households(ids: Collection[str]) -> dict[str, Opened]:
    """Return households, opened, by their id; those that are erased or unknown are missing."""
    return open_all(execute(WITH_ID, ids=list(ids)).mappings().all()) if ids else {}


def households_of(unit_ids: Collection[str]) -> list[Opened]:
    """Return the households of some groups, opened, in the order in which one walks; those who left too."""
    rows = execute(OF_UNITS, units=list(unit_ids)).mappings().all()
    return sorted(open_all(rows).values(), key=lambda row: sort_key(row["address"]))


def living_under(path: str) -> list[tuple[str, str]]:
    """Return the households that live at or under the unit with `path` now, as `(id, path of its unit)`, by id."""
    living = (COLUMNS.left_on.is_(None), COLUMNS.erased_at.is_(None))
    query = select(COLUMNS.id, UNIT.path).join(table(Unit), UNIT.id == COLUMNS.unit_id).where(within(path), *living)
    return [(row.id, row.path) for row in db.session.execute(query.order_by(COLUMNS.id))]


def counts(unit_ids: Collection[str]) -> dict[str, int]:
    """Return how many households live in each of some groups; groups without any are missing."""
    return {unit_id: count for unit_id, count in execute(COUNTS, units=list(unit_ids))}


def open_all(rows: Iterable[Any]) -> dict[str, Opened]:
    """Return stored households opened, by their id; one question for all keys."""
    sealed = [row for row in rows if row["sealed"] is not None]
    keys = keys_of([row["id"] for row in sealed]) if sealed else {}
    return {row["id"]: opened(row, keys[row["id"]]) for row in sealed if row["id"] in keys}


def opened(row: Mapping[str, Any], key: bytes) -> Opened:
    """Return a stored household opened with its `key`."""
    return {**unseal(key, row["id"], row["sealed"]), **{name: row[name] for name in KEPT}}


def as_data(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return an opened household as a record's data, numbers of identity masked."""
    data = {name: value for name, value in row.items() if name not in KEPT}
    data |= {"unit": row["unit_id"], "kind": row["kind"]}
    data |= {"left_on": row["left_on"].isoformat()} if row["left_on"] else {}
    data |= {"members": [_masked(member) for member in row["members"]]} if row.get("members") else {}
    return data


def _masked(member: Mapping[str, Any]) -> dict[str, Any]:
    number = member.get("id_number")
    shown = {name: value for name, value in member.items() if name != "id_number"}
    return {**shown, **({"id_masked": masked_number(number)} if number else {})}


def for_phone(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return an opened household as phones know it: its data, and the pinyin by which they find it themselves.

    The pinyin is that of all who live there, each once, and of the address.
    """
    names = [part for name in dict.fromkeys(names_of(row)) for part in syllables(name, is_name=True)]
    return {**as_data(row), "pinyin": " ".join([*names, *syllables(address_text(row["address"]))])}


def communities_of(unit_ids: Collection[str]) -> dict[str, str]:
    """Return the community of each of some units: a group's is the one above it, a community is its own."""
    rows = execute(COMMUNITIES, units=list(unit_ids))
    return {unit_id: parent if level == "group" else unit_id for unit_id, parent, level in rows}


def search(unit: Unit, text: str, limit: int = 20) -> list[Opened]:
    """Return the households at or under `unit` (a group or its community) that say all of what was typed.

    The nearest come first. Words are keyed with the community, so nothing from elsewhere is even looked at.
    """
    typed = sorted(typed_runs(text), key=len, reverse=True)  # the longest word is the one that fewest have
    if not typed or unit.level not in ("group", "community"):
        return []
    scope = communities_of([unit.id])[unit.id]
    words = [[hidden(scope, piece) for piece in {run, longest_piece(run)}] for run in typed]
    only = [unit.id] if unit.level == "group" else None
    found = [row for row in _with_words(words, only) if is_meant(row, typed)]
    return sorted(found, key=lambda row: nearness(row, typed))[:limit]


def hidden(community_id: str, piece: str) -> bytes:
    """Return what the index keeps for `piece` of a household in a community."""
    return keyed_word(f"{community_id}|{piece}")


def _with_words(words: Sequence[Sequence[bytes]], units: Sequence[str] | None = None) -> list[Opened]:
    """Return the households that have a word of each of the sets `words`, opened; at most so many as are worth it."""
    first, *others = words
    query = TO_OPEN.join(table(HouseholdWord), WORD.household_id == COLUMNS.id)
    query = query.where(WORD.word.in_(first)).distinct()
    for more in others:
        other = table(HouseholdWord).alias()
        query = query.where(exists().where(other.c.word.in_(more), other.c.household_id == COLUMNS.id))
    if units is not None:
        query = query.where(COLUMNS.unit_id.in_(units))
    return list(open_all(execute(query.limit(MOST_CANDIDATES)).mappings().all()).values())


def at_places(places: Collection[tuple[str, str]]) -> dict[tuple[str, str], list[Opened]]:
    """Return the households of `places` (group id, sort key of the address), by place; those who left too."""
    scopes = communities_of({unit_id for unit_id, _ in places})
    words = [hidden(scopes[unit_id], f"@{key}") for unit_id, key in places]
    found: dict[tuple[str, str], list[Opened]] = {}
    for row in open_all(execute(STANDING_WITH, words=words).mappings().all()).values() if words else ():
        found.setdefault((row["unit_id"], sort_key(row["address"])), []).append(row)
    return found


def alike(unit: Unit, content: Mapping[str, Any], within: str, but: str = "") -> list[tuple[Opened, list[str]]]:
    """Return the households that may be the same as `content` in `unit`, each with what is alike; most alike first.

    Only those in the sub-tree whose root has the path `within` are shown, and not the one with the id `but`.
    """
    scope = communities_of([unit.id])[unit.id]
    words = [hidden(scope, piece) for piece in whole_pieces(content)]
    near = [(row, likeness(content, row)) for row in _with_words([words]) if row["id"] != but]
    reach = {one.id for one in units({row["unit_id"] for row, _ in near}).values() if one.path.startswith(within)}
    found = [(row, same) for row, same in near if same and row["unit_id"] in reach]
    return sorted(found, key=lambda pair: (-len(pair[1]), sort_key(pair[0]["address"])))[:MOST_ALIKE]
