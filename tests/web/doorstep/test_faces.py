"""Three faces of one code, and what a stranger cannot tell from them."""

import fcntl
import time
from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import update

from tests.support.doors import SECRET, give_card, move_in
from tests.support.office import actor, statements, words
from tests.support.pages import Pages, undrawn
from webapp.accounts.models import Device
from webapp.accounts.rules import token_hash
from webapp.cards import queries, service
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.doorstep import service as doorstep
from webapp.doorstep.rules import MISSES

UNKNOWN = "A" * 26


@pytest.fixture
def home(world):
    """Return a household of the leader's group."""
    return move_in(world)


@pytest.fixture
def tokens(world, home):
    """Return a token of each kind: live, revoked, lost, unknown, and one that cannot be one."""
    found = {"unknown": UNKNOWN, "odd": "not-a-token"}
    reader = actor(world, "leader")
    for state in ("live", "revoked", "lost"):
        card, found[state] = give_card(world, home)
        if state != "live":
            with transaction():
                service.end([queries.card(card.id)], state, reader)
    return found


def shape(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the elements of a page with the names of their attributes: what is left when the words are taken away."""
    return [(tag.name, tuple(sorted(tag.attrs))) for tag in BeautifulSoup(text, "html5lib").find_all(True)]


def test_to_a_stranger_all_codes_look_alike(app, tokens):
    client = app.test_client()
    found = {}
    for name, token in tokens.items():
        with statements() as asked:
            response = client.get(f"/q/{token}")
        headers = sorted(name for name, _ in response.headers)
        found[name] = (response.status_code, headers, shape(response.text), [text[:60] for text in asked])
    assert len({len(asked) for *_, asked in found.values()}) == 1
    assert all(one == found["unknown"] for one in found.values())
    assert found["live"][0] == 200


def test_whatever_an_office_publishes_codes_that_it_issued_look_alike(app, signed_in, world, tokens):
    """Whether a code was ever issued, and by which community, shows; whether it is live or ended does not (README)."""
    signed_in("officer").submit(
        "/app/public-page", {"hours": "周一到周五", "phone": "0578-6123456", "place": "石龙街 1 号"}
    )
    client, found = app.test_client(), {}
    for name, token in tokens.items():
        soup = BeautifulSoup(client.get(f"/q/{token}").text, "html5lib")
        stamp = soup.find("input", {"name": "stamp"})["value"]
        found[name] = str(soup).replace(stamp, "STAMP").replace(token, "TOKEN")
    assert found["live"] == found["revoked"] == found["lost"]
    assert "0578-6123456" in found["live"] and "单位331126101201" in found["live"]
    assert found["unknown"] == found["odd"]
    assert "0578-6123456" not in found["unknown"] and "单位331126" in found["unknown"]


def test_the_page_leads_to_what_is_published_for_the_place(app, tokens):
    client = app.test_client()
    live, unknown = (client.get(f"/q/{tokens[name]}").text for name in ("live", "unknown"))
    for way in ("policies", "claims", "feedback"):
        assert f'href="/{way}?at=331126101201"' in live and f'href="/{way}?at=331126"' in unknown
        assert client.get(f"/{way}?at=331126101201").status_code == 200


def test_a_locked_phone_is_told_nothing_by_any_code_until_it_is_unlocked(app, world, home, tokens):
    client = app.test_client()
    client.set_cookie("sanshi", world.open_session("leader"))
    assert client.get(f"/q/{tokens['live']}").headers["Location"] == f"/app/households/{home}", (
        "a phone without a vault"
    )
    with transaction() as session:
        session.execute(update(Device).values(opening_hash=token_hash("5" * 32)))
    found = {}
    for name, token in tokens.items():
        with statements() as asked:
            response = client.get(f"/q/{token}")
        assert "Location" not in response.headers, "the address of a page would tell that there is a household"
        text = response.text.replace(token, "TOKEN")
        found[name] = (response.status_code, text, sorted(response.headers.keys()), asked)
    assert all(one == found["unknown"] for one in found.values())
    assert found["live"][0] == 401 and 'data-again="/q/TOKEN"' in found["live"][1]
    assert "欢迎" not in found["live"][1] and home not in found["live"][1]
    public = client.get(f"/q/{tokens['live']}?face=public")
    assert public.status_code == 200 and home not in public.text
    headers = {"Sanshi-Account": world.accounts["leader"], "Sanshi-Opening": "5" * 32}
    assert client.get("/sync/pull", headers=headers).status_code == 200
    assert client.get(f"/q/{tokens['live']}").headers["Location"] == f"/app/households/{home}"
    assert client.get(f"/q/{UNKNOWN}").status_code == 200


def test_what_is_told_is_answered_alike(app, tokens):
    client, found = app.test_client(), {}
    for name, token in tokens.items():
        stamp = BeautifulSoup(client.get(f"/q/{token}").text, "html5lib").find("input", {"name": "stamp"})["value"]
        with clock.frozen(clock.now() + timedelta(seconds=5)), statements() as asked:
            sent = client.post(f"/q/{token}/tell", data={"kind": "help", "stamp": stamp})
        odd = client.post(f"/q/{token}/tell", data={"kind": "?"})
        thanks = client.get(sent.headers["Location"])
        found[name] = (sent.status_code, odd.status_code, shape(odd.text), shape(thanks.text), len(asked))
    assert found["live"][:2] == (303, 422)
    assert all(one == found["unknown"] for one in found.values())


def test_nothing_tells_of_the_household(page, world, home, tokens):
    for token in tokens.values():
        soup = page.get(f"/q/{token}")
        assert home not in str(soup)
        assert not any(secret in undrawn(soup) for secret in (SECRET, "501", "3幢", "13800001111", "1380"))
    assert page.get(f"/q/{tokens['live']}").h1.get_text() == "单位331126101201"
    assert page.get(f"/q/{UNKNOWN}").h1.get_text() == "单位331126"


def test_capitals_are_the_same_address(page, tokens):
    assert page.get(f"/Q/{tokens['live']}").h1.get_text() == "单位331126101201"
    assert page.get(f"/q/{tokens['live'].lower()}").h1.get_text() == "单位331126101201"


@pytest.mark.parametrize("login", ["leader", "coordinator", "officer", "auditor"])
def test_staff_in_scope_go_on_to_the_household(signed_in, home, tokens, login):
    response = signed_in(login).client.get(f"/Q/{tokens['live']}")
    assert (response.status_code, response.headers["Location"]) == (303, f"/app/households/{home}")
    assert signed_in(login).client.get(f"/q/{tokens['lost']}").status_code == 200
    assert signed_in(login).client.get(f"/q/{tokens['live']}?face=public").status_code == 200


@pytest.mark.parametrize("login", ["leader2", "stranger", "other_officer", "township", "county", "far_leader"])
def test_other_staff_see_what_everybody_sees(app, signed_in, tokens, login):
    token = tokens["live"]
    theirs, everybodys = signed_in(login).client.get(f"/q/{token}"), app.test_client().get(f"/q/{token}")
    assert theirs.status_code == 200
    assert theirs.text == everybodys.text


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_the_page_keeps_the_rules_of_all_pages_in_each_language(app, tokens, language):
    client = app.test_client()
    client.set_cookie("lang", language)
    soup = Pages(client).get(f"/q/{tokens['live']}")
    assert soup.html["lang"] == language
    assert "12345" in words(soup)
    assert soup.find("meta", attrs={"name": "robots"})["content"] == "noindex"


@pytest.mark.one_database
def test_guessing_ends_after_some_tries_and_a_staircase_goes_on(app, tokens, world, monkeypatch):
    assert MISSES == 60
    monkeypatch.setattr(doorstep, "MISSES", 6)
    client = app.test_client()
    for _ in range(12):
        assert client.get(f"/q/{tokens['live']}").status_code == 200
    for n in range(6):
        assert client.get(f"/q/{n:026d}").status_code == 200
    shut = client.get(f"/q/{tokens['live']}")
    assert (shut.status_code, int(shut.headers["Retry-After"])) == (429, 900)
    assert client.post(f"/q/{UNKNOWN}/tell", data={"kind": "help"}).status_code == 429
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.get(f"/q/{tokens['live']}", environ_overrides=elsewhere).status_code == 200
    with clock.frozen(clock.now() + timedelta(minutes=16)):
        assert client.get(f"/q/{tokens['live']}").status_code == 200


@pytest.mark.one_database
def test_a_popular_code_stops_writing_and_waits_for_nobody(app, tokens, world, monkeypatch):
    monkeypatch.setattr(doorstep, "NOTED", 3)
    client = app.test_client()

    def look() -> int:
        with statements() as asked:
            assert client.get(f"/q/{tokens['live']}").status_code == 200
        return len([text for text in asked if not text.startswith("SELECT")])

    assert [look() > 0 for _ in range(5)] == [True, True, True, False, False]
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    taken = Path(f"{db.engine.url.database}.lock")
    with taken.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # somebody writes for ever
        started = time.monotonic()
        assert client.get(f"/q/{UNKNOWN}", environ_overrides=elsewhere).status_code == 200
        assert time.monotonic() - started < 15  # three hundred times what it may wait


@pytest.mark.one_database
def test_staff_at_work_never_meet_the_limit(app, tokens, world, home, signed_in, monkeypatch):
    monkeypatch.setattr(doorstep, "MISSES", 2)
    for _ in range(2):
        app.test_client().get(f"/q/{UNKNOWN}")
    assert app.test_client().get(f"/q/{tokens['live']}").status_code == 429
    response = signed_in("leader").client.get(f"/q/{tokens['live']}")
    assert (response.status_code, response.headers["Location"]) == (303, f"/app/households/{home}")
    assert signed_in("leader2").client.get(f"/q/{tokens['live']}").status_code == 429


@pytest.mark.parametrize("token", ["%00", "%F0%9F%98%80", "a" * 2000, "..", "%2e%2e", "<script>"])
def test_odd_addresses_are_unknown_codes(app, world, token):
    response = app.test_client().get(f"/q/{token}")
    assert response.status_code in {200, 404}
    assert "<script>" not in response.text.split("<main")[-1]
