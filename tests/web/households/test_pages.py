"""Pages of the register, without script: finding, adding, changing, withdrawing, revealing, erasing."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from tests.builders import World, answer, household
from tests.support.office import words
from tests.support.pages import SAME_ORIGIN, Pages, undrawn
from webapp.consents.queries import history
from webapp.core.db import db
from webapp.core.ids import new_id
from webapp.households import queries
from webapp.ledger.models import LedgerLine
from webapp.ledger.queries import broken_lines

SignedIn = Callable[[str], Pages]
TYPED = {"kind": "resident", "address.building": "金桂苑3幢", "address.entrance": "2单元", "address.door": "501"}
CONTACT = {"consents.contact": "yes", "contact.name": "王小明", "contact.phone": "199-0000-0037"}


@pytest.fixture
def stored(phone: Any, world: World) -> dict[str, Any]:
    """Return a household of `group` as its leader's phone sent it: a contact, a mother and her child."""
    mother = {"id": new_id(), "name": "陈水秀", "sex": "f", "birth": "1949-12-31", "id_number": "11010519491231002X"}
    child = {"id": new_id(), "name": "陈小宝", "birth": "2020-05-01", "relation": "child"}
    consents = {"contact": answer(), "members": answer(guardian="陈水秀")}
    sent = household(world.units["group"], members=[mother, child], consents=consents, note="晚上在家")
    (result,) = phone("leader").push(sent)
    assert result["outcome"] == "created", result
    return sent


def new_form(page: Pages, **typed: Any) -> dict[str, Any]:
    """Return the fields of the empty form of `page`, filled in."""
    form = page.get("/app/households/new")
    hidden = {str(tag["name"]): str(tag["value"]) for tag in form.select("form[data-record] input[type=hidden][value]")}
    return {**hidden, **TYPED, **typed}


def ledger_lines(action: str) -> list[LedgerLine]:
    """Return the lines of one kind."""
    return list(db.session.scalars(select(LedgerLine).where(LedgerLine.action == action).order_by(LedgerLine.seq)))


@pytest.mark.parametrize("login", ["leader", "coordinator", "officer"])
def test_a_household_is_added_by_a_plain_form(signed_in: SignedIn, world: World, login: str) -> None:
    page, unit = signed_in(login), world.units["group"]
    typed = new_form(page, **CONTACT, unit=unit, size="3-4", language="local", needs=["elderly_care_help"])
    typed |= {"preference.time": "evening", "preference.not_before": "2026-12-01", "note": "二楼右手"}
    place = page.submit("/app/households/new", typed)
    assert page.submit("/app/households/new", {**typed, "distinct": "1"}) == place  # sent twice is one household
    (row,) = queries.households_of([unit])
    assert row["contact"] == {"name": "王小明", "phone": "199-0000-0037"}
    assert row["preference"] == {"time": "evening", "not_before": "2026-12-01"}
    assert (row["size"], row["language"], row["needs"], row["note"]) == (
        "3-4",
        "local",
        ["elderly_care_help"],
        "二楼右手",
    )
    text = words(page.get(place))
    assert "金桂苑3幢 2单元 501" in text and "王**" in text and "199****0037" in text
    assert "王小明" not in text and "199-0000-0037" not in text


def test_what_is_wrong_is_named_at_its_field_and_nothing_typed_is_lost(signed_in: SignedIn, world: World) -> None:
    page = signed_in("officer")
    typed = new_form(page, unit=world.units["group"], note="他的电话 13800001111")
    typed |= {"contact.name": "王小明", "contact.phone": "abc", "members.0.name": "陈小宝"}
    typed |= {"members.0.birth": "2030-01-01", "members.0.id_number": "11010519491231002x"}
    form = page.post("/app/households/new", typed)
    assert form.select_one("#contact\\.phone")["aria-invalid"] == "true"
    typed |= {"contact.phone": "199 0000 0037"}
    form = page.post("/app/households/new", typed)
    for name in ("note", "consents\\.contact", "consents\\.members", "members\\.0\\.birth", "members\\.0\\.id_number"):
        assert form.select_one(f"#{name}")["aria-invalid"] == "true", name
    assert form.select_one("#members\\.0\\.name")["value"] == "陈小宝"
    assert form.select_one("#note").get_text() == typed["note"]
    assert queries.households_of([world.units["group"]]) == []


