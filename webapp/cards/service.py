"""Issuing and ending cards. The caller holds the transaction, and has made sure that the households are in reach."""

import dataclasses
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import select

from webapp.accounts.queries import Actor
from webapp.cards import queries
from webapp.cards.models import Card
from webapp.cards.rules import ALPHABET, LIVE, NUMBER_DIGITS, REVOKED, TOKEN_LETTERS, card_number, token_hash
from webapp.changes import service as changes
from webapp.changes.service import Changed
from webapp.core import clock
from webapp.core.crypto import seal, unseal
from webapp.core.db import db
from webapp.core.ids import new_id
from webapp.core.period import ALWAYS
from webapp.core.rows import insert_many
from webapp.households.service import HOUSEHOLD
from webapp.intake.rules import Decision
from webapp.keys.service import keys_of
from webapp.ledger import service as ledger
from webapp.ledger.rules import Line

TRIES = 50  # rounds of drawing numbers; all but the first few only when nearly every number is taken


def new_token() -> str:
    """Return a fresh token: 26 letters of base32, 130 random bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(TOKEN_LETTERS))


def new_numbers(count: int) -> list[str]:
    """Return `count` numbers that no card has. Raises RuntimeError when hardly any are left."""
    found: set[str] = set()
    for _ in range(TRIES):
        drawn = {card_number(str(secrets.randbelow(10**NUMBER_DIGITS)).zfill(NUMBER_DIGITS)) for _ in range(count)}
        drawn -= found
        found |= drawn - queries.taken(drawn)
        if len(found) >= count:
            return list(found)[:count]
    raise RuntimeError("nearly all numbers of cards are taken")


def issue(household_ids: Collection[str], actor: Actor) -> list[str]:
    """Give each of `household_ids` one more card and return the new cards' ids.

    Households that are erased or gone are passed over.
    """
    homes = {key: home for key, home in queries.homes(household_ids).items() if home["left_on"] is None}
    keys, numbers, now = keys_of(homes), new_numbers(len(homes)), clock.now()
    rows = []
    for home, number in zip(homes.values(), numbers, strict=True):
        token, card_id = new_token(), new_id()
        rows.append({
            "id": card_id, "number": number, "token_hash": token_hash(token), "household_id": home["id"],
            "unit_id": home["unit_id"], "sealed": seal(keys[home["id"]], card_id, {"token": token}), "state": LIVE,
            "issued_at": now, "issued_by": actor.account_id, "ended_at": None,
        })  # fmt: skip
    insert_many(Card, rows)
    ledger.record_many(
        [
            Line("card.issued", "card", r["id"], actor.account_id, r["unit_id"], None, {"number": r["number"]})
            for r in rows
        ]
    )
    _tell_phones(home["id"] for home in homes.values())
    return [row["id"] for row in rows]


def end(cards: Sequence[Card], state: str, actor: Actor) -> None:
    """Let live `cards` open nothing from now on; `state` says why: `revoked` or `lost`. Ended ones stay as they are."""
    _end(cards, state, actor.account_id)


def _end(cards: Sequence[Card], state: str, actor_id: str | None) -> None:
    ending = [one for one in cards if one.state == LIVE]
    for one in ending:
        one.state, one.ended_at = state, clock.now()
    db.session.flush()
    ledger.record_many(
        [
            Line("card.revoked", "card", c.id, actor_id, c.unit_id, None, {"number": c.number, "state": state})
            for c in ending
        ]
    )
    _tell_phones(one.household_id for one in ending)


def replace(card: Card, state: str, actor: Actor) -> str | None:
    """End `card` and return the id of a new one for its household; None when nobody lives there any more.

    One that has ended already has been replaced: its household's newest card is the answer, and no other is made.
    """
    if card.state != LIVE:
        cards = queries.cards_of([card.household_id]).get(card.household_id, [])
        return next((one.id for one in reversed(cards) if one.state == LIVE), None)
    end([card], state, actor)
    return next(iter(issue([card.household_id], actor)), None)


def end_all(household_ids: Collection[str], actor_id: str) -> None:
    """End every live card of some households: they leave the register."""
    _end([one for cards in queries.cards_of(household_ids).values() for one in cards], REVOKED, actor_id)


def end_of_who_left(card_ids: Sequence[str]) -> None:
    """End cards whose households have moved away; nobody did it, time did."""
    _end(db.session.scalars(select(Card).where(Card.id.in_(card_ids))).all(), REVOKED, None)


def _write_households(decisions: Sequence[Decision]) -> None:
    HOUSEHOLD.write(decisions)
    left = sorted((row["author_id"], row["id"]) for row in (decision.row for decision in decisions) if _leaves(row))
    for author_id, mine in groupby(left, key=itemgetter(0)):
        end_all({household_id for _, household_id in mine}, author_id)


def _leaves(row: Mapping[str, Any]) -> bool:
    return bool(row["left_on"]) and not row["before"].get("left_on")


# Households as they come in: the cards of those who move away open nothing from then on.
CARDED_HOUSEHOLD = dataclasses.replace(HOUSEHOLD, write=_write_households)


def _tell_phones(household_ids: Iterable[str]) -> None:
    """Let phones pull the households anew: what they know of cards comes with them."""
    homes = queries.homes(set(household_ids))
    changes.note([Changed("household", h["id"], h["version"], h["unit_id"], ALWAYS) for h in homes.values()])


def tokens_of(cards: Collection[Card]) -> dict[str, str]:
    """Return the tokens of `cards` by the cards' ids, for printing; those of erased households are missing."""
    keys = keys_of({one.household_id for one in cards}) if cards else {}
    return {
        one.id: unseal(keys[one.household_id], one.id, one.sealed)["token"]
        for one in cards
        if one.sealed and one.household_id in keys
    }
