"""The office's people: who is seen, who is invited where, whose devices and accounts may end."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.builders import PASSWORD, PEOPLE, event
from tests.support.pages import SAME_ORIGIN
from webapp.accounts.models import Account, Device, Invitation
from webapp.accounts.rules import INVITES, LOOKS_AFTER
from webapp.core import clock
from webapp.core.db import db
from webapp.core.qr import draw

OFFICES = ("officer", "township", "county", "auditor")
LINK = re.compile(r"http://localhost(/invitations/[\w-]{43})")


def said(soup):
    return " ".join(soup.find("main").get_text().split())


def names(soup):
    return {strong.get_text() for strong in soup.find("main").select(".entry-text strong")}


def name_of(login):
    return f"人员{list(PEOPLE).index(login)}"


@pytest.mark.parametrize(
    ("login", "seen"),
    [
        ("officer", {"officer", "coordinator", "leader", "leader2"}),
        ("other_officer", {"other_officer", "stranger"}),
        ("township", {"township", "officer", "coordinator", "other_officer"}),
        ("county", {"county", "auditor", "township", "far_township"}),
        ("auditor", {"county", "auditor", "township", "far_township"}),
    ],
)
def test_an_office_sees_its_own_people_and_those_of_the_units_below(signed_in, login, seen):
    assert names(signed_in(login).get("/app/people")) == {name_of(one) for one in seen}


def test_an_office_goes_down_unit_by_unit(signed_in, world):
    pages = signed_in("county")
    township = pages.get(f"/app/people?unit={world.units['township']}")
    assert name_of("officer") in names(township)
    assert township.find("a", class_="back")["href"] == f"/app/people?unit={world.units['county']}"
    community = pages.get(f"/app/people?unit={world.units['community']}")
    assert name_of("leader") in names(community)


@pytest.mark.parametrize("unit", ["other_community", "far_group", "township", "county"])
def test_a_unit_out_of_scope_is_not_there(signed_in, world, unit):
    signed_in("officer").get(f"/app/people?unit={world.units[unit]}", status=404)


@pytest.mark.parametrize("unit", ["x", "' OR 1=1", "\x00", "0" * 36])
def test_an_odd_unit_is_not_there(signed_in, unit):
    assert signed_in("officer").client.get("/app/people", query_string={"unit": unit}).status_code == 404


def test_when_a_phone_was_heard_is_told_without_judging(signed_in, phone, world):
    phone("leader")
    soup = signed_in("officer").get("/app/people")
    assert "最近联系：2026-11-21 12:00" in said(soup)
    assert "没有登录的设备" in said(soup)
    assert "和人勤不勤快无关" in said(soup)


def test_a_group_without_a_leader_offers_to_invite_one(signed_in, world):
    signed_in("officer").submit(f"/app/people/{world.accounts['leader2']}/close")
    soup = signed_in("officer").get("/app/people")
    assert soup.find("a", href=f"/app/people/invite/leader?unit={world.units['group2']}")
    form = signed_in("officer").get(f"/app/people/invite/leader?unit={world.units['group2']}")
    assert form.find("option", selected=True)["value"] == world.units["group2"]


@pytest.mark.one_database
@pytest.mark.parametrize("login", OFFICES)
@pytest.mark.parametrize("role", ["leader", "coordinator", "officer", "township", "county", "auditor", "nobody"])
def test_who_invites_whom(signed_in, login, role):
    pages, allowed = signed_in(login), role in INVITES.get(login, ())
    expected = 403 if login == "auditor" else 200 if allowed else 404
    assert pages.client.get(f"/app/people/invite/{role}").status_code == expected
    sent = pages.client.post(f"/app/people/invite/{role}", data={"name": "x"}, headers=SAME_ORIGIN)
    assert sent.status_code == (422 if allowed else expected)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("login", "role", "units"),
    [
        ("officer", "leader", {"group", "group2"}),
        ("officer", "coordinator", {"community"}),
        ("township", "officer", {"community", "other_community"}),
        ("county", "township", {"township", "far_township"}),
        ("county", "auditor", {"county", "township", "far_township", "community", "other_community", "far_community"}),
    ],
)
def test_the_units_offered_are_those_in_scope_that_take_the_role(signed_in, world, login, role, units):
    soup = signed_in(login).get(f"/app/people/invite/{role}")
    offered = {option["value"] for option in soup.find("select", id="unit").find_all("option")} - {""}
    assert offered == {world.units[name] for name in units}


def test_an_invitation_shows_its_link_once(signed_in, page, world):
    pages = signed_in("officer")
    soup = pages.post("/app/people/invite/leader", {"name": " 周小满 ", "unit": world.units["group2"]}, status=200)
    text = said(soup)
    assert "周小满" in text
    assert "24 小时内有效" in text
    assert "2026-11-22 12:00" in text
    link = LINK.search(text)[1]
    assert soup.find("svg", class_="qr").find_all("path")[1]["d"] == draw(f"http://localhost{link}").path
    listed = pages.get("/app/people")
    assert "周小满" in names(listed)
    assert link not in listed.decode()
    typed = {"login": "13800138000", "password": "清早出门看云回来", "undertaking": "1"}
    assert page.submit(link, typed) == "/app"
    made = db.session.scalars(select(Account).where(Account.login == "13800138000")).one()
    assert (made.role, made.unit_id) == ("leader", world.units["group2"])
    assert "周小满" in names(pages.get("/app/people"))


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("given", "field", "sentence"),
    [
        ({"name": ""}, "name", "请填写姓名。"),
        ({"name": "   "}, "name", "请填写姓名。"),
        ({"name": "长" * 41}, "name", "太长了，最多 40 个字。"),
        ({"unit": ""}, "unit", "请选择单位。"),
        ({"unit": "x"}, "unit", "编号不对。"),
        ({"unit": "community"}, "unit", "这个角色不能设在这个单位。"),
    ],
)
def test_what_is_wrong_with_an_invitation_is_said_at_its_field(signed_in, world, given, field, sentence):
    typed = {"name": "周小满", "unit": world.units["group"], **given}
    typed["unit"] = world.units.get(typed["unit"], typed["unit"])
    soup = signed_in("officer").post("/app/people/invite/leader", typed)
    assert soup.find(id=f"{field}-problem").get_text(strip=True) == sentence
    assert soup.find("input", id="name")["value"] == typed["name"]
    if field == "name":
        assert soup.find("option", selected=True)["value"] == typed["unit"]


@pytest.mark.parametrize("unit", ["other_group", "far_group"])
def test_nobody_is_invited_out_of_scope(signed_in, world, unit):
    signed_in("officer").post("/app/people/invite/leader", {"name": "周小满", "unit": world.units[unit]}, status=404)
    assert not db.session.scalars(select(Invitation)).all()


def test_an_invitation_is_withdrawn_by_its_office_only(signed_in, page, world):
    pages = signed_in("officer")
    soup = pages.post("/app/people/invite/leader", {"name": "周小满", "unit": world.units["group"]}, status=200)
    link = LINK.search(said(soup))[1]
    action = pages.get("/app/people").find("form", action=lambda url: url.endswith("/withdraw"))["action"]
    assert signed_in("other_officer").client.post(action, headers=SAME_ORIGIN).status_code == 404
    page.get(link)
    assert pages.submit(action) == "/app/people?said=withdrawn#invitations"
    page.get(link, status=404)


def test_a_person_shows_devices_and_what_can_be_done(signed_in, phone, world):
    phone("leader")
    pages = signed_in("officer")
    soup = pages.get(f"/app/people/{world.accounts['leader']}")
    assert "测试手机" in said(soup)
    actions = {form["action"].rsplit("/", 1)[1] for form in soup.find("main").find_all("form")}
    assert actions == {"revoke", "new-password", "close"}


@pytest.mark.parametrize("login", ["officer", "coordinator"])
def test_a_colleague_of_the_same_rank_is_looked_at_only(signed_in, world, login):
    pages = signed_in("officer")
    soup = pages.get(f"/app/people/{world.accounts['officer']}")
    assert not soup.find("main").find_all("form")
    closing = f"/app/people/{world.accounts['officer']}/close"
    assert pages.client.post(closing, headers=SAME_ORIGIN).status_code == 403


def test_a_lost_phone_is_put_out_by_the_office(signed_in, phone, world):
    lost = phone("leader")
    pages = signed_in("officer")
    soup = pages.get(f"/app/people/{world.accounts['leader']}")
    revoke = soup.find("form", action=lambda url: url.endswith("/revoke"))["action"]
    assert pages.submit(revoke) == f"/app/people/{world.accounts['leader']}?said=revoked"
    lost.pull_page(status=401)
    assert "那台设备已经退出登录。" in said(pages.get(f"/app/people/{world.accounts['leader']}?said=revoked"))


def test_a_device_is_revoked_under_its_own_account_only(signed_in, world):
    signed_in("leader2")
    device = db.session.scalars(select(Device.id)).one()
    url = f"/app/people/{world.accounts['leader']}/devices/{device}/revoke"
    assert signed_in("officer").client.post(url, headers=SAME_ORIGIN).status_code == 404


def test_a_forgotten_password_is_set_anew_by_a_link(signed_in, page, world):
    pages = signed_in("officer")
    soup = pages.post(f"/app/people/{world.accounts['leader']}/new-password", status=200)
    link = LINK.search(said(soup))[1]
    page.submit(link, {"password": "清早出门看云回来", "undertaking": "1"})
    page.submit("/sign-out")
    page.post("/sign-in", {"login": "leader", "password": PASSWORD})
    page.submit("/sign-in", {"login": "leader", "password": "清早出门看云回来"})


def test_who_closes_an_account_is_told_what_may_still_lie_on_the_phone(signed_in, phone, world):
    sender = phone("leader")
    sender.push(event(world.units["group"]))
    box = signed_in("officer").get(f"/app/people/{world.accounts['leader']}").select_one("#close")
    text = " ".join(box.get_text().split())
    assert "还没上报的记录就传不上来了" in text
    assert "测试手机：最近联系 2026-11-21 12:00 · 最近收到记录 2026-11-21 12:00" in text


def test_a_closed_account_is_gone_and_its_password_with_it(signed_in, phone, page, world):
    old = phone("leader")
    pages = signed_in("officer")
    location = pages.submit(f"/app/people/{world.accounts['leader']}/close")
    assert name_of("leader") not in names(pages.get(location))
    old.pull_page(status=401)
    page.post("/sign-in", {"login": "leader", "password": PASSWORD})
    pages.get(f"/app/people/{world.accounts['leader']}", status=404)


@pytest.mark.parametrize("login", OFFICES)
@pytest.mark.parametrize("whom", PEOPLE)
@pytest.mark.one_database
def test_who_may_do_what_to_whom(signed_in, world, login, whom):
    """Seen at or under one's own unit; changed only where one looks after the role."""
    scope = {
        "officer": {"leader", "leader2", "coordinator", "officer"},
        "township": {"leader", "leader2", "coordinator", "officer", "township", "stranger", "other_officer"},
    }
    role, is_near = PEOPLE[whom][0], whom in scope.get(login, PEOPLE)
    pages, url = signed_in(login), f"/app/people/{world.accounts[whom]}"
    assert pages.client.get(url).status_code == (200 if is_near else 404)
    expected = 403 if login == "auditor" else 404 if not is_near else 200 if role in LOOKS_AFTER[login] else 403
    assert pages.client.post(f"{url}/new-password", headers=SAME_ORIGIN).status_code == expected
    assert pages.client.post(f"{url}/close", headers=SAME_ORIGIN).status_code == (303 if expected == 200 else expected)


@pytest.mark.parametrize("account", ["7c9e6679-7425-40de-944b-e07fc1f90ae7", "0" * 8 + "-0000-0000-0000-" + "0" * 12])
def test_nobody_is_found_by_a_guessed_id(signed_in, account):
    signed_in("county").get(f"/app/people/{account}", status=404)


def test_a_link_that_ran_out_is_not_listed(signed_in, world, noon):
    pages = signed_in("officer")
    pages.post("/app/people/invite/leader", {"name": "周小满", "unit": world.units["group"]}, status=200)
    with clock.frozen(noon + timedelta(hours=25)):
        assert "周小满" not in said(pages.get("/app/people"))
