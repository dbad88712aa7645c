"""A phone whose session somebody has ended: what it had noted still arrives, and waits for the unit."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.builders import World, event, household, need, report, visit
from tests.support.moving import count, hand_over
from tests.support.office import actor
from tests.support.phone import Phone
from webapp.accounts.models import Account, Device
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.events.models import Event
from webapp.handover import queries, rules, service
from webapp.handover.models import HeldRecord
from webapp.households.models import Household
from webapp.keys.models import SubjectKey
from webapp.ledger.queries import broken_lines
from webapp.reports.models import Report, ReportVersion
from webapp.reports.queries import report_of
from webapp.retention.service import erase
from webapp.visits.models import Need, Visit
from webapp.visits.service import AT_THE_DOOR

Json = dict[str, Any]
End = Callable[..., None]


def closed(**since: float) -> None:
    """Close the leader's account, so long ago."""
    at = clock.now() - timedelta(**since)
    with transaction() as session:
        session.execute(update(Account).where(Account.login == "leader").values(closed_at=at))
        session.execute(update(Device).values(revoked_at=at))


def send(leader: Phone, *records: Json) -> list[str]:
    """Send `records` sealed; return what became of each. Nothing else may be said to this phone."""
    answer = leader.push_raw({"device": leader.device, "records": [leader.seal(each) for each in records]}, 200)
    assert answer["closed"] is answer["revoked"] is True
    for result in answer["results"]:
        assert not result["problems"] and result["current"] is None
        assert bool(result["receipt"]) == (result["outcome"] in ("created", "updated", "same"))
    return [result["outcome"] for result in answer["results"]]


@pytest.fixture
def ended(leader: Phone, door: str) -> Phone:
    """Return the phone of the leader, who knows of a household and whose account was closed meanwhile."""
    leader.pull()
    leader.seal(household("unit"))  # its key is known from before
    closed()
    return leader


@pytest.fixture
def all_kinds(group: str, door: str) -> list[Json]:
    """Return one record of each kind that a leader's phone may still have."""
    fresh = household(group, door="602", name="赵六")
    seen = visit(group, fresh["id"], note="新来的")
    return [
        report(group, "202610"), event(group, "move_in", persons=3, note="没走访记的"),
        visit(group, door, note="常去的"), fresh, seen,
        event(group, "move_in", persons=2, visit=seen["id"]), need(group, door),
    ]  # fmt: skip


def test_all_that_waits_is_taken_and_held(ended: Phone, all_kinds: list[Json], group: str) -> None:
    assert send(ended, *all_kinds) == ["created"] * len(all_kinds)
    assert [count(model) for model in (Report, Event, Visit, Need, Household)] == [0, 0, 0, 0, 1]
    waiting = queries.waiting([group])
    assert {row.id for row in waiting} == {sent["id"] for sent in all_kinds}
    assert all(row.is_from_ended for row in waiting)
    assert {row.data.get("note") for row in waiting} >= {"没走访记的", "常去的", "新来的"}
    assert send(ended, *all_kinds) == ["same"] * len(all_kinds)
    assert list(broken_lines()) == []


def test_nothing_is_readable(ended: Phone) -> None:
    answer = ended.client.get("/sync/pull")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (401, "revoked")
    assert ended.client.get("/app").status_code in (302, 303)


@pytest.mark.parametrize(("days", "status"), [(29.9, 200), (30.1, 401)])
def test_after_thirty_days_nothing_more_is_taken(leader: Phone, group: str, days: float, status: int) -> None:
    leader.seal(event(group))
    closed(days=days)
    leader.push_raw({"device": leader.device, "records": [leader.seal(event(group))]}, status)


def test_only_what_is_sealed(ended: Phone, group: str) -> None:
    answer = ended.push_raw({"device": ended.device, "records": [event(group)]}, 200)
    assert [result["outcome"] for result in answer["results"]] == ["refused"] and count(HeldRecord) == 0