def test_a_child_needs_a_guardian_who_agrees(signed_in: SignedIn, world: World) -> None:
    page = signed_in("leader")
    typed = new_form(page, **{"consents.members": "yes", "members.0.name": "陈小宝", "members.0.birth": "2020-05-01"})
    form = page.post("/app/households/new", typed)
    assert form.select_one("#consents\\.members\\.guardian")["aria-invalid"] == "true"
    place = page.submit("/app/households/new", {**typed, "consents.members.guardian": "陈水秀"})
    (one,) = history(place.split("/")[-1].partition("?")[0])
    assert (one["purpose"], one["given"], one["guardian"]) == ("members", True, "陈水秀")


def test_one_more_person_and_one_fewer_without_script(signed_in: SignedIn, world: World) -> None:
    page = signed_in("leader")
    typed = new_form(page, **{"consents.members": "yes", "members.0.name": "甲", "members.1.name": "乙"})
    form = page.post("/app/households/new", {**typed, "more": "member"}, 200)
    assert len(form.select("[data-member]")) == 3
    form = page.post("/app/households/new", {**typed, "drop": "0"}, 200)
    assert [tag["value"] for tag in form.select("[data-member] [name$='.name']")] == ["乙"]


def test_who_may_be_the_same_is_shown_once(signed_in: SignedIn, world: World, stored: dict[str, Any]) -> None:
    page = signed_in("officer")
    typed = new_form(page, **CONTACT, unit=world.units["group2"])
    form = page.post("/app/households/new", typed, 409)
    text = words(form)
    assert "地址一样、姓名一样、电话尾号一样" in text and "王**" in text
    assert form.select_one(f"a[href='/app/households/{stored['id']}']")
    assert form.select_one("#contact\\.name")["value"] == "王小明"  # what was typed stays, what is stored stays masked
    place = page.submit("/app/households/new", {**typed, "distinct": "1"})
    assert place.startswith("/app/households/")
    leader2 = signed_in("leader2")  # does not hear of other groups' doors
    leader2.submit("/app/households/new", {**new_form(leader2, **CONTACT), "address.door": "502", "distinct": "1"})


def test_a_change_keeps_the_number_that_is_shown_masked(signed_in: SignedIn, stored: dict[str, Any]) -> None:
    page, url = signed_in("officer"), f"/app/households/{stored['id']}/edit"
    form = page.get(url)
    typed = fields_of(form)
    assert typed["members.0.id_number"] == "110105********002X"
    for secret in ("11010519491231002X", "王小明", "199-0000-0037", "陈水秀", "陈小宝"):
        assert secret not in str(form)
    page.submit(url, {**typed, "members.0.name": "陈秀秀"})
    row = queries.household(stored["id"])
    assert row and row["contact"] == {"name": "王小明", "phone": "199-0000-0037"}
    assert (row["members"][1]["name"], row["consents"]["members"]["guardian"]) == ("陈小宝", "陈水秀")
    assert row and row["members"][0]["name"] == "陈秀秀" and row["members"][0]["id_number"] == "11010519491231002X"
    assert len(history(stored["id"])) == 2  # nothing new was answered
    page.submit(url, {**fields_of(page.get(url)), "members.0.id_number": ""})
    row = queries.household(stored["id"])
    assert row and "id_number" not in row["members"][0]


def fields_of(form: Any) -> dict[str, Any]:
    """Return what the form would send as it stands."""
    typed: dict[str, Any] = {}
    for tag in form.select("form[data-record] input, form[data-record] select, form[data-record] textarea"):
        if tag.name == "select":
            typed[tag["name"]] = (tag.select_one("option[selected]") or {}).get("value", "")
        elif tag.name == "textarea":
            typed[tag["name"]] = tag.get_text()
        elif tag.get("type") in ("radio", "checkbox"):
            typed |= {tag["name"]: tag["value"]} if tag.has_attr("checked") else {}
        else:
            typed[tag["name"]] = tag.get("value", "")
    return typed


