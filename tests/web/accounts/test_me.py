"""One's own page: who am I, devices, password, looks, the way to help."""

import pytest
from flask import render_template

from tests.builders import PASSWORD, PEOPLE
from tests.support.pages import SAME_ORIGIN, problems_of_page
from tests.support.reading import read
from webapp.accounts.rules import ATTEMPTS_PER_LOGIN
from webapp.core.version import VERSION

NEW = "另一句好记的大白话"


def said(soup):
    return " ".join(soup.find("main").get_text().split())


@pytest.mark.one_database
@pytest.mark.parametrize("login", PEOPLE)
def test_everybody_has_a_page_of_their_own(signed_in, login):
    soup = signed_in(login).get("/app/me")
    assert soup.find(attrs={"data-slot": "name"}).get_text()
    assert soup.find("form", action="/sign-out")
    assert soup.find("form", action="/settings/looks")
    assert VERSION in said(soup)
    assert bool(soup.find(attrs={"data-sync-now": True})) == (PEOPLE[login][0] in {"leader", "coordinator"})


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("login", "helper"),
    [
        ("leader", "单位331126101201：人员5"),
        ("coordinator", "单位331126101201：人员5"),
        ("officer", "单位331126101：人员7"),
        ("township", "单位331126：人员9"),
        ("far_leader", "单位331126102：人员8"),
        ("county", "先找您的上一级单位。"),
    ],
)
def test_the_nearest_office_is_named(signed_in, login, helper):
    assert helper in said(signed_in(login).get("/app/me"))


def test_the_paper_route_is_there(signed_in):
    assert "纸质报告单" in said(signed_in("leader").get("/app/me"))


def test_a_device_gets_another_name(signed_in):
    pages = signed_in("leader")
    form = pages.get("/app/me").find("form", action=lambda url: url.endswith("/name"))
    assert pages.submit(form["action"], {"name": " 老王的手机 "}) == "/app/me?said=named#devices"
    text = said(pages.get("/app/me?said=named"))
    assert "老王的手机" in text
    assert "设备名称改好了。" in text


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "请填写这一项。"),
        ("  ", "请填写这一项。"),
        ("长" * 41, "太长了，最多 40 个字。"),
        ("a\x1bb", "请填写文字。"),
    ],
)
def test_an_odd_name_is_said_at_its_device_and_kept(signed_in, name, sentence):
    pages = signed_in("leader")
    form = pages.get("/app/me").find("form", action=lambda url: url.endswith("/name"))
    response = pages.client.post(form["action"], data={"name": name}, headers=SAME_ORIGIN)
    assert response.status_code == 422
    assert sentence in response.text
    if "\x1b" not in name:
        soup = pages.post(form["action"], {"name": name})
        field = soup.find("input", id=form.find("input", attrs={"name": "name"})["id"])
        assert field["value"] == name
        assert field["aria-invalid"] == "true"
        assert field.find_parent("details").has_attr("open"), "what is wrong is in sight"


def test_a_password_is_changed_by_who_knows_the_present_one(signed_in, page):
    pages = signed_in("leader")
    assert pages.submit("/app/me/password", {"current": PASSWORD, "password": NEW}) == "/app/me?said=password"
    assert "密码改好了" in said(pages.get("/app/me?said=password"))
    page.post("/sign-in", {"login": "leader", "password": PASSWORD})
    page.submit("/sign-in", {"login": "leader", "password": NEW})


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"current": "wrong", "password": NEW}, "current"),
        ({"password": NEW}, "current"),
        ({"current": PASSWORD, "password": "short"}, "password"),
        ({"current": PASSWORD}, "password"),
        ({"current": PASSWORD, "password": "12345678"}, "password"),
    ],
)
def test_a_password_that_does_not_change_says_why_at_its_field(signed_in, page, given, field):
    soup = signed_in("leader").post("/app/me/password", given)
    assert soup.find(id=f"{field}-problem")
    assert not [i for i in soup.find_all("input", type="password") if i["value"]]
    page.submit("/sign-in", {"login": "leader", "password": PASSWORD})


def test_the_present_password_cannot_be_guessed_for_ever(signed_in):
    pages = signed_in("leader")
    for _ in range(ATTEMPTS_PER_LOGIN):
        pages.post("/app/me/password", {"current": "wrong", "password": NEW})
    pages.post("/app/me/password", {"current": PASSWORD, "password": NEW}, status=429)


@pytest.mark.one_database
def test_the_offline_shell_holds_nothing_personal(app, world):
    with app.test_request_context("/offline/me"):
        text = render_template("accounts/me.html", shell=True, me=None)
    soup, mistakes = read(text)
    assert not mistakes
    assert not problems_of_page(soup)
    assert not soup.find(attrs={"data-slot": "name"}).get_text()
    assert VERSION in said(soup)
    assert soup.find("form", action="/sign-out")
    assert not soup.find("form", action=lambda url: url.startswith("/app/"))
