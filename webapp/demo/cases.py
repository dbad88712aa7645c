"""What residents of the demonstration brought, and what became of it: invented, and said to be."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from webapp.cases import queries, rules, service
from webapp.cases.service import Brought
from webapp.core import clock
from webapp.demo.material import STORY
from webapp.demo.people import Group
from webapp.orgs.queries import unit

Told = Mapping[str, Any]


def complain(groups: Sequence[Group], now: datetime) -> Brought:
    """Let residents of the first of `groups` have brought something; return the case that visitors may follow.

    The caller holds the transaction.
    """
    brought = {told["text"]: _bring(told, groups[0], now) for told in STORY["cases"]}
    return next(brought[told["text"]] for told in STORY["cases"] if told.get("open_to_visitors"))


def _bring(told: Told, group: Group, now: datetime) -> Brought:
    place = unit(group.leader.unit_id if told["kind"] == "help" else group.officer.unit_id)
    way = rules.way_of(told["kind"], told.get("about"), queries.spots_to(place.path))
    assert isinstance(way, rules.Way), way
    data = {name: told[name] for name in ("kind", "about", "contact") if name in told}
    data |= {"text": told["text"] + STORY["mark"], "unit": place.id}
    with clock.frozen(_when(told, now)):
        brought = service.bring(data, way, place.id, told["text"])
    for step in told.get("steps", ()):
        with clock.frozen(_when(step, now)):
            _go_on(step, brought.row["id"], group)
    return brought


def _when(told: Told, now: datetime) -> datetime:
    return now - timedelta(days=told["days"])


def _go_on(step: Told, case_id: str, group: Group) -> None:
    row = queries.case(case_id)
    assert row is not None
    version, officer = row["version"], group.officer
    words = step["words"] + STORY["mark"] if "words" in step else ""
    doings: Mapping[str, Callable[[], None]] = {
        "answer": lambda: service.answer(case_id, words, version, officer),
        "forward": lambda: service.forward(case_id, service.superior_of(row) or "", words, version, officer),
        "escalate": lambda: service.escalate(case_id, words, version),
        "rate": lambda: service.rate(case_id, step["rating"], version),
    }
    doings[step["do"]]()
