"""The rounds of the demonstration: who was called on, what was said, what people asked for and what became of it."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from webapp.core.clock import SHANGHAI
from webapp.core.period import Month
from webapp.demo.material import ROUNDS, STORY, chance_for
from webapp.demo.people import Group
from webapp.demo.plot import Step, made_up_id, moment
from webapp.households.queries import households_of
from webapp.visits.queries import rules
from webapp.visits.rules import default_not_before

OUTCOMES = {"met": 72, "not_home": 15, "rescheduled": 8, "declined": 5}
LAST_DAY = 19  # and four days more at most: before anybody hands in the month

Record = tuple[str, str, int, dict[str, Any]]  # id, type, base version, data


def visiting(groups: Sequence[Group], now: datetime) -> list[Step]:
    """Return the steps of all rounds up to `now`, for the households that there are."""
    by_unit = {group.leader.unit_id: group for group in groups}
    homes = households_of(list(by_unit))
    steps = [
        step for home in homes for step in _at_home(by_unit[home["unit_id"]], home, now.astimezone(SHANGHAI).date())
    ]
    return [step for step in steps if step.at <= now]


def _at_home(group: Group, home: Mapping[str, Any], today: date) -> Iterator[Step]:
    """Yield what happened at one door, month by month; who said no is left alone for as long as the rule says."""
    chance, rests = chance_for("rounds", home["id"]), date.min
    likely = 0.9 if home["kind"] == "resident" else 0.5 if home.get("needs") else 0.08
    for ago in range(ROUNDS, -1, -1):
        day = Month.of(today).plus(-ago).first + timedelta(chance.randrange(LAST_DAY))
        if chance.random() > likely or day < rests:
            continue
        [outcome] = chance.choices(list(OUTCOMES), list(OUTCOMES.values()))
        visit = _visit(chance, home, day, outcome)
        rests = date.fromisoformat(visit.get("not_before", day.isoformat()))
        yield from _steps(chance, group, home, visit)
        if outcome in ("not_home", "rescheduled") and chance.random() < 0.7:
            yield from _steps(chance, group, home, _visit(chance, home, rests, "met"))


def _visit(chance: random.Random, home: Mapping[str, Any], day: date, outcome: str) -> dict[str, Any]:
    visit: dict[str, Any] = {"household": home["id"], "date": day.isoformat(), "outcome": outcome}
    rest = default_not_before(outcome, day, rules()["not_before"])
    if outcome == "rescheduled":
        rest = day + timedelta(chance.randint(1, 4))
        visit["follow_up"] = rest.isoformat()
    if outcome == "met" and chance.random() < 0.5:
        visit["topics"] = chance.sample(STORY["services"], chance.choice((1, 1, 2)))
    if chance.random() < 0.15:
        visit["note"] = chance.choice(STORY["visit_notes"])
    return visit | ({"not_before": rest.isoformat()} if rest else {})


def _steps(chance: random.Random, group: Group, home: Mapping[str, Any], visit: Mapping[str, Any]) -> Iterator[Step]:
    """Yield a visit with all that came of it, and the steps of a need."""
    day, visit_id = date.fromisoformat(visit["date"]), made_up_id(chance)
    about = {"date": visit["date"], "kind": "service", "persons": 1, "households": 0, "visit": visit_id}
    records: list[Record] = [(visit_id, "visit", 0, dict(visit))]
    records += [(made_up_id(chance), "event", 0, {**about, "service": code}) for code in visit.get("topics", ())]
    need: dict[str, Any] = {"household": home["id"], "opened": visit["date"], "state": "open", "visit": visit_id}
    need_id, asks = made_up_id(chance), visit["outcome"] == "met" and chance.random() < 0.2
    need["service"] = chance.choice(STORY["services"])
    records += [(need_id, "need", 0, need)] if asks else []
    yield _step(chance, group, day, records)
    if not asks or chance.random() < 0.2:
        return
    passed, promised = day + timedelta(chance.randint(1, 4)), day + timedelta(chance.randint(8, 16))
    referred = {
        "state": "referred",
        "referred_to": chance.choice(STORY["referred_to"]),
        "promised": promised.isoformat(),
    }
    yield _step(chance, group, passed, [(need_id, "need", 1, {**need, **referred})])
    if chance.random() < 0.8:
        closed = promised - timedelta(chance.randint(0, 3))
        done = {**need, **referred, "state": "done", "closed": closed.isoformat()}
        yield _step(chance, group, closed, [(need_id, "need", 2, done)])


def _step(chance: random.Random, group: Group, day: date, records: list[Record]) -> Step:
    place = (group.community, group.number)
    return Step(moment(chance, day, 15, 17), "call", place, Month.of(day), {"records": records})
