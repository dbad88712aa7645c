"""Accepting, giving back, locking: who may, what becomes of it, and what is said when it may not be."""

from typing import Any

import pytest
from sqlalchemy import select

from tests.builders import World, report
from tests.support.office import actor, hand_in, plain, words
from webapp.core.db import db, transaction
from webapp.core.period import Month
from webapp.ledger.models import LedgerLine
from webapp.ledger.queries import broken_lines
from webapp.reports.queries import report_of
from webapp.reports.service import accept, give_back

NOVEMBER = Month(2026, 11)
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
STEPS = ("accept", "return")


def address(world: World, step: str = "", unit: str = "group") -> str:
    """Return where a step is taken with the report of a unit."""
    return f"/app/reports/{world.units[unit]}/202611{step and '/' + step}"


def stored(world: World, unit: str = "group") -> dict[str, Any]:
    """Return the report of a unit as it stands."""
    db.session.rollback()
    found = report_of(world.units[unit], 202611)
    assert found
    return found


@pytest.fixture
def leader(phone, world: World):
    """Return the leader's phone after handing in November."""
    found = phone("leader")
    hand_in(found, world.units["group"], births=1)
    return found


def test_an_accepted_report_is_the_snapshot(signed_in, leader, world: World):
    pages = signed_in("officer")
    back = pages.submit(address(world, "accept"), {"version": "1"})
    assert back == f"/app/review/202611?unit={world.units['community']}&said=accepted"
    assert "已接收。" in words(pages.get(back))
    report = stored(world)
    assert (report["state"], report["accepted_version"], report["reviewed_by"]) == (
        "accepted", 1, world.accounts["officer"],
    )  # fmt: skip
    assert not list(broken_lines())


def test_a_returned_report_carries_its_reasons_to_the_phone(signed_in, leader, world: World):
    leader.pull()
    typed = {"version": "1", "reason": "", "reason-births": "少了一个", "reason-deaths": "  "}
    back = signed_in("officer").submit(address(world, "return"), typed)
    assert "said=returned" in back
    change = leader.pull()[-1]["data"]
    assert (change["state"], change["returned"]) == ("returned", [{"measure": "births", "reason": "少了一个"}])


@pytest.mark.parametrize("typed", [{}, {"reason": "   "}, {"reason-births": ""}, {"reason-nonsense": "x"}])
@pytest.mark.one_database
def test_a_return_needs_a_reason(signed_in, leader, world: World, typed: dict[str, str]):
    soup = signed_in("officer").post(address(world, "return"), {"version": "1", **typed})
    assert "请写明哪里要改、为什么" in soup.select_one("#reason-problem").get_text()
    assert soup.select_one("#error-summary a")["href"] == "#reason"
    assert stored(world)["state"] == "submitted"


@pytest.mark.one_database
def test_what_was_typed_stays(signed_in, leader, world: World):
    typed = {"version": "1", "reason": "整份再看", "reason-births": "长" * 201}
    soup = signed_in("officer").post(address(world, "return"), typed)
    field = soup.find("textarea", attrs={"name": "reason-births"})
    assert field.get_text() == "长" * 201
    assert field["aria-invalid"] == "true"
    assert field.find_parent("details").has_attr("open")
    assert soup.find("textarea", attrs={"name": "reason"}).get_text() == "整份再看"


@pytest.mark.parametrize("step", STEPS)
def test_a_newer_version_is_looked_at_first(signed_in, leader, world: World, step: str):
    first = stored(world)
    hand_in(leader, world.units["group"], id=first["id"], base_version=1, births=2)
    typed = {"version": "1", "reason-births": "少了一个"}
    soup = signed_in("officer").post(address(world, step), typed)
    assert "这份月报刚刚有了新的版本，请看过再处理" in words(soup)
    assert soup.find("input", attrs={"name": "version"})["value"] == "2"
    assert stored(world)["state"] == "submitted"
    if step == "return":
        assert soup.find("textarea", attrs={"name": "reason-births"}).get_text() == "少了一个"


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.one_database
def test_a_report_is_not_reviewed_twice(signed_in, leader, world: World, step: str):
    pages = signed_in("officer")
    pages.submit(address(world, "accept"), {"version": "1"})
    soup = pages.post(address(world, step), {"version": "1", "reason": "x"})
    assert "这份月报已经处理过了" in words(soup)


@pytest.mark.parametrize("version", ["", "x", "0", "2", "-1", "1.0", "9" * 30])
@pytest.mark.one_database
def test_a_wrong_version_is_refused(signed_in, leader, world: World, version: str):
    signed_in("officer").post(address(world, "accept"), {"version": version})
    assert stored(world)["state"] == "submitted"


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.one_database
def test_there_must_be_a_report(signed_in, world: World, step: str):
    signed_in("officer").post(address(world, step), {"version": "1", "reason": "x"}, status=404)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("login", ["leader", "coordinator", "township", "county", "auditor", "other_officer"])
@pytest.mark.one_database
def test_only_the_communitys_officer_reviews(signed_in, leader, world: World, login: str, step: str):
    status = 404 if login == "other_officer" else 403
    signed_in(login).post(address(world, step), {"version": "1", "reason": "x"}, status=status)
    assert stored(world)["state"] == "submitted"


