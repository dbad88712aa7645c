"""What is left of a household that was erased: numbers. Nothing of it can be read again, here or on phones."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from tests.builders import World, answer, event, household, need, unit_named, visit
from tests.support.doors import give_card
from tests.support.office import actor
from tests.support.phone import Phone
from webapp.cards.queries import door
from webapp.core.db import db, transaction
from webapp.events.models import Event
from webapp.feedback import queries as feedback
from webapp.feedback.service import tell
from webapp.handover.models import HeldRecord
from webapp.handover.service import transfer
from webapp.keys.service import keys_of
from webapp.ledger.queries import broken_lines
from webapp.retention.service import erase, run
from webapp.visits import queries as visits

SAID = ("二楼的小女儿叫念一", "下月再来看母亲", "材料缺一份", "楼道灯坏了", "已请物业换了", "旧手机上写的")
OTHERS = "别家的备注"


@pytest.fixture
def left(world: World, phone: Callable[[str], Phone]) -> dict[str, Any]:
    """Return the ids of a household that was erased, and of all that hung on it; another one lives on beside it."""
    group, leader, officer = world.units["group"], phone("leader"), actor(world, "officer")
    home, other = household(group, consents={"contact": answer()}), household(group, door="502")
    seen, theirs = visit(group, home["id"], note=SAID[1]), visit(group, other["id"])
    learned = event(group, "move_in", visit=seen["id"], note=SAID[0])
    kept = event(group, "move_in", visit=theirs["id"], note=OTHERS)
    wanted = need(group, home["id"], note=SAID[2])
    results = leader.push(home, other, seen, theirs, learned, kept, wanted)
    assert {result["outcome"] for result in results} == {"created"}
    _, token = give_card(world, home["id"])
    with transaction():
        told = [tell(group, home["id"], {"kind": "help", "text": SAID[3]}) for _ in range(2)]
        transfer([home["id"]], unit_named(world, "group2"), "leader", officer)
    about = {"unit": world.units["group2"], "household": home["id"], "state": "done", "answer": SAID[4]}
    closing = {**event(group), "id": told[0], "type": "feedback", "base_version": 1, "data": about}
    assert phone("leader2").push(closing)[0]["outcome"] == "updated"
    late = visit(group, home["id"], note=SAID[5])
    assert leader.push(late)[0]["outcome"] == "created"
    phones = {login: phone(login) for login in ("leader", "leader2", "coordinator")}
    heard = [change for one in phones.values() for change in one.pull()]
    assert all(said in str(heard) for said in SAID[:4])
    with transaction():
        erase(home["id"], "mistake", actor_id=world.accounts["officer"])
    ids = {"home": home["id"], "visit": seen["id"], "event": learned["id"], "kept": kept["id"], "held": late["id"]}
    return {**ids, "need": wanted["id"], "told": told, "token": token, "phones": phones}


def test_nobody_reads_anything_of_it_again(left: dict[str, Any]) -> None:
    assert keys_of([left["home"], *left["told"]]) == {}
    for message in left["told"]:
        told = feedback.told(message)
        assert told and (told["state"] != "open", told["sealed"]) == (True, None) and "text" not in told
    notes = dict(db.session.execute(select(Event.id, Event.note)).all())
    assert (notes[left["event"]], notes[left["kept"]]) == (None, OTHERS)
    assert visits.notes_of([*visits.visits([left["visit"]]).values(), *visits.needs([left["need"]]).values()]) == {}
    held = db.session.get(HeldRecord, left["held"])
    assert held and (held.state, bytes(held.sealed)) == ("declined", b"")
    at = door(left["token"])
    assert at and not at.is_live
    assert list(broken_lines()) == []


def test_phones_let_go_of_it(left: dict[str, Any]) -> None:
    heard = {login: {change["id"]: change for change in phone.pull()} for login, phone in left["phones"].items()}
    for login in ("leader2", "coordinator"):
        gone = (left["home"], left["told"][1], left["held"])
        assert all(heard[login][record_id]["deleted"] for record_id in gone), login
        assert not any(said in str(heard[login]) for said in SAID)
    assert heard["leader"][left["event"]]["data"]["persons"] == 1  # it counts on, and says no more than that
    for record_id in (left["event"], left["visit"]):
        assert "note" not in heard["leader"][record_id]["data"]


@pytest.mark.one_database
def test_sqlite_writes_over_what_is_deleted(app: Flask) -> None:
    assert db.session.execute(text("PRAGMA secure_delete")).scalar() == 1


def test_a_remark_that_comes_late_goes_with_the_next_run(left: dict[str, Any], world: World) -> None:
    """An old phone may still send what it had noted: the event counts, what is said of the household does not stay."""
    late = event(world.units["group"], "move_in", visit=left["visit"], note=SAID[0], persons=2)
    result = left["phones"]["leader"].push({**late, "id": left["event"], "base_version": 1})[0]
    assert result["outcome"] == "updated"
    with transaction():
        assert run(dry_run=True)["notes"] == 1
        assert run()["notes"] == 1
        assert run()["notes"] == 0
    notes = dict(db.session.execute(select(Event.id, Event.note)).all())
    assert (notes[left["event"]], notes[left["kept"]]) == (None, OTHERS)
