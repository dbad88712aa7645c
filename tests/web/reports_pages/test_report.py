"""The report without script: worked out, changed with a reason, handed in; and what is said when something is wrong."""

from typing import Any

import pytest

from tests.builders import event, report
from webapp.accounts.queries import Actor
from webapp.core.db import db, transaction
from webapp.core.period import Month
from webapp.reports.queries import report_of
from webapp.reports.service import accept, give_back, lock

pytestmark = pytest.mark.one_database

URL = "/app/report/202611"
NOVEMBER = Month(2026, 11)


@pytest.fixture
def unit(phone, world) -> str:
    """Return the leader's group, with October reported: 168 people."""
    found: str = world.units["group"]
    (result,) = phone("leader").push(report(found, "202610", values={"opening_persons": 168}))
    assert result["outcome"] == "created", result
    return found


def fields_of(soup: Any) -> dict[str, str]:
    """Return what a browser would send of the report form as it stands."""
    form = soup.find("form", attrs={"data-record": "report"})
    inputs = {tag["name"]: tag.get("value", "") for tag in form.find_all("input") if tag["name"] != "values.part"}
    areas = {tag["name"]: tag.get_text().strip() for tag in form.find_all("textarea")}
    return {name: text for name, text in {**inputs, **areas}.items() if ".part" not in name}


def number(soup: Any, code: str) -> str:
    return str(soup.select_one(f'[data-key="worked:{code}"] [data-slot="value"]').get_text())


def stored(unit: str) -> dict[str, Any]:
    db.session.rollback()
    found = report_of(unit, 202611)
    assert found
    return found


def test_numbers_come_from_the_entries(signed_in, phone, unit):
    phone("leader").push(event(unit, persons=2), event(unit, "move_in", persons=3, households=1))
    soup = signed_in("leader").get(URL)
    shown = [number(soup, code) for code in ("opening_persons", "births", "persons_in", "closing_persons")]
    assert shown == ["168", "2", "3", "173"]
    births = soup.select_one('[data-key="worked:births"]')
    assert "出生 · 11月21日 · 2 人" in births.get_text()
    assert "上月 0" in births.get_text()
    assert "计入：" in births.get_text()


def test_the_report_is_handed_in_as_it_stands(signed_in, phone, unit):
    phone("leader").push(event(unit))
    pages = signed_in("leader")
    slip = pages.submit(URL, {**fields_of(pages.get(URL)), "values.visits_made": "12"})
    found = stored(unit)
    assert slip == f"/app/slip/{found['id']}"
    values = found["values"]
    assert (values["births"], values["visits_made"], values["closing_persons"]) == (1, 12, 169)
    assert found["adjustments"] == []


def test_the_same_form_twice_is_one_report(signed_in, unit):
    pages = signed_in("leader")
    fields = fields_of(pages.get(URL))
    pages.submit(URL, fields)
    pages.submit(URL, fields)
    assert stored(unit)["version"] == 1


def test_a_changed_number_wants_a_reason_and_the_closing_follows(signed_in, phone, unit):
    phone("leader").push(event(unit))
    pages = signed_in("leader")
    fields = {**fields_of(pages.get(URL)), "values.births": "2"}
    soup = pages.post(URL, fields)
    assert soup.find(id="reason.births-problem").get_text().strip() == "请写明原因。"
    assert soup.find(id="values.births")["value"] == "2"
    assert soup.select_one('[data-key="worked:births"] details').has_attr("open")
    pages.submit(URL, {**fields, "reason.births": "双胞胎"})
    assert stored(unit)["values"]["closing_persons"] == 170
    assert stored(unit)["adjustments"] == [{"measure": "births", "value": 2, "reason": "双胞胎"}]


def test_a_reason_beside_a_number_that_was_not_changed_is_not_lost_silently(signed_in, phone, unit, officer):
    phone("leader").push(event(unit))
    pages = signed_in("leader")
    fields = {**fields_of(pages.get(URL)), "reason.births": "双胞胎"}
    soup = pages.post(URL, fields)
    assert "原因不会报上去" in soup.find(id="reason.births-problem").get_text()
    assert soup.find(id="reason.births").get_text() == "双胞胎"
    pages.submit(URL, {**fields, "values.births": "2"})
    with transaction():
        give_back(unit, NOVEMBER, 1, [{"measure": "births", "reason": "请补记"}], officer)
    phone("leader").push(event(unit))  # the missing entry: what was explained needs no reason any more
    assert fields_of(pages.get(URL))["reason.births"] == ""


def test_a_gap_is_one_sentence_and_may_be_reported_with_a_reason(signed_in, unit):
    pages = signed_in("leader")
    fields = {**fields_of(pages.get(URL)), "values.closing_persons": "166"}
    soup = pages.post(URL, fields)
    assert "差 2 人" in soup.find(attrs={"data-slot": "gap"}).get_text()
    pages.submit(URL, {**fields, "reason.closing_persons": "上月多算了两个短住的"})
    assert stored(unit)["values"]["closing_persons"] == 166