@pytest.mark.one_database
def test_nobody_reviews_from_another_site(signed_in, leader, world: World):
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example"}
    response = signed_in("officer").client.post(address(world, "accept"), data={"version": "1"}, headers=headers)
    assert response.status_code == 403
    assert stored(world)["state"] == "submitted"


@pytest.mark.one_database
def test_in_place_the_item_comes_back_as_it_is_now(signed_in, leader, world: World):
    client = signed_in("officer").client
    headers = {**HTMX, "Sec-Fetch-Site": "same-origin"}
    refused = client.post(address(world, "return"), data={"version": "1"}, headers=headers)
    assert refused.status_code == 422
    assert f'id="r-{world.units["group"]}" open' in refused.text
    assert "请写明哪里要改" in refused.text
    done = client.post(address(world, "accept"), data={"version": "1"}, headers=headers)
    assert done.status_code == 200
    assert "HX-Request" in done.headers["Vary"]
    assert "<html" not in done.text
    assert 'data-state="accepted"' in done.text
    assert 'id="waiting" data-hx-swap-oob="true">等待审核 0 份' in done.text


def test_a_report_given_back_may_be_handed_in_again_as_it_was(signed_in, phone, world: World):
    """The leader has read the reasons and stands by the numbers; sending it twice is still sending it once."""
    leader, unit, officer = phone("leader"), world.units["group"], actor(world, "officer")
    first = plain(leader, unit)
    with transaction():
        give_back(unit, NOVEMBER, 1, [{"measure": "", "reason": "是真的没有吗"}], officer)
    again = plain(leader, unit, id=first["id"], base_version=1)
    assert (again["outcome"], again["version"], stored(world)["state"]) == ("updated", 2, "submitted")
    repeated = leader.push({**report(unit), "id": first["id"], "base_version": 1})[0]
    assert (repeated["outcome"], repeated["version"]) == ("same", 2)


def test_a_correction_given_back_may_be_corrected_again(phone, world: World):
    leader, unit, officer = phone("leader"), world.units["group"], actor(world, "officer")
    first = hand_in(leader, unit, births=1)
    with transaction():
        accept(unit, NOVEMBER, 1, officer)
    hand_in(leader, unit, births=2, reason="漏记", id=first["id"], base_version=1)
    with transaction():
        give_back(unit, NOVEMBER, 2, [{"measure": "births", "reason": "证明呢"}], officer)
    answer = hand_in(leader, unit, births=3, reason="补了证明", id=first["id"], base_version=2)
    assert (answer["outcome"], stored(world)["state"]) == ("updated", "submitted")


def test_a_lock_takes_in_what_is_accepted_and_names_what_is_missing(signed_in, phone, world: World):
    plain(phone("leader"), world.units["group"])
    plain(phone("leader2"), world.units["group2"])
    plain(phone("far_leader"), world.units["far_group"])
    signed_in("officer").submit(address(world, "accept"), {"version": "1"})
    pages = signed_in("township")
    asked = pages.get("/app/review/202611/lock")
    assert "还有 1 个小组没有上报，1 份还没有接收" in words(asked)
    assert "锁定已接收的 1 份" in words(asked)
    assert stored(world)["state"] == "accepted", "asking changes nothing"
    back = pages.submit(asked.select_one("main form")["action"])
    assert "已锁定 1 份月报" in words(pages.get(back))
    assert [stored(world, unit)["state"] for unit in ("group", "group2", "far_group")] == [
        "locked", "submitted", "submitted",
    ]  # fmt: skip
    lines = db.session.scalars(select(LedgerLine).where(LedgerLine.action == "report.locked")).all()
    assert [(x.actor_id, x.unit_id, x.month) for x in lines] == [
        (world.accounts["township"], world.units["group"], 202611)
    ]
    assert not list(broken_lines())


def test_a_locked_month_is_known_to_the_phone_and_to_the_totals(signed_in, leader, world: World):
    signed_in("officer").submit(address(world, "accept"), {"version": "1"})
    leader.pull()
    signed_in("county").submit(f"/app/review/202611/lock?unit={world.units['community']}")
    assert leader.pull()[-1]["data"]["state"] == "locked"
    assert "已锁定" in words(signed_in("officer").get(address(world)))


@pytest.mark.one_database
def test_locking_nothing_is_no_error(signed_in, world: World):
    pages = signed_in("county")
    back = pages.submit("/app/review/202611/lock")
    assert "已锁定 0 份月报" in words(pages.get(back))


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("login", "status"),
    [("leader", 403), ("coordinator", 403), ("officer", 403), ("auditor", 403), ("far_township", 404)],
)
def test_only_offices_above_lock_what_is_theirs(signed_in, leader, world: World, login: str, status: int):
    signed_in("officer").submit(address(world, "accept"), {"version": "1"})
    url = f"/app/review/202611/lock?unit={world.units['community']}"
    pages = signed_in(login)
    pages.get(url, status)
    pages.post(url, status=status)
    assert stored(world)["state"] == "accepted"
