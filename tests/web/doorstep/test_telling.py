"""What somebody tells at a door becomes something to do, and changes nothing by itself."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from tests.support.doors import give_card, move_in
from tests.support.office import actor, words
from tests.support.pages import SAME_ORIGIN
from webapp.cards import queries as cards
from webapp.cards import service
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.core.stamps import TRAP
from webapp.doorstep import service as doorstep
from webapp.doorstep.rules import TELLINGS_PER_ADDRESS, TELLINGS_PER_CODE
from webapp.feedback import queries
from webapp.feedback.models import Feedback
from webapp.households import queries as households
from webapp.ledger.models import LedgerLine

SAID = "请周末来，孩子要打疫苗"


@pytest.fixture
def home(world):
    """Return a household of the leader's group."""
    return move_in(world)


@pytest.fixture
def token(world, home):
    """Return the token on its door."""
    return give_card(world, home)[1]


def form(page, token):
    """Return the hidden fields of the form behind `token`."""
    return {"stamp": page.get(f"/q/{token}").find("input", {"name": "stamp"})["value"]}


def tell(page, token, **given):
    """Fill in the form as a person would, some seconds after it was shown; return where one is led."""
    hidden = form(page, token)
    with clock.frozen(clock.now() + timedelta(seconds=20)):
        return page.submit(f"/q/{token}/tell", {**hidden, **given})


def told():
    """Return all messages as they are stored."""
    db.session.rollback()
    return db.session.scalars(select(Feedback).order_by(Feedback.created_at, Feedback.id)).all()


def test_somebody_tells_and_hears_what_comes_next(page, world, home, token):
    before = households.household(home)
    onward = tell(page, token, kind="help", text=SAID, phone=" 138 0000 2222 ")
    assert "收到了" in words(page.get(onward))
    assert "2026年11月28日" in words(page.get(onward))
    (row,) = told()
    assert (row.unit_id, row.household_id, row.kind, row.state) == (world.units["group"], home, "help", "open")
    assert queries.told(row.id)["text"] == SAID
    assert queries.told(row.id)["phone"] == "138 0000 2222"
    assert households.household(home) == before
    line = db.session.scalars(select(LedgerLine).where(LedgerLine.subject_id == row.id)).one()
    assert (line.action, line.actor_id, line.detail) == ("feedback.received", None, {"kind": "help"})


def test_what_is_told_is_sealed(page, token):
    tell(page, token, kind="new_phone", text=SAID, phone="13800002222")
    (row,) = told()
    assert SAID.encode() not in row.sealed and b"13800002222" not in row.sealed
    everything = str(db.session.execute(text("SELECT * FROM failed_sign_in")).all())
    assert "127.0.0.1" not in everything and token not in everything


def test_who_is_told_by_which_code(page, world, home, token):
    reader = actor(world, "leader")
    with transaction():
        service.end([cards.card_by_token(token)], "lost", reader)
    tell(page, token, kind="wrong")
    tell(page, "Z" * 26, kind="still_here")
    found = {(row.unit_id, row.household_id, row.kind) for row in told()}
    assert found == {(world.units["group"], None, "wrong"), (world.units["county"], None, "still_here")}


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("given", "field", "said"),
    [
        ({}, "kind", "请选一项"),
        ({"kind": "gone"}, "kind", "请选一项"),
        ({"kind": "new_phone"}, "phone", "请写下新的电话号码"),
        ({"kind": "help", "phone": "找小王"}, "phone", "电话只写数字"),
        ({"kind": "help", "text": "字" * 301}, "text", "最多 300 个字"),
        ({"kind": "help", "text": "x\u2028"}, "text", "请填写文字"),
    ],
)
def test_what_is_wrong_stays_as_it_was_typed(page, token, given, field, said):
    hidden = form(page, token)
    soup = page.post(f"/q/{token}/tell", {**hidden, "text": SAID, **given})
    assert said in soup.find(id=f"{field}-problem").get_text()
    assert soup.find("textarea").get_text() == given.get("text", SAID)
    assert not told()


