"""The six outcomes of a record, and what surrounds them."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.builders import World, complete, event, record, report
from tests.support.phone import Phone
from webapp.core.canonical import content_hash, short_code
from webapp.core.db import db
from webapp.events.models import Event
from webapp.ledger.queries import broken_lines
from webapp.receipts.models import Receipt
from webapp.receipts.rules import Slip, is_genuine
from webapp.receipts.service import signing_key
from webapp.reports.models import Report, ReportVersion

Json = dict[str, Any]
NOON = "2026-11-21T12:00:00+08:00"


def count(table: Any) -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(table)).scalar_one()


def test_first_time_is_created_with_a_genuine_receipt(leader: Phone, group: str) -> None:
    sent = event(group)
    (result,) = leader.push(sent)
    assert (result["outcome"], result["version"], result["problems"]) == ("created", 1, [])
    assert result["receipt"]["hash"] == content_hash({"id": sent["id"], "type": "event", "data": sent["data"]})
    stored = db.session.get(Receipt, result["receipt"]["number"])
    assert stored and stored.month == 202611 and stored.unit_id == group
    slip = Slip(stored.number, stored.hash, stored.declared_at, stored.received_at, stored.signature)
    assert is_genuine(signing_key().public_key(), slip)
    assert not is_genuine(signing_key().public_key(), slip._replace(hash="0" * 64))


def test_sent_again_is_same_with_the_first_receipt(leader: Phone, group: str) -> None:
    sent = event(group)
    first = leader.push(sent)[0]
    again = leader.push(sent, sent)
    assert [result["outcome"] for result in again] == ["same", "same"]
    assert again[0]["receipt"] == again[1]["receipt"] == first["receipt"]
    assert count(Event) == count(Receipt) == 1


def test_twice_in_one_push_is_stored_once(leader: Phone, group: str) -> None:
    sent = event(group)
    results = leader.push(sent, sent)
    assert [result["outcome"] for result in results] == ["created", "same"]
    assert results[0]["receipt"] == results[1]["receipt"]


def test_ten_times_in_parallel_is_stored_once(app: Flask, leader: Phone, world: World, group: str) -> None:
    batch = [event(group), event(group, "death"), report(group, nil=False, values=complete(births=1, deaths=1))]
    cookies = [world.open_session("leader", f"手机 {i}") for i in range(10)]

    def send(cookie: str) -> list[Json]:
        client = app.test_client()
        client.set_cookie("sanshi", cookie)
        return Phone(client).push(*batch)

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(send, cookies))
    assert sorted(answer[2]["outcome"] for answer in answers) == ["created"] + ["same"] * 9
    for number in range(3):
        assert len({answer[number]["receipt"]["number"] for answer in answers}) == 1
    assert (count(Event), count(Report), count(ReportVersion), count(Receipt)) == (2, 1, 1, 3)
    assert list(broken_lines()) == []


def test_newer_base_is_updated(leader: Phone, group: str) -> None:
    sent = event(group)
    leader.push(sent)
    mended = {**sent, "base_version": 1, "data": {**sent["data"], "persons": 2}}
    (result,) = leader.push(mended)
    assert (result["outcome"], result["version"]) == ("updated", 2)
    assert leader.push(mended)[0]["receipt"] == result["receipt"]
    assert leader.push(sent)[0]["outcome"] == "same"  # the first body once more, late on the road


def test_older_base_is_stale_and_shows_the_servers_version(leader: Phone, group: str) -> None:
    sent = event(group)
    leader.push(sent)
    leader.push({**sent, "base_version": 1, "data": {**sent["data"], "persons": 2}})
    (result,) = leader.push({**sent, "base_version": 1, "data": {**sent["data"], "persons": 3}})
    assert (result["outcome"], result["version"], result["receipt"]) == ("stale", 2, None)
    assert result["current"]["persons"] == 2


def test_withdrawn_is_gone_for_everybody_else(leader: Phone, group: str) -> None:
    sent = event(group)
    leader.push(sent)
    withdrawn = {**sent, "base_version": 1, "deleted": True}
    assert leader.push(withdrawn)[0]["outcome"] == "updated"
    assert leader.push(withdrawn)[0]["outcome"] == "same"
    late = {**sent, "base_version": 1, "data": {**sent["data"], "persons": 5}}
    assert leader.push(late)[0]["outcome"] == "gone"
    assert leader.push(event(group) | {"deleted": True})[0]["outcome"] == "gone"


def test_one_bad_record_holds_up_nobody(leader: Phone, group: str) -> None:
    bad = event(group, persons=0)
    results = leader.push(event(group), bad, record("song", {}), event(group))
    assert [result["outcome"] for result in results] == ["created", "refused", "refused", "created"]
    problem = results[1]["problems"][0]
    assert (problem["field"], problem["code"]) == ("persons", "range")
    assert "1" in problem["message"] and "99" in problem["message"]
    assert results[2]["problems"][0]["code"] == "unknown_type"


def test_report_sees_the_events_sent_before_it(leader: Phone, group: str) -> None:
    sent = report(group, nil=False, values=complete(births=1))
    results = leader.push(event(group), sent)
    assert [result["outcome"] for result in results] == ["created", "created"]


def test_event_sent_after_its_report_counts_in_the_next_month(leader: Phone, group: str) -> None:
    results = leader.push(report(group), event(group))
    assert [result["outcome"] for result in results] == ["created", "created"]
    late = db.session.get(Event, results[1]["id"])
    assert late and late.late and late.month == 202612


def test_unchanged_month_is_validated(leader: Phone, group: str) -> None:
    results = leader.push(event(group), report(group))
    assert [result["outcome"] for result in results] == ["created", "refused"]
    assert results[1]["problems"][0]["code"] == "nil_not_empty"


def test_difference_needs_a_reason(leader: Phone, group: str) -> None:
    sent = report(group, nil=False, values=complete(births=2))
    (result,) = leader.push(sent)
    assert [(p["field"], p["code"]) for p in result["problems"]] == [("values.births", "unexplained")]
    sent["data"]["adjustments"] = [{"measure": "births", "value": 2, "reason": "两户刚从医院回来，还没记"}]
    assert leader.push(sent)[0]["outcome"] == "created"


def test_balance_is_told_in_one_sentence(leader: Phone, group: str) -> None:
    sent = report(group, nil=False, values=complete(closing_persons=98))
    (result,) = leader.push(sent)
    (problem,) = result["problems"]
    assert problem["field"] == "values.closing_persons" and "差 2 人" in problem["message"]
    sent["data"]["adjustments"] = [{"measure": "closing_persons", "value": 98, "reason": "上月多数了一户"}]
    assert leader.push(sent)[0]["outcome"] == "created"


def test_two_phones_report_the_same_month(phone: Any, group: str) -> None:
    one, two = phone("leader"), phone("leader")
    mine, theirs = report(group), report(group, values={"opening_persons": 120})
    assert one.push(mine)[0]["outcome"] == "created"
    (answer,) = two.push(theirs)
    assert answer["outcome"] == "stale"
    assert answer["current"]["values"]["opening_persons"] == 100 and answer["current"]["id"] == mine["id"]
    chosen = {**theirs, "id": answer["current"]["id"], "base_version": answer["version"]}
    assert two.push(chosen)[0]["outcome"] == "updated"
    assert count(ReportVersion) == 2  # nothing is lost
    assert (
        one.push({**mine, "base_version": 1, "data": {**mine["data"], "values": {"opening_persons": 99}}})[0]["outcome"]
        == "stale"
    )


def test_two_phones_in_one_gathering(leader: Phone, group: str) -> None:
    results = leader.push(report(group), report(group, values={"opening_persons": 120}))
    assert [result["outcome"] for result in results] == ["created", "stale"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (None, 400, "bad_request"),
        ([], 400, "bad_request"),
        ({}, 400, "bad_request"),
        ({"records": 1}, 400, "bad_request"),
        ({"records": [1]}, 400, "bad_request"),
        ({"records": [{}]}, 400, "bad_request"),
        ({"records": [{"id": "x", "type": "event", "declared_at": NOON, "data": {}}]}, 400, "bad_request"),
        ({"records": [{}] * 201}, 413, "too_large"),
        ({"records": [{"data": "x" * 1024 * 1024}]}, 413, "too_large"),
    ],
)  # fmt: skip
def test_bodies_that_are_not_of_the_shape(leader: Phone, body: Any, status: int, code: str) -> None:
    error = leader.push_raw(body, status)["error"]
    assert error["code"] == code and error["message"]


@pytest.mark.parametrize("declared", ["2026-11-21T12:00:00", "gestern", "", 5, None, "0001-01-01T00:00:00+00:00"])
def test_declared_at_must_be_an_instant(leader: Phone, group: str, declared: Any) -> None:
    leader.push(event(group) | {"declared_at": declared}, status=400)


def test_nothing_to_send_is_fine(leader: Phone) -> None:
    assert leader.push() == []


def test_dead_session_gets_json(app: Flask) -> None:
    client = app.test_client()
    for cookie in (None, "nobody"):
        if cookie:
            client.set_cookie("sanshi", cookie)
        assert Phone(client).push_raw({"records": []}, 401)["error"]["code"] == "signed_out"
        assert Phone(client).pull_page(401)["error"]["code"] == "signed_out"


def test_other_sites_cannot_push(app: Flask, world: World) -> None:
    client = app.test_client()
    client.set_cookie("sanshi", world.open_session("leader"))
    body = {"records": []}
    assert client.post("/sync/push", json=body).status_code == 403
    assert client.post("/sync/push", json=body, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post("/sync/push", json=body, headers={"Origin": "https://elsewhere.example"}).status_code == 403
    assert client.post("/sync/push", json=body, headers={"Origin": "http://localhost"}).status_code == 200


def test_short_code_is_the_beginning_of_the_hash() -> None:
    assert short_code("7f3a92c1" + "0" * 56) == "7F3A-92C1"
