"""The doors of a round as pages show them: what each is, which a filter lets through, by building and floor."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from webapp.core.period import Month
from webapp.households.rules import address_text, floor_of
from webapp.orgs.models import Unit
from webapp.visits import queries
from webapp.visits.rules import Door, is_open, progress, round_of


@dataclass(frozen=True, slots=True)
class Place:
    """One door: the rule's answer about it, where it is, its last visit, and whether something is open there."""

    rule: Door
    unit_id: str
    address: Mapping[str, str]
    kind: str
    last: Mapping[str, Any]
    needs: int

    @property
    def state(self) -> str:
        """How it stands this month; `resting` where nobody is to ring."""
        return "resting" if not self.rule.due and self.rule.state == "unvisited" else self.rule.state

    @property
    def place(self) -> str:
        """Building and entrance, the heading over many doors."""
        return address_text({name: self.address.get(name, "") for name in ("building", "entrance")})


Lets = Callable[[Place], bool]
# What each filter lets through; the phone has the same in static/js/pages/round-view.js.
FILTERS: Mapping[str, Lets] = {
    "due": lambda one: one.rule.due or one.rule.state != "unvisited",
    "unvisited": lambda one: one.rule.due and one.rule.state == "unvisited",
    "not_home": lambda one: one.rule.state == "not_home",
    "rescheduled": lambda one: one.rule.state == "rescheduled",
    "visited": lambda one: one.rule.state in ("met", "declined"),
    "all": lambda _: True,
}


def doors_of_groups(groups: Sequence[Unit], month: Month) -> list[Place]:
    """Return the doors of a month's round of some groups, in the order in which one walks."""
    register, visits, needs = queries.round_rows([group.id for group in groups], month)
    by_id = {row["id"]: row for row in register}
    open_now = Counter(need["household"] for need in needs if is_open(need))
    return [
        Place(
            door,
            home["unit"],
            home["address"],
            home["kind"],
            home["last"] or {},
            open_now[door.household],
        )
        for door in round_of(month, register, visits, needs)
        for home in [by_id[door.household]]
    ]


def progress_of(places: Iterable[Place]) -> dict[str, int]:
    """Return how far the round of `places` is: see `visits.rules.progress`."""
    return progress(place.rule for place in places)


def by_group(places: Iterable[Place]) -> dict[str, list[Place]]:
    """Return the doors of each group by its id."""
    return _grouped(places, lambda place: place.unit_id)


def buildings(places: Iterable[Place]) -> list[dict[str, Any]]:
    """Return doors by building and floor: `[{"name", "doors", "floors": [{"floor" (number or None), "doors"}]}]`."""
    return [
        {
            "name": name,
            "doors": mine,
            "floors": [{"floor": floor, "doors": on} for floor, on in _grouped(mine, _floor).items()],
        }
        for name, mine in _grouped(places, lambda place: place.place).items()
    ]


def _floor(place: Place) -> int | None:
    return floor_of(place.address["door"])


def next_door(places: Sequence[Place], after: str) -> Place | None:
    """Return the door after the household `after` that is still to be visited, from the beginning again at the end."""
    ids = [place.rule.household for place in places]
    start = ids.index(after) + 1 if after in ids else 0
    waiting = [place for place in [*places[start:], *places[:start]] if FILTERS["unvisited"](place)]
    return next((place for place in waiting if place.rule.household != after), None)


def _grouped(places: Iterable[Place], key: Callable[[Place], Any]) -> dict[Any, list[Place]]:
    found: dict[Any, list[Place]] = {}
    for place in places:
        found.setdefault(key(place), []).append(place)
    return found


def day(text: str | None) -> date | None:
    """Return the day that a record's text says."""
    return date.fromisoformat(text) if text else None