@pytest.mark.one_database
def test_robots_fail_without_a_puzzle(page, token):
    hidden = form(page, token)
    hasty = page.post(f"/q/{token}/tell", {**hidden, "kind": "help", "text": SAID})
    assert "按得太快了" in words(hasty)
    assert hasty.find("input", {"name": "stamp"})["value"] == hidden["stamp"]
    with clock.frozen(clock.now() + timedelta(seconds=20)):
        assert "没有发出去" in words(page.post(f"/q/{token}/tell", {**hidden, "kind": "help", TRAP: "x"}))
        assert "没有发出去" in words(page.post(f"/q/{token}/tell", {"kind": "help"}))
        elsewhere = form(page, "Z" * 26)
        assert "没有发出去" in words(page.post(f"/q/{token}/tell", {**elsewhere, "kind": "help"}))
        assert not told()
        page.submit(f"/q/{token}/tell", {**hidden, "kind": "help", "text": SAID})
    assert len(told()) == 1


@pytest.mark.one_database
def test_a_page_that_lay_open_for_days_loses_nothing(page, token):
    hidden = form(page, token)
    with clock.frozen(clock.now() + timedelta(days=3)):
        soup = page.post(f"/q/{token}/tell", {**hidden, "kind": "help", "text": SAID})
        assert "放得太久" in words(soup)
        fresh = {"stamp": soup.find("input", {"name": "stamp"})["value"]}
        assert fresh != hidden
        assert soup.find("textarea").get_text() == SAID
        with clock.frozen(clock.now() + timedelta(seconds=5)):
            page.submit(f"/q/{token}/tell", {**fresh, "kind": "help", "text": SAID})
    assert len(told()) == 1


@pytest.mark.one_database
def test_one_code_takes_so_much_an_hour_and_one_address_more(page, world, token, monkeypatch):
    assert (TELLINGS_PER_CODE, TELLINGS_PER_ADDRESS) == (10, 60)
    monkeypatch.setattr(doorstep, "TELLINGS_PER_CODE", 2)
    monkeypatch.setattr(doorstep, "TELLINGS_PER_ADDRESS", 4)
    for _ in range(2):
        tell(page, token, kind="still_here")
    hidden = form(page, token)
    shut = page.post(f"/q/{token}/tell", {**hidden, "kind": "help", "text": SAID}, status=429)
    assert "过一个小时再按" in words(shut) and shut.find("textarea").get_text() == SAID, "nothing typed is lost"
    neighbour, next_one = (give_card(world, move_in(world, door=door))[1] for door in ("1", "2"))
    for _ in range(2):
        tell(page, neighbour, kind="still_here")
    page.post(f"/q/{next_one}/tell", {"kind": "help"}, status=429)
    with clock.frozen(clock.now() + timedelta(minutes=61)):
        tell(page, token, kind="still_here")


@pytest.mark.one_database
@pytest.mark.parametrize("known", [True, False])
def test_who_sends_nothing_sound_is_counted_too(page, world, token, known):
    where = f"/q/{token if known else 'Z' * 26}/tell"
    for _ in range(60):
        page.post(where, {"kind": "?"})
    page.post(where, {"kind": "?"}, status=429)
    db.session.rollback()
    network = (
        {"REMOTE_ADDR": "2001:db8:1:2::1"},
        {"REMOTE_ADDR": "2001:db8:1:2:ffff::9"},
        {"REMOTE_ADDR": "2001:db8:1:3::1"},
    )
    send = {"data": {"kind": "?"}, "headers": SAME_ORIGIN}
    statuses = [page.client.post(where, environ_overrides=network[n % 2], **send).status_code for n in range(61)]
    assert statuses == [422] * 60 + [429]  # who has one address of IPv6 has 2^64
    assert page.client.post(where, environ_overrides=network[2], **send).status_code == 422