def test_it_is_taken_over_by_who_looks_after_the_group(
    ended: Phone, all_kinds: list[Json], world: World, signed_in: Any, group: str
) -> None:
    send(ended, *all_kinds)
    office = signed_in("officer")
    page = office.get("/app/handed-over").get_text(" ")
    assert "的手机或账号停用以后，从那部手机上来的" in page and "没走访记的" in page and "2026年10月" in page
    boxes = [box["value"] for box in office.get("/app/handed-over").select("[name=record]")]
    assert sorted(boxes) == sorted(sent["id"] for sent in all_kinds)
    assert "taken" in office.submit("/app/handed-over", {"record": boxes, "choice": "take"})
    assert not queries.waiting([group])
    assert [count(model) for model in (Report, Event, Visit, Need, Household)] == [1, 2, 2, 1, 2]
    for model in (ReportVersion, Visit, Need):
        assert {row.author_id for row in db.session.scalars(select(model))} == {world.accounts["leader"]}
    assert list(broken_lines()) == []


def test_who_decides_is_led_there(
    ended: Phone, all_kinds: list[Json], phone: Callable[[str], Phone], signed_in: Any, world: World, group: str
) -> None:
    with transaction() as session:
        session.execute(update(Account).where(Account.login == "leader2").values(unit_id=group))
    homes = {"leader2": "/app", "coordinator": "/app", "officer": "/app/households"}
    for login, home in homes.items():
        assert not signed_in(login).get(home).select("a[href='/app/handed-over']"), login
    send(ended, *all_kinds)
    for login, home in {**homes, "officer": "/app/review/202611"}.items():
        (link,) = signed_in(login).get(home).select("a[href='/app/handed-over']")
        number = len(all_kinds) - (login == "coordinator")  # whom reports do not concern
        assert str(number) in link.get_text(), login
    told = [change for change in phone("leader2").pull() if change["type"] == "held"]
    assert {change["id"] for change in told} == {sent["id"] for sent in all_kinds}


def test_a_new_leader_decides_what_is_hers_and_a_coordinator_no_reports(
    ended: Phone, all_kinds: list[Json], signed_in: Any, world: World, group: str
) -> None:
    send(ended, *all_kinds)
    report_id = all_kinds[0]["id"]
    walker = signed_in("coordinator")
    assert report_id not in {box["value"] for box in walker.get("/app/handed-over").select("[name=record]")}
    walker.post("/app/handed-over", {"record": report_id, "choice": "take"}, status=404)
    for stranger in ("leader2", "stranger", "other_officer"):
        assert not signed_in(stranger).get("/app/handed-over").select("[name=record]")
    signed_in("officer").submit("/app/handed-over", {"record": report_id, "choice": "decline"})
    assert (count(Report), report_id in {row.id for row in queries.waiting([group])}) == (0, False)


def test_a_report_that_somebody_else_has_sent_meanwhile_is_not_overwritten(
    ended: Phone, phone: Callable[[str], Phone], world: World, signed_in: Any, group: str
) -> None:
    old = report(group, values={"opening_persons": 7})
    send(ended, old)
    with transaction() as session:
        session.execute(update(Account).where(Account.login == "leader2").values(unit_id=group))
    assert phone("leader2").push(report(group))[0]["outcome"] == "created"
    page = signed_in("officer").post("/app/handed-over", {"record": old["id"], "choice": "take"}, status=422)
    assert "已经有更新的" in page.get_text()
    stored = report_of(group, 202611)
    assert stored and stored["values"]["opening_persons"] == 100
    assert [row.id for row in queries.waiting([group])] == [old["id"]]


def test_what_arrived_before_is_the_same(leader: Phone, group: str) -> None:
    sent = event(group, "move_in")
    first = leader.push(leader.seal(sent))[0]
    closed()
    answer = leader.push_raw({"device": leader.device, "records": [leader.seal(sent)]}, 200)["results"][0]
    assert (answer["outcome"], answer["receipt"]["number"]) == ("same", first["receipt"]["number"])
    assert count(HeldRecord) == 0


