"""Reading cards: by the token in their code, by their number, by their household."""

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import select

from webapp.cards.models import Card
from webapp.cards.rules import LIVE, phone_hash, token_hash
from webapp.core.db import db, table
from webapp.core.rows import each_of, execute
from webapp.households.models import Household
from webapp.orgs.models import Unit

CARD, HOUSEHOLD, UNIT = table(Card).c, table(Household).c, table(Unit).c
LIVE_OF = (
    select(CARD.household_id, CARD.number, CARD.token_hash)
    .where(CARD.household_id.in_(each_of("households")), CARD.state == LIVE)
    .order_by(CARD.issued_at, CARD.number)
)
ALL_OF = select(Card).where(Card.household_id.in_(each_of("households"))).order_by(Card.issued_at, Card.number)
HOMES = (
    select(HOUSEHOLD.id, HOUSEHOLD.unit_id, HOUSEHOLD.version, HOUSEHOLD.left_on)
    .where(HOUSEHOLD.id.in_(each_of("households")), HOUSEHOLD.erased_at.is_(None))
    .order_by(HOUSEHOLD.id)
)
TAKEN = select(CARD.number).where(CARD.number.in_(each_of("numbers")))


class Door(NamedTuple):
    """Where a token leads: whose group looks after the door, and its household while the card is live."""

    unit_id: str
    unit_path: str
    household_id: str
    is_live: bool


def door(token: str) -> Door | None:
    """Return where `token` leads, None for an unknown one. One question, whatever comes of it."""
    query = (
        select(CARD.household_id, CARD.state, HOUSEHOLD.erased_at, UNIT.id, UNIT.path)
        .join(Household.__table__, HOUSEHOLD.id == CARD.household_id)
        .join(Unit.__table__, UNIT.id == CARD.unit_id)
        .where(CARD.token_hash == token_hash(token))
    )
    row = db.session.execute(query).first()
    if row is None:
        return None
    return Door(row.id, row.path, row.household_id, row.state == LIVE and row.erased_at is None)


def card(card_id: str) -> Card | None:
    """Return the card with this id."""
    return db.session.get(Card, card_id)


def card_by_token(token: str) -> Card | None:
    """Return the card whose code holds `token`, ended ones too."""
    return db.session.scalar(select(Card).where(Card.token_hash == token_hash(token)))


def card_by_number(number: str) -> Card | None:
    """Return the card with `number`, ended ones too."""
    return db.session.scalar(select(Card).where(Card.number == number))


def live_cards(household_ids: Collection[str]) -> dict[str, list[dict[str, str]]]:
    """Return the live cards of households as phones keep them: `{household id: [{"number", "hash"}]}`."""
    found: dict[str, list[dict[str, str]]] = {}
    if not household_ids:
        return found
    for household_id, number, hashed in execute(LIVE_OF, households=list(household_ids)):
        found.setdefault(household_id, []).append({"number": number, "hash": phone_hash(bytes(hashed))})
    return found


def cards_of(household_ids: Collection[str]) -> dict[str, list[Card]]:
    """Return all cards of households, ended ones too, the oldest first, by household."""
    found: dict[str, list[Card]] = {}
    if not household_ids:
        return found
    for one in db.session.scalars(ALL_OF, {"households": list(household_ids)}):
        found.setdefault(one.household_id, []).append(one)
    return found


def homes(household_ids: Collection[str]) -> dict[str, dict[str, Any]]:
    """Return `{"id", "unit_id", "version", "left_on"}` of those households that are not erased, by id."""
    rows = execute(HOMES, households=list(household_ids)).mappings() if household_ids else ()
    return {row["id"]: dict(row) for row in rows}


def taken(numbers: Collection[str]) -> set[str]:
    """Return those of `numbers` that a card has."""
    return set(execute(TAKEN, numbers=list(numbers)).scalars())
