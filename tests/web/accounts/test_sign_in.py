"""Signing in and out: the cookie, the way on, what is told, and how often one may try."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.builders import PASSWORD
from webapp.accounts.models import Device
from webapp.accounts.rules import (
    ATTEMPT_WINDOW,
    ATTEMPTS_PER_ADDRESS,
    ATTEMPTS_PER_LOGIN,
    FORGET_ENDED,
    token_hash,
)
from webapp.accounts.service import note_failure
from webapp.attempts.models import Attempt
from webapp.core import clock
from webapp.core.db import db, transaction

RIGHT = {"login": "leader", "password": PASSWORD}
WRONG = {"login": "leader", "password": "not-this-one"}


def said(soup):
    return " ".join(soup.find("main").get_text().split())


def test_who_signs_in_comes_to_work(page, world):
    assert page.submit("/sign-in", RIGHT) == "/"
    cookie = page.client.get_cookie("sanshi")
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert cookie.max_age == 365 * 24 * 3600
    response = page.client.get("/")
    assert (response.status_code, response.headers["Location"]) == (303, "/app")


def test_the_cookie_is_secure_behind_tls(app, world):
    response = app.test_client().post("/sign-in", data=RIGHT, base_url="https://localhost")
    assert "; Secure" in response.headers["Set-Cookie"]


@pytest.mark.one_database
@pytest.mark.parametrize("typed", [" Leader ", "ｌｅａｄｅｒ", "LEADER"])
def test_a_login_may_be_typed_as_keyboards_do(page, world, typed):
    page.submit("/sign-in", {**RIGHT, "login": typed})


def test_a_wrong_password_keeps_the_login_and_says_so_at_the_field(page, world):
    soup = page.post("/sign-in", {**WRONG, "login": "leader2"})
    assert soup.find("input", attrs={"name": "login"})["value"] == "leader2"
    password = soup.find("input", attrs={"name": "password"})
    assert password["value"] == ""
    assert password["aria-invalid"] == "true"
    assert soup.find(id="password-problem").get_text(strip=True) == "账号或密码不对，请再试一次。"
    assert page.client.get_cookie("sanshi") is None


@pytest.mark.parametrize("login", ["nobody", "", "王小明", "a" * 500])
def test_an_unknown_login_is_told_apart_by_nothing(page, world, login):
    known, unknown = page.post("/sign-in", WRONG), page.post("/sign-in", {**WRONG, "login": login})
    assert said(unknown) == said(known)


def test_a_login_that_no_database_takes_is_wrong_like_any_other(page, world):
    assert page.client.post("/sign-in", data={**RIGHT, "login": "leader\x00"}).status_code == 422


def test_an_empty_form_is_answered_by_the_form(page, world):
    page.post("/sign-in", {})


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/app/people", "/app/people"),
        ("/app/people?unit=x", "/app/people?unit=x"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("/\t/evil.example/", "/"),
        ("", "/"),
    ],
)
def test_the_way_on_stays_on_this_site(page, world, asked, led):
    soup = page.get("/sign-in", query_string={"next": asked})
    kept = soup.find("input", attrs={"name": "next"})["value"]
    assert page.submit("/sign-in", {**RIGHT, "next": kept}) == led
    assert page.submit("/sign-in", {**RIGHT, "next": asked}) == led


def test_the_way_on_survives_a_wrong_password(page, world):
    soup = page.post("/sign-in", {**WRONG, "next": "/app/people"})
    assert soup.find("input", attrs={"name": "next"})["value"] == "/app/people"


def test_who_is_in_already_goes_on(signed_in):
    response = signed_in("officer").client.get("/sign-in?next=/app/people")
    assert (response.status_code, response.headers["Location"]) == (303, "/app/people")


@pytest.mark.parametrize("asked", ["/app/me", "/app/people?unit=5&said=x"])
def test_a_page_of_the_staff_leads_to_the_way_in_and_back(page, world, asked):
    way = page.client.get(asked).headers["Location"]
    kept = page.get(way).find("input", attrs={"name": "next"})["value"]
    assert page.submit("/sign-in", {**RIGHT, "next": kept}) == asked


def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(page, world):
    response = page.client.post("/app/me/password", data={}, headers={"Sec-Fetch-Site": "same-origin"})
    assert response.headers["Location"] == "/sign-in?next=/app/me"


def test_too_many_failures_on_one_login_close_it_for_a_quarter_of_an_hour(page, world, noon):
    for _ in range(ATTEMPTS_PER_LOGIN):
        page.post("/sign-in", WRONG)
    soup = page.post("/sign-in", RIGHT, status=429)
    assert "尝试次数太多，请过一会儿再试。" in said(soup)
    assert soup.find("input", attrs={"name": "login"})["value"] == "leader"
    page.post("/sign-in", {**RIGHT, "login": " LEADER"}, status=429)
    assert page.submit("/sign-in", {**RIGHT, "login": "leader2"}), "others come in all the same"
    with clock.frozen(noon + ATTEMPT_WINDOW + timedelta(seconds=1)):
        assert page.submit("/sign-in", RIGHT) == "/"


def test_too_many_failures_from_one_address_close_it_for_everybody_there(page, world, noon):
    with transaction():
        for number in range(ATTEMPTS_PER_ADDRESS):
            note_failure(f"guess{number}", "127.0.0.1")
    response = page.client.post("/sign-in", data=RIGHT)
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "900"
    elsewhere = page.client.post("/sign-in", data=RIGHT, environ_base={"REMOTE_ADDR": "203.0.113.7"})
    assert elsewhere.status_code == 303


def test_failures_are_kept_unreadable_and_for_a_day(page, world, noon):
    page.post("/sign-in", WRONG)
    kept = db.session.scalars(select(Attempt)).all()
    assert len(kept) == 2
    assert not [row for row in kept if "leader" in row.key or "127.0.0.1" in row.key]
    # There are few addresses and logins: whoever has the table but no key could try them all.
    plain = {token_hash(text) for whose in ("leader", "127.0.0.1") for text in (f"login {whose}", f"address {whose}")}
    assert plain.isdisjoint(row.key for row in kept)
    with clock.frozen(noon + timedelta(days=1, seconds=1)):
        page.submit("/sign-in", RIGHT)
    db.session.rollback()
    assert not db.session.scalars(select(Attempt)).all()


def test_devices_that_are_long_over_are_forgotten(page, world, noon):
    page.submit("/sign-in", RIGHT)
    page.submit("/sign-out")
    with clock.frozen(noon + FORGET_ENDED - timedelta(hours=1)):
        page.submit("/sign-in", RIGHT)
    db.session.rollback()
    assert len(db.session.scalars(select(Device)).all()) == 2
    with clock.frozen(noon + FORGET_ENDED + timedelta(hours=1)):
        page.submit("/sign-in", RIGHT)
    db.session.rollback()
    assert noon not in {device.created_at for device in db.session.scalars(select(Device))}


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Linux; Android 10; HarmonyOS; X) AppleWebKit/537.36", "鸿蒙手机"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 15_4 like Mac OS X)", "苹果手机"),
        ("curl/8", "其他设备"),
    ],
)
def test_a_device_gets_a_name_to_begin_with(page, world, agent, name):
    page.submit("/sign-in", RIGHT, headers={"User-Agent": agent})
    assert db.session.scalars(select(Device.name)).all() == [name]


def test_signing_in_anew_ends_the_session_this_browser_had(page, world):
    page.submit("/sign-in", RIGHT)
    page.submit("/sign-in", {**RIGHT, "login": "leader2"})
    alive = db.session.scalars(select(Device).where(Device.revoked_at.is_(None))).all()
    assert [device.account_id for device in alive] == [world.accounts["leader2"]]


def test_signing_in_anew_gives_the_new_cookie_even_when_the_old_was_due_for_renewal(page, world, noon):
    page.submit("/sign-in", RIGHT)
    with clock.frozen(noon + timedelta(days=3)):
        page.submit("/sign-in", {**RIGHT, "login": "leader2"})
        assert "leader2" in said(page.get("/app/me"))


def test_signing_out_ends_the_session_and_says_what_stays(signed_in):
    pages = signed_in("leader")
    token = pages.client.get_cookie("sanshi").value
    assert pages.submit("/sign-out") == "/sign-in?said=out"
    assert pages.client.get_cookie("sanshi") is None
    assert "还没上报的记录留在这部手机里" in said(pages.get("/sign-in?said=out"))
    pages.client.set_cookie("sanshi", token)
    assert pages.client.get("/app/me").status_code == 303


def test_signing_out_twice_is_no_error(page):
    assert page.submit("/sign-out") == "/sign-in?said=out"


def test_signing_out_does_not_renew_what_it_ends(signed_in, noon):
    pages = signed_in("leader")
    with clock.frozen(noon + timedelta(days=3)):
        response = pages.client.post("/sign-out", headers={"Sec-Fetch-Site": "same-origin"})
    assert [c for c in response.headers.getlist("Set-Cookie") if c.startswith("sanshi=;")]
    assert len(response.headers.getlist("Set-Cookie")) == 1


@pytest.mark.one_database
@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}])
def test_another_site_cannot_sign_anybody_out(signed_in, headers):
    pages = signed_in("leader")
    assert pages.client.post("/sign-out", headers=headers).status_code == 403
    assert pages.client.get("/app/me").status_code == 200