def test_somebody_else_was_first(signed_in: SignedIn, stored: dict[str, Any]) -> None:
    page, url = signed_in("leader"), f"/app/households/{stored['id']}/edit"
    typed = fields_of(page.get(url))
    signed_in("officer").submit(url, {**typed, "note": "干事写的"})
    form = page.post(url, {**typed, "note": "组长写的"}, 409)
    page.submit(url, fields_of(form))
    row = queries.household(stored["id"])
    assert row and row["note"] == "组长写的"


def test_a_withdrawal_takes_one_tap_and_what_it_was_about(signed_in: SignedIn, stored: dict[str, Any]) -> None:
    page, url = signed_in("leader"), f"/app/households/{stored['id']}"
    page.submit(f"{url}/consent", {"purpose": "members", "withdraw": "1"})
    row = queries.household(stored["id"])
    assert row and "members" not in row and row["contact"]["name"] == "王小明"
    assert ("members", False) in [(one["purpose"], one["given"]) for one in history(stored["id"])]
    assert [line.detail["purpose"] for line in ledger_lines("consent.withdrawn")] == ["members"]
    assert "2027年11月21日以前不再问" in words(page.get(f"{url}/edit"))
    page.submit(f"{url}/edit", {**fields_of(page.get(f"{url}/edit")), "note": "别的照旧"})  # nothing else is refused


def test_leaving_counts_once_and_lets_go_of_children(signed_in: SignedIn, world: World, stored: dict[str, Any]) -> None:
    page, url = signed_in("leader"), f"/app/households/{stored['id']}"
    page.post(f"{url}/left", {"persons": "2", "date": "2027-01-01"})
    place = page.submit(f"{url}/left", {"persons": "2", "date": "2026-11-20"})
    row = queries.household(stored["id"])
    assert row and row["left_on"].isoformat() == "2026-11-20"
    assert [member["name"] for member in row["members"]] == ["陈水秀"]
    assert "已搬走" in words(page.get(place))
    assert [line.detail["version"] for line in ledger_lines("event.noted")] == [1]
    assert len(ledger_lines("household.left")) == 1


def test_seeing_all_needs_a_reason_and_is_remembered(signed_in: SignedIn, stored: dict[str, Any]) -> None:
    page, url = signed_in("officer"), f"/app/households/{stored['id']}/reveal"
    page.get(url)
    assert "11010519491231002X" not in str(page.post(url, {}))
    page.post(url, {"reason": "other"})
    whole = words(page.post(url, {"reason": "other", "words": "王小明来问"}, 200))
    assert "王小明" in whole and "199-0000-0037" in whole and "11010519491231002X" in whole
    (line,) = ledger_lines("household.revealed")
    assert (line.detail["fields"], line.detail["reason"]) == (["contact", "members"], "other")
    assert line.detail["words"] and "王" not in str(line.detail)


def test_an_auditor_sees_neither_people_nor_remarks(signed_in: SignedIn, stored: dict[str, Any]) -> None:
    page, url = signed_in("auditor"), f"/app/households/{stored['id']}"
    text = words(page.get(url))
    assert "王**" in text and "陈" not in text and "晚上在家" not in text
    for place in ("reveal", "erase", "edit"):
        assert page.client.get(f"{url}/{place}").status_code == 403


@pytest.mark.parametrize("login", ["township", "county"])
def test_offices_above_see_no_names_at_all(signed_in: SignedIn, stored: dict[str, Any], login: str) -> None:
    client = signed_in(login).client
    for url in ("/app/households", f"/app/households/{stored['id']}"):
        assert client.get(url).status_code == 403


