"""From an invitation to an account: the link, the first visit, what can go wrong."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.builders import PASSWORD
from tests.support.pages import SAME_ORIGIN
from webapp.accounts.models import Account, Device, Invitation
from webapp.accounts.queries import actors_of
from webapp.accounts.rules import token_hash
from webapp.accounts.service import close_account
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.invitations.service import invite, invite_again

GOOD = {"login": "13800138000", "password": "清早出门看云回来", "undertaking": "1"}


@pytest.fixture
def officer(world):
    hashed = token_hash(world.open_session("officer"))
    return actors_of([hashed])[hashed]


@pytest.fixture
def link(world, officer):
    with transaction():
        _, token = invite(name="周小满", role="leader", unit_id=world.units["group2"], actor=officer)
    return f"/invitations/{token}"


@pytest.fixture
def again(world, officer):
    with transaction():
        _, token = invite_again(db.session.get(Account, world.accounts["leader"]), officer)
    return f"/invitations/{token}"


def said(soup):
    return " ".join(soup.find("main").get_text().split())


def test_the_first_visit_says_who_invites_whom_to_what(page, link, noon):
    text = said(page.get(link))
    assert "周小满，欢迎您" in text
    assert "人员5" in text, "who invited"
    assert "单位33112610120102" in text
    assert "单位331126101201" in text, "and the community it lies in"
    assert "组长" in text
    assert "2026-11-22 12:00" in text
    assert "至少 8 个字符" in text


def test_the_secret_address_is_told_to_no_other_site_and_kept_out_of_indexes(page, link):
    response = page.client.get(link)
    assert response.headers["Referrer-Policy"] in {"no-referrer", "same-origin"}
    assert response.headers["Cache-Control"] == "no-store"
    assert page.get(link).find("meta", attrs={"name": "robots"})["content"] == "noindex"


def test_accepting_opens_a_session_at_once(page, link):
    assert page.submit(link, GOOD) == "/app"
    assert "13800138000" in said(page.get("/app/me"))
    page.submit("/sign-out")
    assert page.submit("/sign-in", GOOD) == "/"


def test_accepting_works_where_a_browser_sends_only_an_origin(page, link):
    response = page.client.post(link, data=GOOD, headers={"Origin": "http://localhost"})
    assert response.status_code == 303


def test_a_link_opens_once(page, link, app):
    page.submit(link, GOOD)
    other = app.test_client()
    assert other.get(link).status_code == 404
    assert other.post(link, data={**GOOD, "login": "second"}).status_code == 404
    assert "这个邀请链接不能再用了" in said(page.get(link, status=404))
    assert db.session.scalars(select(Account).where(Account.login == "second")).all() == []


def test_a_link_opens_for_a_day(page, link, noon):
    with clock.frozen(noon + timedelta(hours=24) - timedelta(seconds=1)):
        page.get(link)
    with clock.frozen(noon + timedelta(hours=24)):
        page.get(link, status=404)
        page.post(link, GOOD, status=404)


@pytest.mark.parametrize("token", ["x", "a" * 43, "..", "%00", "' OR 1=1"])
def test_an_unknown_link_gets_the_same_page_as_a_used_one(page, world, token):
    assert page.client.get(f"/invitations/{token}").status_code == 404


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"password": ""}, "password", "密码至少 8 个字符。"),
        ({"password": "1234567"}, "password", "密码至少 8 个字符。"),
        ({"password": "12345678"}, "password", "这个密码太常见，别人一猜就中，请换一个。"),
        ({"password": "aaaaaaaaaa"}, "password", "这个密码太常见，别人一猜就中，请换一个。"),
        ({"password": "13800138000"}, "password", "这个密码太常见，别人一猜就中，请换一个。"),
        ({"password": "长" * 257}, "password", "太长了，最多 256 个字。"),
        ({"login": ""}, "login", "账号用 3 到 40 个小写字母或数字，例如手机号。"),
        ({"login": "ab"}, "login", "账号用 3 到 40 个小写字母或数字，例如手机号。"),
        ({"login": "周小满"}, "login", "账号用 3 到 40 个小写字母或数字，例如手机号。"),
        ({"login": "a" * 41}, "login", "账号用 3 到 40 个小写字母或数字，例如手机号。"),
        ({"login": "leader"}, "login", "这个账号已经有人用了，请换一个。"),
        ({"login": "LEADER "}, "login", "这个账号已经有人用了，请换一个。"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field_and_nothing_but_the_password_is_typed_again(
    page, link, given, field, sentence
):
    typed = {**GOOD, **given}
    soup = page.post(link, typed)
    assert soup.find(id=f"{field}-problem").get_text(strip=True) == sentence
    assert soup.find(id=field)["aria-invalid"] == "true"
    assert soup.find("input", id="login")["value"] == typed["login"]
    assert soup.find("input", id="password")["value"] == ""
    page.submit(link, {**GOOD, "login": "13900139000"})


def test_two_problems_are_summed_up_with_ways_to_both(page, link):
    soup = page.post(link, {**GOOD, "login": "x", "password": "x"})
    summary = soup.find(id="error-summary")
    assert [a["href"] for a in summary.find_all("a")] == ["#login", "#password"]


@pytest.mark.one_database
@pytest.mark.parametrize("password", ["        ", "八个汉字也行的呀", "pass phrase with blanks", "pQ1" + "é" * 100])
def test_any_character_will_do(page, link, password):
    fits = len(set(password)) > 2
    response = page.client.post(link, data={**GOOD, "password": password}, headers=SAME_ORIGIN)
    assert response.status_code == (303 if fits else 422)
    if fits:
        page.submit("/sign-in", {**GOOD, "password": password})


def test_a_password_keeps_its_blanks(page, link):
    page.submit(link, {**GOOD, "password": " 清早出门看云回来 "})
    page.submit("/sign-out")
    page.post("/sign-in", {**GOOD, "password": "清早出门看云回来"})
    page.submit("/sign-in", {**GOOD, "password": " 清早出门看云回来 "})


def test_a_device_of_somebody_else_changes_hands_knowingly(signed_in, link, world):
    pages = signed_in("officer")
    assert "现在登录的是 人员5" in said(pages.get(link))
    pages.submit(link, GOOD)
    assert "周小满" in said(pages.get("/app/me"))
    alive = db.session.scalars(select(Device.account_id).where(Device.revoked_at.is_(None))).all()
    assert world.accounts["officer"] not in alive[1:], "the session that lost its cookie has ended"


def test_a_link_for_a_forgotten_password_keeps_the_account(page, again, world, signed_in):
    before = signed_in("leader")
    soup = page.get(again)
    assert "请设新密码" in said(soup)
    assert soup.find(id="login")["value"] == "leader"
    assert soup.find(id="login").has_attr("readonly")
    assert page.submit(again, {**GOOD, "login": "another"}) == "/app"
    assert "leader" in said(page.get("/app/me"))
    assert before.client.get("/app/me").status_code == 303, "the lost phone is out"
    page.submit("/sign-out")
    page.post("/sign-in", {"login": "leader", "password": PASSWORD})
    page.submit("/sign-in", {"login": "leader", "password": GOOD["password"]})
    assert len(db.session.scalars(select(Account)).all()) == len(world.accounts)


def test_a_new_password_must_fit_too(page, again):
    soup = page.post(again, {"password": "short"})
    assert soup.find(id="password-problem")


def test_a_link_to_an_account_that_was_closed_opens_nothing(page, again, world, officer):
    with transaction():
        close_account(db.session.get(Account, world.accounts["leader"]), officer)
    page.post(again, GOOD, status=404)


def test_the_secret_is_kept_as_a_hash_only(link, world):
    token = link.rsplit("/", 1)[1]
    [kept] = db.session.scalars(select(Invitation)).all()
    assert token not in {str(getattr(kept, column.name)) for column in Invitation.__table__.columns}
