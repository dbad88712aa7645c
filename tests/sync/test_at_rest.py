"""What lies in the database: of people no name, address, telephone, number, note or token that could be read there."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.builders import World, answer, complete, event, household, need, report, unit_named, visit
from tests.support.office import actor
from tests.support.phone import Phone
from tests.support.traces import SHORTEST, dump, files_in, forms, traces
from webapp.cards import service as cards
from webapp.cards.models import Card
from webapp.config import Settings
from webapp.core.crypto import unseal
from webapp.core.db import db, transaction
from webapp.core.ids import new_id
from webapp.core.period import Month
from webapp.feedback.models import Feedback
from webapp.feedback.service import tell
from webapp.handover.models import HeldRecord
from webapp.handover.service import transfer
from webapp.households import service as households
from webapp.households.queries import household as stored_household
from webapp.keys.service import keys_of
from webapp.ledger.queries import broken_lines
from webapp.reports.service import give_back

Hand = Callable[[str], Phone]

PEOPLE = ("欧阳晓芙", "司徒建国", "尉迟念一", "夏侯监护")
ADDRESS = ("紫藤花苑17幢", "丙单元", "1903号")
TELEPHONES = ("19900004711", "13800138026")
ID_NUMBER = "11010519491231002X"
SAID = {
    "household": "只在周末下午开门",
    "event": "欧家添了小女儿",
    "visit": "母亲住院约下月再来",
    "need": "居住证材料缺一份",
    "referred": "白云派出所户籍窗口",
    "adjusted": "按卫生院名册核对更正",
    "returned": "迁入的三人请再核对",
    "told": "楼道灯坏了想要人看看",
    "answered": "已请物业换了楼道灯",
    "revealed": "司徒先生来电核对本人",
    "held": "旧手机上写的走访备注",
}


def full(unit: str) -> dict[str, Any]:
    """Return a household that says all there is to say, about `PEOPLE`."""
    mother = {"id": new_id(), "name": PEOPLE[1], "sex": "f", "birth": "1949-12-31", "id_number": ID_NUMBER}
    child = {"id": new_id(), "name": PEOPLE[2], "birth": "2020-05-01", "relation": "child", "home": "331126"}
    sent = household(
        unit, name=PEOPLE[0], members=[mother, child], note=SAID["household"],
        consents={"contact": answer(), "members": answer(guardian=PEOPLE[3])},
    )  # fmt: skip
    building, entrance, door = ADDRESS
    sent["data"]["address"] = {"building": building, "entrance": entrance, "door": door}
    sent["data"]["contact"]["phone"] = TELEPHONES[0]
    return sent


def taken(phone: Phone, *sent: dict[str, Any]) -> None:
    """Push `sent`, every other one sealed; all must be taken."""
    results = phone.push(*(phone.seal(one) if number % 2 else one for number, one in enumerate(sent)))
    refused = [result["problems"] for result in results if result["outcome"] not in ("created", "updated")]
    assert not refused


@pytest.fixture
def secrets(world: World, phone: Hand) -> set[str]:
    """Have people do all that leaves something personal behind; return what must not be found."""
    group, leader, officer = world.units["group"], phone("leader"), actor(world, "officer")
    taken(leader, event(group, note=SAID["event"]), event(group, "death", note=SAID["event"]))
    values = complete(births=1, deaths=2, persons_in=3)
    changed = ("deaths", "persons_in", "closing_persons")
    rows = [{"measure": name, "value": values[name], "reason": SAID["adjusted"]} for name in changed]
    taken(leader, report(group, nil=False, values=values, adjustments=rows))
    with transaction():
        give_back(group, Month(2026, 11), 1, [{"measure": "", "reason": SAID["returned"]}], officer)
    home = full(group)
    taken(leader, home)
    taken(leader, {**home, "base_version": 1, "data": {**home["data"], "size": "5+"}})
    taken(leader, visit(group, home["id"], note=SAID["visit"]), visit(group, home["id"], note=SAID["visit"]))
    passed_on = {"note": SAID["need"], "referred_to": SAID["referred"], "state": "referred", "promised": "2026-11-30"}
    taken(leader, need(group, home["id"], **passed_on), need(group, home["id"], **passed_on))
    with transaction():
        cards.issue([home["id"]], officer)
        message = tell(group, home["id"], {"kind": "help", "text": SAID["told"], "phone": TELEPHONES[1]})
        households.revealed(home["id"], group, ["id_number"], ("other", SAID["revealed"]), officer)
    closing = {"unit": group, "household": home["id"], "state": "done", "answer": SAID["answered"]}
    taken(leader, {**event(group), "id": message, "type": "feedback", "base_version": 1, "data": closing})
    with transaction():
        transfer([home["id"]], unit_named(world, "group2"), "leader", officer)
    late = [visit(group, home["id"], note=SAID["held"]) for _ in range(2)]
    results = leader.push(late[0], leader.seal(late[1]))
    assert [result["outcome"] for result in results] == ["created", "created"], results
    tokens = set(cards.tokens_of(db.session.scalars(select(Card)).all()).values())
    assert len(tokens) == 1
    db.session.rollback()
    session = leader.client.get_cookie("sanshi")
    assert session
    return {*PEOPLE, *ADDRESS, *TELEPHONES, ID_NUMBER, *SAID.values(), *tokens, session.value}


def test_nothing_of_people_can_be_read_in_the_database(
    app: Flask, database: Settings, secrets: set[str], world: World, phone: Hand, caplog: pytest.LogCaptureFixture
) -> None:
    assert len(secrets) > 20
    heap = dump(database)
    assert len(heap) > 20_000 and traces(heap, world.units.values())  # what is not personal is found in it
    assert traces(heap, secrets) == set()
    assert traces(files_in(database.data, but="keys"), secrets) == set()
    assert traces(caplog.text.encode(), secrets) == set()


def test_all_of_it_is_there_for_whom_it_concerns(secrets: set[str], phone: Hand, world: World) -> None:
    """The test above would be worth nothing if the texts had got lost on the way."""
    heard = [change["data"] for login in ("leader2", "leader") for change in phone(login).pull()]
    kept = [(row.household_id, row.sealed) for row in db.session.scalars(select(HeldRecord))]
    kept += [(row.id, row.sealed) for row in db.session.scalars(select(Feedback)) if row.sealed]
    keys = keys_of({key for key, _ in kept})
    found = repr([*heard, *(unseal(keys[key], key, sealed) for key, sealed in kept)])
    missing = {text for text in secrets if text not in found}
    never_on_phones = {ID_NUMBER, SAID["revealed"], *(text for text in secrets if text.isascii())}
    assert missing <= never_on_phones, missing - never_on_phones


def test_an_erased_household_leaves_nothing_and_the_ledger_stays_whole(
    app: Flask, database: Settings, world: World, phone: Hand
) -> None:
    home = full(world.units["group"])
    taken(phone("leader"), home)
    with transaction():
        households.erase(home["id"], "mistake", actor_id=None)
    assert stored_household(home["id"]) is None
    assert list(broken_lines()) == []
    db.session.rollback()
    assert app.test_cli_runner().invoke(args=["ledger", "verify"]).exit_code == 0
    assert traces(dump(database), [*PEOPLE, *ADDRESS, *TELEPHONES, ID_NUMBER]) == set()


@pytest.mark.parametrize("text", ["欧阳晓芙", "13800138026", "A2B3C4D5E6F7"])
def test_a_trace_is_found_in_any_form(text: str) -> None:
    for form in forms(text):
        if len(form) >= SHORTEST:
            for before in (b"", b"x", b"xy"):
                assert traces(before + form + b"...", [text]) == {text}
    for before in ("", "a", "ab", "前"):
        assert traces(b64encode(f"{before}{text}后".encode()), [text]) == {text}
        assert traces(b64encode(f"{before}{text}后".encode("utf-16-le")), [text]) == {text}
    assert traces(b"nothing of the kind", [text]) == set()
