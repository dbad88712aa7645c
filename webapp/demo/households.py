"""The households of the demonstration: invented doors, names and numbers, entered as leaders enter them."""

import random
import uuid
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from webapp.core import clock
from webapp.core.clock import SHANGHAI
from webapp.core.period import Month
from webapp.demo.material import ROUNDS, STORY, chance_for
from webapp.demo.people import Group
from webapp.households.service import HOUSEHOLD
from webapp.intake.rules import Incoming, Push
from webapp.intake.service import apply, prepare

FEWEST, MOST = 8, 20
KINDS = {"registered": 45, "resident": 40, "premises": 15}
ANSWERS = {"yes": 75, "no": 10, "unasked": 15}


def opening(now: datetime) -> datetime:
    """Return when the registers are opened: on the first morning of the first month that has rounds."""
    return datetime.combine(Month.of(clock.to_local(now).date()).plus(-ROUNDS).first, time(7), SHANGHAI)


def furnish(groups: Sequence[Group], at: datetime) -> None:
    """Enter the households of `groups`. The caller holds the transaction."""
    with clock.frozen(at):
        results = apply([_push(group, at) for group in groups], {HOUSEHOLD.name: HOUSEHOLD})
    refused = [result for each in results for result in each if not result.is_kept]
    if refused:
        raise RuntimeError(f"the households no longer fit the rules: {refused[0]}")


def _push(group: Group, at: datetime) -> Push:
    chance = chance_for("households", group.leader.unit_code)
    doors = _doors(chance, chance.randint(FEWEST, MOST))
    day = clock.to_local(at).date()
    records = [
        Incoming(_id(chance), "household", 0, at, {"unit": group.leader.unit_id, **_household(chance, address, day)})
        for address in doors
    ]
    return Push(group.leader, [prepare(record, HOUSEHOLD) for record in records])


def _doors(chance: random.Random, count: int) -> list[dict[str, str]]:
    """Return so many addresses of one group: two or three houses with floors, and single houses along a lane."""
    road = chance.choice(STORY["roads"])
    flats = [
        {"building": f"{road}{house}幢", "entrance": f"{entrance}单元", "door": f"{floor}0{door}"}
        for house in range(1, 3) for entrance in (1, 2) for floor in range(1, 6) for door in (1, 2)
    ]  # fmt: skip
    single = [{"building": f"{road}{number}号", "door": "1"} for number in range(8, 60, 4)]
    return chance.sample(flats, count - count // 4) + chance.sample(single, count // 4)


def _household(chance: random.Random, address: dict[str, str], day: date) -> dict[str, Any]:
    [kind] = chance.choices(list(KINDS), list(KINDS.values()))
    data: dict[str, Any] = {"kind": kind, "address": address, "consents": {}}
    if kind == "premises":
        data["premises"] = chance.choice(("shop", "rental", "workplace"))
    else:
        data["size"] = chance.choice(("1", "2", "3-4", "3-4", "5+"))
    family = chance.choice(STORY["family_names"])
    [answer] = chance.choices(list(ANSWERS), list(ANSWERS.values()))
    if answer != "unasked":
        data["consents"]["contact"] = _answer(day, given=answer == "yes")
    if answer == "yes":
        data["contact"] = {"name": _name(chance, family), "phone": f"199-0000-{chance.randrange(10000):04d}"}
        data |= _wishes(chance)
        if kind != "premises" and chance.random() < 0.25:
            data["members"] = list(_members(chance, family, data["contact"]["name"], day))
            data["consents"]["members"] = {**_answer(day, given=True), "guardian": data["contact"]["name"]}
    return {name: value for name, value in data.items() if value}


def _wishes(chance: random.Random) -> dict[str, Any]:
    wishes: dict[str, Any] = {"needs": chance.sample(STORY["services"], chance.choice((0, 0, 0, 1, 2)))}
    if chance.random() < 0.4:
        wishes["preference"] = {"time": chance.choice(("morning", "afternoon", "evening", "weekend"))}
    if chance.random() < 0.3:
        wishes["language"] = chance.choice(("local", "mandarin", "interpreter"))
    return wishes


def _members(chance: random.Random, family: str, contact: str, day: date) -> Iterator[dict[str, Any]]:
    years = chance.randint(24, 60)
    yield {"id": _id(chance), "name": contact, "relation": "self", "birth": _birth(chance, day, years)}
    yield {"id": _id(chance), "name": _name(chance, family), "relation": "child", "birth": _birth(chance, day, 6)}


def _birth(chance: random.Random, day: date, years: int) -> str:
    return (day - timedelta(years * 365 + chance.randrange(365))).isoformat()


def _name(chance: random.Random, family: str) -> str:
    return str(family + chance.choice(STORY["given_names"]))


def _answer(day: date, *, given: bool) -> dict[str, Any]:
    return {"given": given, "version": 1, "on": day.isoformat()}


def _id(chance: random.Random) -> str:
    return str(uuid.UUID(int=chance.getrandbits(128), version=4))
