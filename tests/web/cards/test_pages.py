"""Pages of cards: making many, printing, finding one by its number, ending it."""

import io
import re

import pytest
from bs4 import BeautifulSoup
from PIL import Image
from sqlalchemy import select

from tests.support.doors import SECRET, give_card, move_in
from tests.support.office import words
from tests.support.pages import SAME_ORIGIN, undrawn
from webapp.cards import queries, views
from webapp.cards.rules import LIVE
from webapp.core.db import db
from webapp.core.ids import new_id
from webapp.ledger.models import LedgerLine


@pytest.fixture
def homes(world):
    """Return households of two buildings in the leader's group, and one in the group beside."""
    return [
        move_in(world, building="3幢", door="501"),
        move_in(world, building="3幢", door="102"),
        move_in(world, building="上叶村", door="7号"),
        move_in(world, "leader2", building="9幢", door="1"),
    ]


def numbers(soup: BeautifulSoup) -> list[str]:
    """Return the numbers on the labels of a page."""
    return [p.get_text().replace(" ", "") for p in soup.select(".label-number")]


def test_cards_for_those_who_have_none(signed_in, world, homes):
    pages, group = signed_in("leader"), world.units["group"]
    assert "3 户，其中 3 户还没有码" in words(pages.get("/app/cards"))
    onward = pages.submit("/app/cards/issue", {"unit": group, "which": "missing", "building": "3幢"})
    soup = pages.get(onward)
    assert "发了 2 个码" in words(soup)
    assert [a.get_text() for a in soup.select("#doors strong")] == ["3幢 102", "3幢 501"]
    onward = pages.submit("/app/cards/issue", {"unit": group, "which": "missing"})
    assert "发了 1 个码" in words(pages.get(onward))
    pages.submit("/app/cards/issue", {"unit": group, "which": "all"})
    db.session.rollback()
    assert [len(queries.live_cards([home]).get(home, [])) for home in homes] == [2, 2, 2, 0]


def test_a_community_prints_all_its_groups(signed_in, world, homes):
    pages, community = signed_in("officer"), world.units["community"]
    soup = pages.get("/app/cards")
    assert words(soup).count("户没有码") == 3
    pages.submit("/app/cards/issue", {"unit": community})
    soup = pages.get(f"/app/cards/print?unit={community}")
    assert len(numbers(soup)) == 4
    assert {p.get_text() for p in soup.select(".label-name")} == {"单位331126101201"}
    assert len(numbers(pages.get("/app/cards/print?building=9幢"))) == 1
    assert len(numbers(pages.get(f"/app/cards/print?unit={world.units['group2']}"))) == 1


@pytest.mark.parametrize(("asked", "size"), [("25", "25"), ("40", "40"), ("60", "60"), ("7", "40"), ("", "40")])
def test_labels_say_nothing_about_who_lives_there(signed_in, world, homes, asked, size):
    pages = signed_in("leader")
    pages.submit("/app/cards/issue", {"unit": world.units["group"]})
    soup = pages.get(f"/app/cards/print?size={asked}")
    labels = soup.select(".label-card")
    assert soup.select_one(".labels")["data-size"] == size
    assert len({re.sub(r"\d{3} \d{4}", "", label.get_text()) for label in labels}) == 1
    assert not any(home in str(labels) for home in homes)
    assert not any(secret in undrawn(labels) for secret in (SECRET, "501", "3幢", "上叶村"))


def test_seeing_codes_is_written_down(signed_in, world, homes):
    pages = signed_in("leader")
    pages.get("/app/cards/print")
    pages.submit("/app/cards/issue", {"unit": world.units["group"]})
    pages.get("/app/cards/print?only=today")
    lines = db.session.scalars(select(LedgerLine).where(LedgerLine.action == "cards.printed")).all()
    assert [(line.actor_id, line.detail) for line in lines] == [(world.accounts["leader"], {"count": 3})]


def test_many_labels_come_in_parts(signed_in, world, homes, monkeypatch):
    monkeypatch.setattr(views, "SHEETS", 1)
    monkeypatch.setattr(views, "PER_SHEET", {25: 2, 40: 2, 60: 2})
    pages = signed_in("officer")
    pages.submit("/app/cards/issue", {"unit": world.units["community"]})
    first, second = (numbers(pages.get(f"/app/cards/print?part={part}")) for part in (1, 2))
    assert (len(first), len(second), len({*first, *second})) == (2, 2, 4)
    assert numbers(pages.get("/app/cards/print?part=99")) == second
    assert numbers(pages.get("/app/cards/print?part=x")) == first


