"""What residents told, on the staff's side: phones pull it, somebody sees to it, from a phone or from a form."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from tests.builders import record
from tests.support.doors import SECRET, move_in
from tests.support.office import words
from tests.support.pages import SAME_ORIGIN
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.core.ids import new_id
from webapp.feedback import queries
from webapp.feedback.service import tell
from webapp.keys.service import destroy
from webapp.ledger.models import LedgerLine
from webapp.ledger.queries import broken_lines
from webapp.receipts.models import Receipt

SAID = "电话是邻居的，请改一下"


@pytest.fixture
def home(world):
    """Return a household of the leader's group."""
    return move_in(world)


@pytest.fixture
def told(world, home):
    """Return what was told at its door."""
    with transaction():
        return tell(world.units["group"], home, {"kind": "wrong", "text": SAID, "phone": "13800002222"})


def closing(world, told, state="done", **given):
    data = {"unit": world.units["group"], "state": state, **given.pop("data", {})}
    return record("feedback", data, **{"id": told, "base_version": 1, **given})


def mine(phone):
    return {change["id"]: change for change in phone.pull() if change["type"] == "feedback"}


@pytest.mark.parametrize("login", ["leader", "coordinator"])
def test_phones_pull_what_is_open(phone, world, home, told, login):
    change = mine(phone(login))[told]
    assert not change["deleted"]
    assert change["data"] == {
        "unit": world.units["group"], "household": home, "kind": "wrong", "state": "open", "text": SAID,
        "phone": "13800002222", "told_at": "2026-11-21T12:00:00+08:00", "due": "2026-11-28",
    }  # fmt: skip


@pytest.mark.parametrize("login", ["leader2", "officer", "township", "county", "auditor", "other_officer"])
def test_other_phones_hear_nothing(phone, told, login):
    assert mine(phone(login)) == {}


def test_a_phone_closes_it_and_all_phones_let_it_go(phone, world, told):
    leader, coordinator = phone("leader"), phone("coordinator")
    mine(coordinator)
    sent = closing(world, told, data={"answer": "改好了"})
    result = leader.push(sent)[0]
    assert (result["outcome"], result["version"]) == ("updated", 2)
    assert result["receipt"]["number"]
    change = mine(coordinator)[told]
    assert (change["deleted"], change["data"]) == (True, None)
    assert leader.push(sent)[0]["outcome"] == "same"
    db.session.rollback()
    row = queries.told(told)
    assert (row["state"], row["answer"], row["text"]) == ("done", "改好了", SAID)
    assert row["closed_by"] == world.accounts["leader"]
    about = select(LedgerLine).where(LedgerLine.subject_id == told).order_by(LedgerLine.seq.desc())
    line = db.session.scalars(about).first()
    assert (line.action, line.detail["version"]) == ("feedback.closed", 2)
    assert not list(broken_lines())


def test_two_who_close_at_once(phone, world, told):
    leader, coordinator = phone("leader"), phone("coordinator")
    assert leader.push(closing(world, told))[0]["outcome"] == "updated"
    late = coordinator.push(closing(world, told, "dropped"))[0]
    assert (late["outcome"], late["current"]["state"], late["current"]["version"]) == ("stale", "done", 2)
    again = coordinator.push(closing(world, told, "dropped", base_version=2))[0]
    assert (again["outcome"], again["version"]) == ("updated", 3)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"state": "open"}, "state"),
        ({"state": ""}, "state"),
        ({"answer": "字" * 201}, "answer"),
        ({"text": "别的话"}, "text"),
        ({"unit": "x"}, "unit"),
        ({"household": 7}, "household"),
    ],
)
def test_bad_closings_are_refused(phone, world, told, data, field):
    result = phone("leader").push(closing(world, told, data=data))[0]
    assert (result["outcome"], result["problems"][0]["field"]) == ("refused", field)


