"""What happened in the demonstration, as a plan: from chance with a fixed seed, the same every time for one day."""

import random
import uuid
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from webapp.core.clock import SHANGHAI
from webapp.core.period import Month
from webapp.demo.material import MONTHS, STORY, chance_for

# (community, group, months ago) -> what is out of the ordinary
TWISTS = {
    (0, 3, 3): "late",
    (0, 4, 5): "returned",
    (0, 5, 1): "waiting",
    (0, 6, 1): "to_mend",
    (1, 2, 4): "adjusted",
    (1, 4, 6): "corrected",
}
SMALLEST, LARGEST = 80, 260  # people in a group
BUSY, BUSY_SO_FAR = (0, 1, 2, 3, 4, 4, 5, 6, 7), (1, 2, 2, 3, 4)  # events of a month
# Of a thousand residents about six are born and eight die in a year; most of what is noted are moves and services.
LIKELY = {"birth": 2, "death": 3, "move_in": 25, "move_out": 25, "service": 40}


class Step(NamedTuple):
    """One thing that somebody did: `kind` is `note`, `call`, `report`, `accept` or `return`."""

    at: datetime
    kind: str
    place: tuple[int, int]  # community and group, counted from 0 and 1
    month: Month
    data: dict[str, Any]


def plot(places: Sequence[tuple[int, int]], now: datetime) -> list[Step]:
    """Return all steps up to `now` in their order: thirteen months with reports, and the month that is open."""
    steps = [step for place in places for step in _of_group(place, now.astimezone(SHANGHAI).date())]
    return sorted((step for step in steps if step.at <= now), key=lambda step: (step.at, step.place))


def _of_group(place: tuple[int, int], today: date) -> Iterator[Step]:
    chance = chance_for(place)
    people = opening = chance.randint(95, 220)
    for ago in range(MONTHS, -1, -1):
        month = Month.of(today).plus(-ago)
        last = min(month.last, today)
        for _ in range(chance.choice(BUSY if ago else BUSY_SO_FAR)):
            day = month.first + timedelta(chance.randrange(last.day))
            event = _event(chance, people, day)
            people += event["persons"] * {"birth": 1, "move_in": 1, "death": -1, "move_out": -1}.get(event["kind"], 0)
            noted = min(day + timedelta(chance.choice((0, 0, 0, 0, 0, 0, 1, 2, 4, 9))), today)
            yield Step(moment(chance, noted, 10, 18), "note", place, month, {"id": made_up_id(chance), "event": event})
        if ago:
            yield from _report(chance, place, month, TWISTS.get((*place, ago), ""), opening if ago == MONTHS else None)


def _event(chance: random.Random, people: int, day: date) -> dict[str, Any]:
    """Return an event that keeps the group between its smallest and largest size."""
    full, empty = people > LARGEST - 15, people < SMALLEST + 15
    unfit = {"birth", "move_in"} if full else {"death", "move_out"} if empty else set()
    weights = {kind: weight for kind, weight in LIKELY.items() if kind not in unfit}
    [kind] = chance.choices(list(weights), list(weights.values()))
    event: dict[str, Any] = {"kind": kind, "date": day.isoformat(), "persons": 1, "households": 0}
    if kind in ("move_in", "move_out"):
        persons = chance.choice((1, 1, 1, 2, 2, 3, 4))
        event |= {"persons": persons, "households": int(persons > 1 or chance.random() < 0.5)}
        event |= {"region": chance.choice(STORY["regions"])} if chance.random() < 0.8 else {}
    if kind == "service":
        event |= {"service": chance.choice(STORY["services"]), "households": 1}
    if kind in STORY["notes"] and chance.random() < 0.3:
        event["note"] = chance.choice(STORY["notes"][kind])
    return event


def _report(
    chance: random.Random, place: tuple[int, int], month: Month, twist: str, opening: int | None
) -> Iterator[Step]:
    """Yield how a month is handed in and reviewed; `opening` is known from paper for the first month only."""
    day = date(month.year, month.month, min(30, month.last.day)) - timedelta(chance.randint(0, 4))
    if twist:
        day = month.last + timedelta(2) if twist == "late" else day.replace(day=24)
    at, review = moment(chance, day, 19, 21), moment(chance, day + timedelta(1), 8, 9)
    first = {"id": made_up_id(chance), "opening": opening, "seed": chance.random()}
    yield Step(at, "report", place, month, {**first, "twist": twist})
    if twist in ("returned", "to_mend"):
        yield Step(review, "return", place, month, {})
    elif twist != "waiting":
        yield Step(review, "accept", place, month, {})
    if twist in ("returned", "corrected"):
        again = day + timedelta(2 if twist == "returned" else 14)
        yield Step(moment(chance, again, 19, 21), "report", place, month, {**first, "twist": f"{twist} again"})
        yield Step(moment(chance, again + timedelta(1), 8, 9), "accept", place, month, {})


def moment(chance: random.Random, day: date, earliest: int, latest: int) -> datetime:
    """Return a moment on `day` from `earliest` o'clock until before the full hour after `latest`."""
    hour = time(chance.randint(earliest, latest), chance.randrange(60), chance.randrange(60), tzinfo=SHANGHAI)
    return datetime.combine(day, hour)


def made_up_id(chance: random.Random) -> str:
    """Return an id that is always the same for the same chance."""
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))
