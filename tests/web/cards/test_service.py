"""Cards come and go: one road for tokens, numbers, phones and the ledger."""

import pytest
from sqlalchemy import select

from tests.builders import household
from tests.support.doors import give_card, move_in
from tests.support.office import actor, statements
from webapp.cards import queries, service
from webapp.cards.rules import LIVE, LOST, REVOKED, clean_number, looks_like_token, phone_hash, token_hash
from webapp.changes.models import Change
from webapp.core.crypto import Unopened, unseal
from webapp.core.db import db, transaction
from webapp.households.models import Household
from webapp.keys.service import destroy, keys_of
from webapp.ledger.models import LedgerLine
from webapp.ledger.queries import broken_lines


def issue(world, households):
    reader = actor(world, "leader")
    with transaction():
        return service.issue(households, reader)


def test_a_card_holds_a_token_that_only_the_key_opens(world):
    home = move_in(world)
    card, token = give_card(world, home)
    assert looks_like_token(token)
    assert clean_number(card.number) == card.number
    assert card.token_hash == token_hash(token)
    assert token.encode() not in card.sealed
    with pytest.raises(Unopened):
        unseal(keys_of([home])[home], home, card.sealed)  # bound to its card
    assert queries.card_by_token(token.lower()).id == queries.card_by_number(card.number).id == card.id
    assert queries.card_by_token("nothing") is queries.card_by_number("1234566") is None


def test_phones_hear_of_a_card_with_its_household(world):
    home = move_in(world)
    before = db.session.scalars(select(Change.seq).order_by(Change.seq.desc())).first()
    card, token = give_card(world, home)
    told = db.session.scalars(select(Change).where(Change.seq > before)).all()
    assert [(c.type, c.record_id, c.unit_id, c.month, c.deleted) for c in told] == [
        ("household", home, world.units["group"], 999912, False)
    ]
    assert queries.live_cards([home]) == {home: [{"number": card.number, "hash": phone_hash(token_hash(token))}]}


def test_several_cards_for_a_household_and_all_at_once(world):
    homes = [move_in(world, door=str(n)) for n in range(101, 111)]
    first, second = issue(world, homes), issue(world, homes[:3])
    found = queries.cards_of(homes)
    assert sorted(card.id for cards in found.values() for card in cards) == sorted(first + second)
    assert [len(found[home]) for home in homes] == [2, 2, 2] + [1] * 7
    assert len({card.number for cards in found.values() for card in cards}) == 13
    assert len(set(service.tokens_of([c for cards in found.values() for c in cards]).values())) == 13


def test_issuing_asks_as_often_for_many_as_for_few(world):
    homes = [move_in(world, door=str(n)) for n in range(101, 121)]
    with statements() as few:
        issue(world, homes[:4])
    with statements() as many:
        issue(world, homes[4:])
    assert len(many) <= len(few) + 6  # rows go in by powers of two


def test_a_card_that_ends_is_dead_and_stays_so(world):
    home, reader = move_in(world), actor(world, "leader")
    card, token = give_card(world, home)
    with transaction():
        service.end([queries.card(card.id)], LOST, reader)
    with transaction():
        service.end([queries.card(card.id)], REVOKED, reader)
    again = queries.card(card.id)
    assert (again.state, again.ended_at is not None) == (LOST, True)
    assert queries.live_cards([home]) == {}
    assert not queries.door(token).is_live
    lines = db.session.scalars(select(LedgerLine).where(LedgerLine.subject_id == card.id)).all()
    assert [(line.action, line.detail) for line in lines] == [
        ("card.issued", {"number": card.number}),
        ("card.revoked", {"number": card.number, "state": "lost"}),
    ]
    assert not list(broken_lines())


def test_another_takes_the_place_of_a_lost_one(world):
    home, reader = move_in(world), actor(world, "leader")
    card, token = give_card(world, home)
    with transaction():
        made = service.replace(queries.card(card.id), LOST, reader)
    new = queries.card(made)
    assert (new.state, new.household_id) == (LIVE, home)
    fresh = service.tokens_of([new])[made]
    assert fresh != token
    assert [queries.door(one).is_live for one in (token, fresh)] == [False, True]


def test_who_moved_away_gets_no_card(world):
    home, reader = move_in(world), actor(world, "leader")
    card, _ = give_card(world, home)
    with transaction() as session:
        session.get(Household, home).left_on = card.issued_at.date()
    assert issue(world, [home, "not-there"]) == []
    with transaction():
        assert service.replace(queries.card(card.id), LOST, reader) is None
        service.end_all([home], reader.account_id)
    assert queries.live_cards([home]) == {}


def test_an_erased_household_leaves_nothing_to_print(world):
    home = move_in(world)
    card, token = give_card(world, home)
    with transaction() as session:
        row = session.get(Household, home)
        row.erased_at = card.issued_at
        destroy([home])
    assert service.tokens_of([queries.card(card.id)]) == {}
    assert not queries.door(token).is_live
    assert issue(world, [home]) == []


@pytest.mark.one_database
def test_numbers_are_drawn_until_they_are_free(world, monkeypatch):
    drawn, homes = iter([1, 1, 1, 2]), [move_in(world, door=str(n)) for n in (1, 2)]
    monkeypatch.setattr(service.secrets, "randbelow", lambda _: next(drawn))
    issue(world, homes[:1])
    issue(world, homes[1:])
    assert [queries.cards_of(homes)[home][0].number[:6] for home in homes] == ["000001", "000002"]


@pytest.mark.one_database
def test_it_says_so_when_numbers_run_out(world, monkeypatch):
    homes = [move_in(world, door=str(n)) for n in (1, 2)]
    monkeypatch.setattr(service.secrets, "randbelow", lambda _: 7)
    with pytest.raises(RuntimeError):
        issue(world, homes)


def test_the_card_of_who_moves_away_opens_nothing(world, phone, signed_in):
    sent = household(world.units["group"])
    leader = phone("leader")
    leader.push(sent)
    card, token = give_card(world, sent["id"])
    leader.pull()
    gone = {**sent, "base_version": 1, "data": {**sent["data"], "left_on": "2026-11-20"}}
    assert leader.push(gone)[0]["outcome"] == "updated"
    assert not queries.door(token).is_live and queries.card(card.id).state == REVOKED
    assert [change["data"]["cards"] for change in leader.pull()] == [[]]
    assert "已经搬走" in signed_in("leader").get(f"/app/cards/{card.id}").get_text()
    assert not signed_in("leader").get(f"/app/cards/{card.id}").select("form[action='/app/cards/issue']")
    back = {**sent, "base_version": 2}
    assert leader.push(back)[0]["outcome"] == "updated"
    assert not queries.door(token).is_live, "what was torn off the wall stays dead"
    _, new = give_card(world, sent["id"])
    assert queries.door(new).is_live
    written = select(LedgerLine).where(LedgerLine.subject_id == card.id).order_by(LedgerLine.seq)
    lines = db.session.scalars(written).all()
    assert [(line.action, line.actor_id) for line in lines][-1] == ("card.revoked", world.accounts["leader"])


@pytest.mark.parametrize("road", ["left", "visit"])
def test_so_it_is_on_pages(world, signed_in, road):
    home = move_in(world)
    _, token = give_card(world, home)
    typed = {"date": "2026-11-20", "persons": "2", "outcome": "met", "move_out": "2", "whole": "1"}
    names = ("date", "persons") if road == "left" else ("date", "outcome", "move_out", "whole")
    signed_in("leader").submit(f"/app/households/{home}/{road}", {name: typed[name] for name in names})
    assert not queries.door(token).is_live