@pytest.mark.parametrize("typed", ["十二", "-1", "1.5", "99999999"])
def test_a_number_that_is_none_is_said_at_its_field(signed_in, unit, typed):
    pages = signed_in("leader")
    soup = pages.post(URL, {**fields_of(pages.get(URL)), "values.visits_made": typed})
    assert soup.find(id="values.visits_made-problem")
    assert soup.find(id="values.visits_made")["value"] == typed


def test_the_first_report_asks_how_many_there_are(signed_in, world):
    pages = signed_in("leader2")
    soup = pages.get(URL)
    assert soup.select_one('[data-key="entered:opening_persons"]')
    soup = pages.post(URL, fields_of(soup))
    assert "第一次上报" in soup.find(id="values.opening_persons-problem").get_text()
    pages.submit(URL, {**fields_of(soup), "values.opening_persons": "120", "values.closing_persons": ""})


def test_who_was_second_sees_both_and_chooses(signed_in, phone, unit):
    pages = signed_in("leader")
    fields = {**fields_of(pages.get(URL)), "values.visits_made": "5"}
    phone("leader").push(report(unit, values={}))
    soup = pages.post(URL, fields, status=409)
    assert "已走访户数" in soup.find(id="stale").get_text()
    assert soup.find(id="values.visits_made")["value"] == "5"
    pages.submit(URL, {**fields, "id": soup.find("input", attrs={"name": "id"})["value"], "base_version": "1"})
    assert stored(unit)["values"]["visits_made"] == 5


@pytest.fixture
def officer(world) -> Actor:
    """Return the one who reviews."""
    from webapp.accounts.queries import actors_of
    from webapp.accounts.rules import token_hash

    return next(iter(actors_of([token_hash(world.open_session("officer"))]).values()))


def test_a_returned_report_says_why_at_its_field(signed_in, phone, unit, officer):
    phone("leader").push(report(unit, values={}))
    with transaction():
        give_back(unit, NOVEMBER, 1, [{"measure": "births", "reason": "少了一个"}], officer)
    pages = signed_in("leader")
    assert "出生人数: 少了一个" in pages.get("/app").get_text()
    soup = pages.get(URL)
    assert "少了一个" in soup.select_one('[data-key="worked:births"] [data-slot="returned"]').get_text()
    pages.submit(URL, {**fields_of(soup), "values.births": "1", "reason.births": "补一个"})
    assert (stored(unit)["state"], stored(unit)["version"]) == ("submitted", 2)


def test_an_accepted_report_is_corrected_with_a_reason(signed_in, phone, unit, officer):
    phone("leader").push(report(unit, values={}))
    with transaction():
        accept(unit, NOVEMBER, 1, officer)
    pages = signed_in("leader")
    fields = {**fields_of(pages.get(URL)), "values.visits_made": "3"}
    soup = pages.post(URL, fields)
    assert soup.find(id="reason-problem")
    pages.submit(URL, {**fields, "reason": "漏填了走访"})
    assert stored(unit)["reason"] == "漏填了走访"


def test_a_locked_month_says_so(signed_in, phone, unit, officer):
    phone("leader").push(report(unit, values={}))
    with transaction():
        accept(unit, NOVEMBER, 1, officer)
        lock(unit, NOVEMBER, officer)
    soup = signed_in("leader").get(URL)
    assert not soup.find(attrs={"data-show": "locked"}).has_attr("hidden")
    assert soup.find("form", attrs={"data-record": "report"}).has_attr("hidden")


def test_nil_is_refused_once_something_is_noted(signed_in, phone, unit):
    pages = signed_in("leader")
    form = pages.get(f"{URL}?nil=1").find("form", attrs={"data-record": "nil"})
    fields = {tag["name"]: tag["value"] for tag in form.find_all("input")}
    phone("leader").push(event(unit))
    soup = pages.post(URL, fields)
    assert "不能按“本月无变动”上报" in soup.find(id="error-summary").get_text()


def test_months_that_have_not_begun_are_not_taken(signed_in, unit):
    pages = signed_in("leader")
    fields = {**fields_of(pages.get(URL)), "id": ""}
    soup = pages.post("/app/report/202612", fields)
    assert "还没有开始" in soup.get_text()
    pages.get("/app/report/202613", status=404)


def test_slips_are_shown_within_reach_only(signed_in, phone, unit):
    (result,) = phone("leader").push(report(unit, values={}))
    url = f"/app/slip/{result['id']}"
    assert result["receipt"]["number"] in signed_in("leader").get(url).get_text()
    assert "有错，改了再报" not in signed_in("officer").get(url).get_text()
    signed_in("leader2").get(url, status=404)
    signed_in("coordinator").get(url, status=403)