def test_what_is_erased_is_gone_and_the_ledger_still_holds(
    signed_in: SignedIn, phone: Any, world: World, stored: dict[str, Any]
) -> None:
    page, url = signed_in("officer"), f"/app/households/{stored['id']}"
    page.post(f"{url}/erase", {"reason": "因为"})
    place = page.submit(f"{url}/erase", {"reason": "asked"})
    assert "再也读不出来" in words(page.get(place))
    page.get(url, 404)
    assert queries.rows_of([stored["id"]])[stored["id"]]["sealed"] is None
    assert [(one["given"], one["guardian"]) for one in history(stored["id"])] == [(True, ""), (True, "")]
    assert "没有找到" in words(page.post(f"/app/households?unit={world.units['group']}", {"q": "王"}, 200))
    assert list(broken_lines()) == []
    (change,) = phone("leader").pull()
    assert (change["id"], change["deleted"], change["data"]) == (stored["id"], True, None)
    assert phone("leader").push({**stored, "base_version": 2})[0]["outcome"] in ("gone", "same")


def test_lists_are_masked_and_in_walking_order(signed_in: SignedIn, phone: Any, world: World) -> None:
    unit = world.units["group"]
    phone("leader").push(*[household(unit, door=door) for door in ("1001", "201", "101")])
    for login in ("leader", "coordinator", "officer", "auditor"):
        page = signed_in(login)
        text = words(page.get(f"/app/households?unit={unit}"))
        assert text.index("2单元 101 ") < text.index("2单元 201") < text.index("2单元 1001")
        assert "王**" in text and "王小明" not in text and "199****0037" in text
    text = words(signed_in("officer").get("/app/households"))
    assert "3 户" in text and "王" not in text


def test_search_as_one_types(signed_in: SignedIn, phone: Any, world: World) -> None:
    unit = world.units["group"]
    phone("leader").push(household(unit), household(unit, door="601", name="李大华"))
    page = signed_in("officer")
    for typed in ("王小", "wxm", "xiaoming", "501", "3幢 501"):
        headers = {**SAME_ORIGIN, "HX-Request": "true", "HX-Request-Type": "partial"}
        response = page.client.post("/app/households", data={"q": typed}, headers=headers)
        assert response.status_code == 200 and "<html" not in response.text
        shown = undrawn(response.text)
        assert "501" in shown and "601" not in shown, typed
    assert "李**" in words(page.post("/app/households", {"q": "李"}, 200))
    assert "没有找到" in words(page.post("/app/households", {"q": "赵"}, 200))
    assert "没有找到" in words(signed_in("other_officer").post("/app/households", {"q": "王"}, 200))


@pytest.mark.parametrize("login", ["leader2", "stranger", "other_officer", "far_leader"])
def test_households_of_others_look_as_if_there_were_none(
    signed_in: SignedIn, stored: dict[str, Any], login: str
) -> None:
    client, url = signed_in(login).client, f"/app/households/{stored['id']}"
    nowhere = f"/app/households/{new_id()}"
    for place in ("", "/edit", "/left", "/reveal"):
        assert client.get(url + place).status_code == client.get(nowhere + place).status_code == 404
    for place in ("/edit", "/left", "/reveal", "/consent"):
        assert client.post(url + place, headers=SAME_ORIGIN).status_code == 404


def test_no_page_offers_to_remember_what_is_typed(signed_in: SignedIn, stored: dict[str, Any]) -> None:
    page, url = signed_in("officer"), f"/app/households/{stored['id']}"
    for place in ("/app/households", "/app/households/new", f"{url}/edit", f"{url}/reveal", f"{url}/left"):
        for form in page.get(place).select("main form"):
            assert form.get("autocomplete") == "off", place


@pytest.mark.one_database
@pytest.mark.parametrize("language", ["zh-Hant", "en"])
def test_pages_speak_the_readers_language(signed_in: SignedIn, stored: dict[str, Any], language: str) -> None:
    page, url = signed_in("officer"), f"/app/households/{stored['id']}"
    page.client.set_cookie("lang", language)
    for place in (
        "/app/households",
        "/app/households/new",
        url,
        *(f"{url}/{one}" for one in ("edit", "left", "erase")),
    ):
        assert page.get(place).html["lang"] == language
    shown = words(page.post(f"{url}/reveal", {"reason": "call"}, 200))
    assert ("Guardian: 陈水秀" if language == "en" else "監護人：陈水秀") in shown
    form = page.post(
        "/app/households/new",
        {**new_form(page), "unit": stored["data"]["unit"], "address.door": "901", "note": "13800001111"},
    )
    assert form.select_one("#note")["aria-invalid"] == "true"