def test_one_card_as_drawing_and_as_picture(signed_in, world, homes):
    card, token = give_card(world, homes[0])
    client = signed_in("leader").client
    drawing = client.get(f"/app/cards/{card.id}.svg")
    assert drawing.mimetype == "image/svg+xml"
    assert f"{card.number[:3]} {card.number[3:]}" in drawing.text
    assert token not in drawing.text and SECRET not in drawing.text
    picture = client.get(f"/app/cards/{card.id}.png")
    assert picture.headers["Content-Disposition"] == f'attachment; filename="card-{card.number}.png"'
    size = Image.open(io.BytesIO(picture.data)).size
    assert size[0] == size[1] >= 400


def test_a_lost_card_is_replaced(signed_in, world, homes):
    card, token = give_card(world, homes[0])
    pages = signed_in("leader")
    onward = pages.submit(f"/app/cards/{card.id}/end", {"state": "lost", "again": "1"})
    assert "原来的码作废了" in words(pages.get(onward))
    assert "已挂失" in words(pages.get(f"/app/cards/{card.id}"))
    assert pages.client.get(f"/app/cards/{card.id}.svg").status_code == 404
    onward = pages.submit("/app/cards/issue", {"household": homes[0]})
    assert "发好了" in words(pages.get(onward))
    onward = pages.submit(onward.split("?")[0] + "/end", {"state": "revoked"})
    assert "这个码作废了" in words(pages.get(onward))
    db.session.rollback()
    assert [one.state for one in queries.cards_of([homes[0]])[homes[0]]].count(LIVE) == 1
    assert not queries.door(token).is_live


def test_two_taps_make_one_card(signed_in, world, homes):
    card, _ = give_card(world, homes[0])
    pages = signed_in("leader")
    form = {"state": "lost", "again": "1"}
    first, second = (pages.submit(f"/app/cards/{card.id}/end", form) for _ in range(2))
    assert first == second
    assert len(queries.live_cards([homes[0]])[homes[0]]) == 1


def test_a_card_is_found_by_its_number(signed_in, world, homes):
    card, _ = give_card(world, homes[0])
    pages = signed_in("leader")
    typed = f"{card.number[:3]}-{card.number[3:]}"
    assert pages.client.get(f"/app/cards/find?number={typed}").headers["Location"] == f"/app/cards/{card.id}"
    assert "请对照卡片" in pages.get("/app/cards/find?number=12", 422).find(id="number-problem").get_text()
    other, _ = give_card(world, homes[3], "leader2")
    wrong = pages.get(f"/app/cards/find?number={other.number}", 422)
    assert "没有这个编号的卡" in wrong.find(id="number-problem").get_text()


@pytest.mark.one_database
@pytest.mark.parametrize("login", ["leader2", "stranger", "other_officer", "far_leader"])
def test_cards_of_others_are_not_there(signed_in, world, homes, login):
    card, _ = give_card(world, homes[0])
    client = signed_in(login).client
    for address in (f"/app/cards/{card.id}", f"/app/cards/{card.id}.svg", f"/app/cards/{card.id}.png"):
        assert client.get(address).status_code == 404
    for address in ("/app/cards", "/app/cards/print"):
        assert client.get(f"{address}?unit={world.units['group']}").status_code == 404
    for address, sent in (
        (f"/app/cards/{card.id}/end", {"state": "lost"}),
        ("/app/cards/issue", {"unit": world.units["group"]}),
        ("/app/cards/issue", {"household": homes[0]}),
        ("/app/cards/issue", {"household": new_id()}),
    ):
        assert client.post(address, data=sent, headers=SAME_ORIGIN).status_code == 404
    db.session.rollback()
    assert queries.card(card.id).state == LIVE


@pytest.mark.one_database
@pytest.mark.parametrize("login", ["township", "county", "auditor"])
def test_offices_above_have_no_cards(signed_in, login):
    assert signed_in(login).client.get("/app/cards").status_code == 403


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("/app/cards/issue", {"unit": "x"}),
        ("/app/cards/issue", {"which": "some"}),
        ("/app/cards/issue", {"building": "楼" * 31}),
        ("/app/cards/issue", {"more": "1"}),
        ("end", {"state": "live"}),
        ("end", {}),
        ("end", {"state": "lost", "again": "perhaps"}),
    ],
)
def test_bad_input_changes_nothing(signed_in, world, homes, address, sent):
    card, _ = give_card(world, homes[0])
    address = f"/app/cards/{card.id}/end" if address == "end" else address
    assert signed_in("leader").client.post(address, data=sent, headers=SAME_ORIGIN).status_code == 422
    db.session.rollback()
    assert [len(cards) for cards in queries.cards_of(homes).values()] == [1]
