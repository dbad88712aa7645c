"""Doors for tests: households in the register, with cards."""

from typing import Any

from tests.builders import World, household, record
from tests.support.office import actor
from tests.support.phone import Phone
from webapp.cards import queries, service
from webapp.cards.models import Card
from webapp.core import clock
from webapp.core.db import transaction
from webapp.core.ids import new_id
from webapp.feedback.service import tell
from webapp.households.service import HOUSEHOLD
from webapp.intake.rules import Incoming
from webapp.intake.service import apply_one

SECRET = "张三丰"  # a name that nobody but staff may ever see


def move_in(world: World, login: str = "leader", building: str = "3幢", door: str = "501", **given: Any) -> str:
    """Register a household of the group of `login`; return its id."""
    reader = actor(world, login)
    address = {"building": building, "door": door}
    data = {"unit": reader.unit_id, "kind": "resident", "address": address}
    data |= {"contact": {"name": SECRET, "phone": "13800001111"}}
    data |= {"consents": {"contact": {"given": True, "version": 1, "on": "2026-11-01"}}}
    incoming = Incoming(new_id(), "household", 0, clock.now(), {**data, **given})
    with transaction():
        result = apply_one(incoming, reader, HOUSEHOLD)
    assert result.outcome == "created", result
    return incoming.id


def give_card(world: World, household_id: str, login: str = "leader") -> tuple[Card, str]:
    """Issue a card for a household; return it and the token in its code."""
    reader = actor(world, login)
    with transaction():
        made = service.issue([household_id], reader)
    card = queries.card(made[0])
    assert card is not None
    return card, service.tokens_of([card])[card.id]


def things_at_a_door(world: World, phone: Phone, login: str) -> dict[str, str]:
    """Return the ids of a new household of `login`, whose `phone` it is, and of what hangs on it, one of each kind."""
    unit = actor(world, login).unit_id
    home = household(unit)
    about, today = {"unit": unit, "household": home["id"]}, clock.today().isoformat()
    seen = record("visit", {**about, "date": today, "outcome": "met"})
    wanted = record("need", {**about, "service": "residence_permit_help", "state": "open", "opened": today})
    assert {result["outcome"] for result in phone.push(home, seen, wanted)} == {"created"}
    card, _ = give_card(world, home["id"], login)
    with transaction():
        told = tell(unit, home["id"], {"kind": "help", "text": "请来一趟"})
    ids = {"household_id": home["id"], "visit_id": seen["id"], "need_id": wanted["id"]}
    return {**ids, "card_id": card.id, "feedback_id": told}
