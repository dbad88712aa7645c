"""A phone with a vault: its session alone reads nothing, only with the proof that the vault is open."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from tests.builders import event, household
from tests.support.pages import SAME_ORIGIN, Pages
from tests.support.phone import Phone
from webapp.access.rules import PUBLIC, ROUTES, WHILE_CLOSED, may
from webapp.access.service import OPENED
from webapp.accounts.models import Account, Device
from webapp.core import clock
from webapp.core.db import db, transaction

SECRET, OTHER = "5" * 32, "6" * 32
NAME = "王小明"


@pytest.fixture
def leader(phone: Any) -> Phone:
    """Return the leader's phone, whose vault the server knows and which is locked."""
    found: Phone = phone("leader")
    assert say(found, SECRET).status_code == 200
    close(found)
    return found


def say(phone: Phone, secret: str, account: str = "leader") -> Any:
    """Have the phone pull and say its secret, as one does whose vault is open."""
    found = db.session.query(Account).filter_by(login=account).one()
    headers = {**SAME_ORIGIN, "Sanshi-Account": found.id, "Sanshi-Opening": secret}
    db.session.rollback()
    return phone.client.get("/sync/pull", headers=headers)


def close(phone: Phone) -> None:
    """Lock the phone."""
    assert phone.client.post("/sync/close", headers=SAME_ORIGIN).status_code == 200
    assert phone.client.get_cookie(OPENED) is None


def test_a_locked_phone_pulls_nothing(leader: Phone) -> None:
    answer = leader.client.get("/sync/pull")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (401, "closed")
    assert say(leader, SECRET).get_json()["me"]
    assert leader.client.get("/sync/pull").status_code == 401, "nor who types the address while it is open"


def test_it_is_open_for_ten_minutes(leader: Phone, noon: Any) -> None:
    cookie = say(leader, SECRET).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    for later, status in ((9, 200), (11, 401)):
        with clock.frozen(noon + timedelta(minutes=later)):
            assert leader.client.get("/app/me").status_code == status
            db.session.rollback()


@pytest.mark.parametrize("made_up", ["", "x", "99999999999.0", f"99999999999.{'0' * 64}", "٣.0", "9" * 400])
def test_nobody_makes_up_the_proof(leader: Phone, made_up: str) -> None:
    leader.client.set_cookie(OPENED, made_up)
    assert leader.client.get("/app/me").status_code == 401


def test_another_phones_proof_is_none(leader: Phone, phone: Any) -> None:
    other = phone("leader")
    say(other, OTHER)
    leader.client.set_cookie(OPENED, other.client.get_cookie(OPENED).value)
    assert leader.client.get("/app/me").status_code == 401


def test_another_secret_counts_only_right_after_a_sign_in(leader: Phone) -> None:
    with transaction() as session:
        session.execute(update(Device).values(created_at=clock.now() - timedelta(minutes=15)))
    answer = say(leader, OTHER)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (401, "revoked")
    assert leader.client.get("/sync/pull").status_code == 401
    with transaction() as session:
        session.execute(update(Device).values(created_at=clock.now()))
    for _ in range(2):
        assert say(leader, OTHER).status_code == 200


@pytest.mark.parametrize("secret", ["", "5" * 31, "5" * 33, "G" * 32])
def test_no_secret_is_none(leader: Phone, secret: str) -> None:
    assert say(leader, secret).get_json()["error"]["code"] == "closed"


def test_the_secret_of_somebody_else_is_not_taken(leader: Phone, phone: Any) -> None:
    other = phone("leader2")
    assert say(other, SECRET, "leader").status_code == 401
    assert other.pull_page()["me"], "it keeps no vault as far as the server knows"


def test_who_keeps_no_vault_works_as_ever(signed_in: Any) -> None:
    assert not signed_in("leader").get("/app/me").find(attrs={"data-again": True})


def test_records_leave_a_locked_phone_and_nothing_comes_back(leader: Phone, world: Any) -> None:
    known = household(world.units["group"], "501", NAME)
    leader.push(known)
    theirs = {**known, "base_version": 0, "data": {**known["data"], "size": "1"}}
    body = {"device": leader.device, "records": [event(world.units["group"]), theirs]}
    answer = leader.push_raw(body, 200)
    assert answer["closed"]
    assert [result["outcome"] for result in answer["results"]] == ["created", "stale"]
    assert answer["results"][1]["current"] is None
    assert NAME not in str(answer)
    headers = {**SAME_ORIGIN, "Sanshi-Opening": SECRET}
    answer = leader.client.post("/sync/push", json=body, headers=headers).get_json()
    assert not answer["closed"]
    assert NAME in str(answer["results"][1]["current"])


def test_every_page_of_a_locked_phone_is_the_cover(app: Any, leader: Phone, world: Any) -> None:
    """Each address that a leader may open, with the household's id in the place of any."""
    say(leader, SECRET)
    known = household(world.units["group"], "501", NAME)
    leader.push(known)
    words = [word.encode() for word in (NAME, "金桂苑", "单位")]
    addresses = [rule for rule in app.url_map.iter_rules() if is_inside(rule)]
    assert len(addresses) > 40
    urls = [(rule, url_of(app, rule, known["id"])) for rule in addresses]
    shown = [url for rule, url in urls if "GET" in rule.methods and words[1] in leader.client.get(url).data]
    assert len(shown) > 1, "the test looks where names are"
    close(leader)
    for rule, url in urls:
        method = "GET" if "GET" in rule.methods else "POST"
        answer = leader.client.open(url, method=method, headers=SAME_ORIGIN)
        assert answer.status_code == 401, url
        assert answer.headers["Cache-Control"] == "no-store"
        assert not [word for word in words if word in answer.data], url
        if "/sync/" not in url:
            assert 'data-page="closed"' in answer.text, url


def is_inside(rule: Any) -> bool:
    """Whether a route is for members of staff that a leader may be, apart from what a locked phone may."""
    action = ROUTES.get(rule.endpoint, PUBLIC)
    return action != PUBLIC and rule.endpoint not in WHILE_CLOSED and may("leader", action)


def url_of(app: Any, rule: Any, ident: str) -> str:
    """Return an address of a route, with `ident` for each id."""
    values = {name: "202611" if "month" in name else ident for name in rule.arguments}
    with app.test_request_context():
        return str(rule.build(values, append_unknown=False)[1])


def test_the_cover_leads_on_and_is_a_page(leader: Phone) -> None:
    cover = Pages(leader.client).get("/app/households?q=a", status=401)
    assert cover.find(attrs={"data-again": "/app/households?q=a"})
    assert "JavaScript" in cover.find("main").get_text()
    cover = Pages(leader.client).post("/app/me/password", {"current": "x"}, status=401)
    assert cover.find(attrs={"data-again": True})["data-again"] in ("/app/me/password", "/app/me", "/app")


def test_signing_out_takes_the_proof_back(leader: Phone) -> None:
    say(leader, SECRET)
    assert leader.client.get_cookie(OPENED)
    leader.client.post("/sign-out", headers=SAME_ORIGIN)
    assert leader.client.get_cookie(OPENED) is None
