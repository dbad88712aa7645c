"""The scan page, and whose door a card is."""

import pytest

from tests.support.doors import give_card, move_in
from tests.support.office import actor
from webapp.cards import service
from webapp.core.db import transaction
from webapp.core.web import CAMERA_HERE

UNKNOWN = "您的片区没有这个号码的户码"


@pytest.fixture
def home(world):
    """Return a household of the leader's group."""
    return move_in(world)


def ask(pages, **card: str):
    """Ask as the page's script does."""
    headers = {"Accept": "application/json", "Sec-Fetch-Site": "same-origin"}
    return pages.client.post("/app/scan", data=card, headers=headers)


@pytest.mark.parametrize("login", ["leader", "coordinator", "officer"])
def test_the_camera_may_be_asked_for_on_this_page_only(signed_in, world, login):
    pages = signed_in(login)
    assert pages.client.get("/app/scan").headers["Permissions-Policy"] == CAMERA_HERE
    assert pages.client.get("/offline/scan").headers["Permissions-Policy"] == CAMERA_HERE
    assert "camera=()" in pages.client.get("/app/me").headers["Permissions-Policy"]
    assert "camera=()" in pages.client.get("/offline/home").headers["Permissions-Policy"]


@pytest.mark.parametrize("login", ["leader", "coordinator", "officer"])
def test_the_reader_of_codes_comes_with_it(signed_in, world, login):
    sources = [script["src"] for script in signed_in(login).get("/app/scan").select("script[src]")]
    bundle = "/static/js/scan." if login == "officer" else "/static/js/doors."
    assert sources[0].startswith("/static/vendor/qr.")
    assert [source for source in sources[1:] if not source.startswith(bundle)] == []


@pytest.mark.parametrize("login", ["township", "county", "auditor"])
def test_others_have_no_such_page(signed_in, world, login):
    signed_in(login).get("/app/scan", status=403)


@pytest.mark.parametrize("login", ["leader", "coordinator", "officer"])
def test_a_number_leads_to_the_door(signed_in, world, home, login):
    card, _ = give_card(world, home)
    pages = signed_in(login)
    for typed in (card.number, f"{card.number[:3]} {card.number[3:]}"):
        assert pages.submit("/app/scan", {"number": typed}) == f"/app/households/{home}"


def test_a_script_is_told_which_door_it_is(signed_in, world, home):
    card, token = give_card(world, home)
    pages = signed_in("leader")
    for asked in ({"number": card.number}, {"token": token}, {"token": token.lower()}):
        assert ask(pages, **asked).get_json() == {"id": home, "address": "3幢 501"}


def test_nothing_tells_cards_of_others_from_none(signed_in, world, home):
    theirs, token = give_card(world, move_in(world, "leader2", door="7"))
    ended, old = give_card(world, home)
    officer = actor(world, "officer")
    with transaction():
        service.end([ended], "lost", officer)
    pages = signed_in("leader")
    answers = [ask(pages, number=theirs.number), ask(pages, token=token), ask(pages, number="1234566")]
    answers += [ask(pages, number=ended.number), ask(pages, token=old), ask(pages, token="A" * 26)]
    answers += [ask(pages, token="short"), ask(pages)]
    assert {answer.status_code for answer in answers} == {404}
    for number in (theirs.number, ended.number, "1234566"):
        assert UNKNOWN in pages.post("/app/scan", {"number": number}, status=422).get_text()


def test_a_number_that_cannot_be_one_is_told_at_the_field(signed_in, world):
    soup = signed_in("leader").post("/app/scan", {"number": "1234567"}, status=422)
    field = soup.select_one("#number")
    assert (field["value"], field["aria-invalid"]) == ("1234567", "true")
    assert "7 位数字" in soup.select_one("#number-problem").get_text()
