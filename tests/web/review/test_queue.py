"""The queue of a community, and accepting all that say nothing."""

from typing import Any

import pytest

from tests.builders import World, event
from tests.support.office import actor, hand_in, plain, rows_of, words
from webapp.core.db import db, transaction
from webapp.core.period import Month
from webapp.reports.queries import report_of
from webapp.reports.service import accept

NOVEMBER = Month(2026, 11)
QUEUE = "/app/review/202611"


def state(world: World, unit: str) -> str:
    """Return how the report of a unit stands."""
    db.session.rollback()
    found = report_of(world.units[unit], 202611)
    return found["state"] if found else "empty"


def waiting(soup: Any) -> list[str]:
    """Return what the lines of the reports that wait say."""
    return [" ".join(line.get_text(" ").split()) for line in soup.select(".queued > summary")]


def test_reports_wait_in_the_order_of_codes(signed_in, phone, world: World):
    hand_in(phone("leader2"), world.units["group2"], births=1)
    plain(phone("leader"), world.units["group"])
    soup = signed_in("officer").get(QUEUE)
    assert soup.select_one("#waiting").get_text() == "等待审核 2 份"
    assert waiting(soup) == ["单位33112610120101 已上报 本月无变动", "单位33112610120102 已上报 改了算出来的数"]


def test_every_report_opens_without_script_too(signed_in, phone, world: World):
    plain(phone("leader"), world.units["group"])
    soup = signed_in("officer").get(QUEUE)
    link = soup.select_one(".queued a")
    assert link["href"] == f"/app/reports/{world.units['group']}/202611"
    assert link.find_parent("div")["data-hx-get"] == link["href"]
    signed_in("officer").get(link["href"])


def test_what_is_done_stands_apart(signed_in, phone, world: World):
    plain(phone("leader"), world.units["group"])
    officer = actor(world, "officer")
    with transaction():
        accept(world.units["group"], NOVEMBER, 1, officer)
    soup = signed_in("officer").get(QUEUE)
    assert not waiting(soup)
    assert "没有等待审核的月报" in words(soup)
    assert "处理过的 1 份" in words(soup)


def test_supplements_are_marked(signed_in, phone, world: World):
    plain(phone("leader"), world.units["group"], "202610")
    leader = phone("leader")
    leader.push(event(world.units["group"], date="2026-10-29"))
    hand_in(leader, world.units["group"], births=1)
    assert "补报 1 笔" in waiting(signed_in("officer").get(QUEUE))[0]


def test_all_that_say_nothing_are_listed_before_they_are_accepted(signed_in, phone, world: World):
    plain(phone("leader"), world.units["group"])
    hand_in(phone("leader2"), world.units["group2"], births=1)
    pages = signed_in("officer")
    link = next(a for a in pages.get(QUEUE).select("a.button") if "全部接收" in a.get_text())
    assert "1 份" in link.get_text()
    asked = pages.get(link["href"])
    assert [strong.get_text() for strong in asked.select(".entry strong")] == ["单位33112610120101"]
    assert state(world, "group") == "submitted", "asking changes nothing"
    form = asked.find("form", attrs={"method": "post", "action": link["href"]})
    sent = {"report": [field["value"] for field in form.select("input[name=report]")]}
    back = pages.submit(form["action"], sent)
    assert (state(world, "group"), state(world, "group2")) == ("accepted", "submitted")
    assert "已接收 1 份" in words(pages.get(back))


@pytest.mark.one_database
def test_where_none_can_be_accepted_together_none_is_asked_about(signed_in):
    asked = signed_in("officer").get(f"{QUEUE}/accept-all")
    assert asked.h1.get_text() == "没有可以一起接收的月报" and "0 份" not in words(asked)


def test_a_newer_version_is_left_for_a_closer_look(signed_in, phone, world: World):
    first = plain(phone("leader"), world.units["group"])
    plain(phone("leader2"), world.units["group2"])
    listed = [f"{world.units['group']}:1", f"{world.units['group2']}:1"]
    hand_in(phone("leader"), world.units["group"], id=first["id"], base_version=1, births=3)
    pages = signed_in("officer")
    back = pages.submit(f"{QUEUE}/accept-all", {"report": listed})
    assert (state(world, "group"), state(world, "group2")) == ("submitted", "accepted")
    assert "已接收 1 份；其余的刚刚有了新的版本" in words(pages.get(back))


@pytest.mark.one_database
@pytest.mark.parametrize("sent", [[], ["nonsense"], ["{group}"], ["{group}:9"], ["{other_group}:1"], ["{group2}:1"]])
def test_only_what_was_listed_and_waits_is_accepted(signed_in, phone, world: World, sent: list[str]):
    """A report of another community, one with remarks, a wrong version: none of them comes in by this door."""
    plain(phone("leader"), world.units["group"])
    plain(phone("stranger"), world.units["other_group"])
    hand_in(phone("leader2"), world.units["group2"], births=1)
    signed_in("officer").submit(f"{QUEUE}/accept-all", {"report": [text.format(**world.units) for text in sent]})
    assert {state(world, name) for name in ("group", "group2", "other_group")} == {"submitted"}


def test_above_a_community_the_queue_shows_where_some_wait(signed_in, phone, world: World):
    plain(phone("leader"), world.units["group"])
    soup = signed_in("township").get(QUEUE)
    assert rows_of(soup, "units") == [
        ["单位331126101201", "1", "0", "0", "1"],
        ["单位331126101202", "0", "0", "0", "1"],
        ["合计", "1", "0", "0", "2"],
    ]
    community = signed_in("township").get(soup.select_one("#units a")["href"])
    assert waiting(community)
    assert "全部接收" not in words(community), "townships read"


@pytest.mark.one_database
@pytest.mark.parametrize("login", ["township", "county", "auditor", "other_officer", "coordinator", "leader"])
def test_only_the_communitys_officer_accepts(signed_in, phone, world: World, login: str):
    plain(phone("leader"), world.units["group"])
    client = signed_in(login).client
    url = f"{QUEUE}/accept-all?unit={world.units['community']}"
    statuses = {
        client.get(url).status_code,
        client.post(
            url, data={"report": f"{world.units['group']}:1"}, headers={"Sec-Fetch-Site": "same-origin"}
        ).status_code,
    }
    assert statuses == {404 if login == "other_officer" else 403}
    assert state(world, "group") == "submitted"


@pytest.mark.one_database
def test_months_to_come_have_no_queue(signed_in):
    signed_in("officer").get("/app/review/202612", 404)
    signed_in("officer").get("/app/review/202612/accept-all", 404)
    signed_in("county").get("/app/review/202612/lock", 404)