def test_what_is_not_there_is_gone(phone, world, told):
    leader = phone("leader")
    assert leader.push(closing(world, new_id()))[0]["outcome"] == "gone"
    assert leader.push(closing(world, told, deleted=True))[0]["outcome"] == "gone"
    with transaction():
        destroy([told])
    assert leader.push(closing(world, told))[0]["outcome"] == "gone"
    assert "text" not in queries.told(told)


@pytest.mark.one_database
@pytest.mark.parametrize("login", ["stranger", "leader2", "other_officer", "county", "township", "auditor"])
def test_others_close_nothing(phone, world, told, login):
    result = phone(login).push(closing(world, told))[0]
    assert (result["outcome"], result["problems"][0]["code"]) == ("refused", "forbidden")


def test_an_office_reads_and_closes(signed_in, world, told):
    pages = signed_in("officer")
    soup = pages.get("/app/feedback")
    assert "待办 1 件" in words(soup) and "3幢 501" in words(soup)
    assert SAID not in words(soup) and SECRET not in words(soup)
    soup = pages.get(f"/app/feedback/{told}")
    assert SAID in words(soup) and soup.find("a", class_="tel")["href"] == "tel:13800002222"
    long = {"state": "done", "base_version": "1", "answer": "字" * 201}
    assert pages.post(f"/app/feedback/{told}", long).find(id="answer-problem")
    onward = pages.submit(f"/app/feedback/{told}", {"state": "dropped", "base_version": "1", "answer": "打过电话"})
    soup = pages.get(onward)
    assert "没有待办的来话" in words(soup) and "不用办" in words(soup)
    assert "打过电话" in pages.get(f"/app/feedback/{told}").find("textarea").get_text()
    stale = pages.post(f"/app/feedback/{told}", {"state": "done", "base_version": "1"}, status=409)
    assert stale.find("input", {"name": "base_version"})["value"] == "2"
    pages.post(f"/app/feedback/{told}", {"base_version": "2"}, status=422)


def test_what_waits_too_long_is_marked(signed_in, told, world):
    pages = signed_in("leader")
    assert "逾期" not in words(pages.get("/app/feedback"))
    with clock.frozen(clock.now() + timedelta(days=8)):
        assert "逾期" in words(pages.get("/app/feedback"))


@pytest.mark.one_database
@pytest.mark.parametrize("login", ["stranger", "leader2", "other_officer", "county"])
def test_messages_of_others_are_not_there(signed_in, told, login):
    pages = signed_in(login)
    assert "没有待办的来话" in words(pages.get("/app/feedback"))
    assert pages.client.get(f"/app/feedback/{told}").status_code == 404
    response = pages.client.post(f"/app/feedback/{told}", data={"state": "done"}, headers=SAME_ORIGIN)
    assert response.status_code == 404


@pytest.mark.one_database
def test_a_county_reads_what_was_told_to_itself(signed_in, world):
    with transaction():
        own = tell(world.units["county"], None, {"kind": "help", "text": "码旧了"})
    pages = signed_in("county")
    assert "说不准是哪一户" in words(pages.get("/app/feedback"))
    pages.submit(f"/app/feedback/{own}", {"state": "done", "base_version": "1"})
    assert queries.told(own)["state"] == "done"


def test_done_dropped_and_done_again_may_be_sent_again(phone, world, told):
    leader = phone("leader")
    states = ("done", "dropped", "done")
    *_, last = sent = [closing(world, told, state, base_version=n) for n, state in enumerate(states, 1)]
    assert [leader.push(each)[0]["version"] for each in sent] == [2, 3, 4]
    with transaction():  # a database gives rows in whatever order they lie, the one changed last at the end
        of_told = (Receipt.record_id == told, Receipt.version == 2)
        db.session.execute(update(Receipt).where(*of_told).values(month=Receipt.month))
        db.session.execute(text("ANALYZE receipt"))  # it now knows that the table is too small for the index
    again = leader.push(last)[0]
    assert (again["outcome"], again["version"]) == ("same", 4)