def test_a_later_version_takes_the_place_of_the_one_that_is_held_also_when_that_was_declined(
    ended: Phone, world: World, group: str
) -> None:
    sent = event(group, "move_in", persons=2)
    send(ended, sent)
    assert send(ended, {**sent, "data": {**sent["data"], "persons": 3}}) == ["updated"]
    officer = actor(world, "officer")
    with transaction():
        service.decline(queries.opened([sent["id"]]), officer)
    assert send(ended, {**sent, "data": {**sent["data"], "persons": 4}}) == ["updated"]
    (row,) = queries.waiting([group])
    assert (row.data["persons"], row.version, count(HeldRecord)) == (4, 3, 1)
    assert send(ended, {**sent, "deleted": True}) == ["updated"]
    assert not queries.waiting([group]), "taken back before anybody has looked at it"


def test_a_withdrawal_is_held_as_one(leader: Phone, world: World, group: str) -> None:
    sent, unknown = event(group, "move_in"), event(group, "move_in")
    leader.push(leader.seal(sent))
    closed()
    assert send(leader, {**sent, "base_version": 1, "deleted": True}, {**unknown, "deleted": True}) == ["created"] * 2
    (row,) = queries.waiting([group])
    assert (row.id, row.deleted, count(Event)) == (sent["id"], True, 1)
    officer = actor(world, "officer")
    with transaction():
        results = service.take(queries.waiting([group]), officer, AT_THE_DOOR)
    assert results[sent["id"]].outcome == "updated"
    assert db.session.scalars(select(Event)).one().deleted


def test_a_household_that_is_somebody_elses_by_now_leads_there(
    leader: Phone, world: World, door: str, group: str, other: str
) -> None:
    leader.seal(visit(group, door))
    hand_over(world, door)
    closed()
    assert send(leader, visit(group, door)) == ["created"]
    assert (len(queries.waiting([group])), len(queries.waiting([other]))) == (0, 1)


def test_a_stranger_to_a_household_holds_nothing_about_it(
    phone: Callable[[str], Phone], door: str, world: World
) -> None:
    far = phone("leader2")
    far.seal(visit(world.units["group2"], door))
    closed()
    assert send(far, visit(world.units["group2"], door), event(world.units["group"])) == ["refused"] * 2
    assert count(HeldRecord) == 0


def test_one_phone_cannot_fill_the_table(ended: Phone, group: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_FROM_ENDED", 3)
    notes = [event(group, "move_in") for _ in range(5)]
    assert send(ended, *notes) == ["created"] * 3 + ["refused"] * 2
    assert send(ended, notes[0]) == ["same"]
    assert send(ended, {**notes[0], "data": {**notes[0]["data"], "persons": 9}}) == ["refused"], "versions count too"


def test_nor_with_long_ones(ended: Phone, group: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_BYTES_FROM_ENDED", 600)
    assert send(ended, *[event(group, "move_in", note="字" * 60) for _ in range(4)])[-1] == "refused"


def test_what_was_held_about_a_household_goes_when_it_is_erased(ended: Phone, world: World, group: str) -> None:
    fresh = household(group, door="602", name="赵六")
    seen = visit(group, fresh["id"], note="新来的")
    send(ended, fresh, seen)
    officer = actor(world, "officer")
    with transaction():
        service.take(queries.opened([fresh["id"]]), officer, AT_THE_DOOR)
    keys = count(SubjectKey)
    with transaction():
        erase(fresh["id"], "mistake", actor_id=officer.account_id)
    assert not queries.waiting([group])
    assert {bytes(row.sealed) for row in db.session.scalars(select(HeldRecord))} == {b""}
    assert keys - count(SubjectKey) == 3, "its own, and those of the two that were held"


@pytest.mark.one_database
def test_the_road_of_the_storm_asks_nothing_more(leader: Phone, group: str, app: Flask) -> None:
    from tests.support.office import statements

    leader.push(event(group))
    with statements() as asked:
        leader.push(event(group))
    assert not [each for each in asked if "held_record" in each]
