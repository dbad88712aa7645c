"""The entry form without script: noting, correcting, withdrawing, and what is said when something is wrong."""

from typing import Any

import pytest
from sqlalchemy import select

from tests.builders import event
from webapp.core.db import db
from webapp.core.ids import new_id
from webapp.events.models import Event

pytestmark = pytest.mark.one_database

NEW = "/app/events/new"


def typed(**given: str) -> dict[str, str]:
    """Return the fields of the form as a browser sends them: all of them, whatever the kind."""
    plain = {"id": new_id(), "base_version": "0", "kind": "birth", "persons": "1", "date": "2026-11-20"}
    return {**plain, "households": "1", "place": "", "region": "", "service": "", "note": "", **given}


def stored() -> list[Event]:
    db.session.rollback()
    return list(db.session.scalars(select(Event).order_by(Event.id)))


def field(soup: Any, name: str) -> str:
    found = soup.find(id=name)
    return str(found.get("value") if found.name == "input" else found.get_text())


def problems(soup: Any) -> list[str]:
    return [p.get_text().strip() for p in soup.select("p.problem[id]")]


def test_the_form_begins_with_today_and_one_person(signed_in):
    soup = signed_in("leader").get(NEW)
    assert (field(soup, "date"), field(soup, "persons")) == ("2026-11-21", "1")
    assert not soup.find_all("input", checked=True)


def test_what_is_noted_is_seen_at_home(signed_in):
    pages = signed_in("leader")
    assert pages.submit(NEW, typed(persons="2")) == "/app?said=noted"
    home = pages.get("/app?said=noted").find("main")
    assert home.select_one(".notice p").get_text() == "已记下，也已上报"
    assert "11月20日" in home.select_one(".entries > li").get_text()
    assert "2 人" in home.select_one(".entries > li").get_text()


def test_the_same_form_twice_is_one_entry(signed_in):
    pages, fields = signed_in("leader"), typed()
    pages.submit(NEW, fields)
    pages.submit(NEW, fields)
    assert len(stored()) == 1


def test_what_belongs_to_another_kind_is_left_out(signed_in):
    fields = typed(households="3", place="330100", region="331126", service="policy_explained")
    signed_in("leader").submit(NEW, fields)
    (row,) = stored()
    assert (row.households, row.region, row.service) == (0, None, None)


@pytest.mark.parametrize(("place", "region", "kept"), [("330100", "", "330100"), ("330100", "３３１１２６", "331126")])
def test_a_place_is_chosen_or_typed(signed_in, place, region, kept):
    signed_in("leader").submit(NEW, typed(kind="move_in", place=place, region=region))
    assert stored()[0].region == kept


def test_digits_may_be_wide(signed_in):
    signed_in("leader").submit(NEW, typed(persons=" １２ "))
    assert stored()[0].persons == 12


@pytest.mark.parametrize(
    ("wrong", "at"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "marriage"}, "kind"),
        ({"persons": "三"}, "persons"),
        ({"persons": "0"}, "persons"),
        ({"persons": ""}, "persons"),
        ({"date": "2026-11-22"}, "date"),
        ({"date": "2026-02-30"}, "date"),
        ({"date": ""}, "date"),
        ({"kind": "service"}, "service"),
        ({"kind": "move_in", "region": "999999"}, "region"),
        ({"kind": "move_in", "households": "2"}, "households"),
        ({"note": "电话 13800138000"}, "note"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(signed_in, wrong, at):
    fields = typed(**{"note": "老人", **wrong})
    soup = signed_in("leader").post(NEW, fields)
    assert soup.find(id=f"{at}-problem")
    assert len(problems(soup)) == 1
    assert field(soup, "note").strip() == fields["note"]
    assert field(soup, "persons") == fields["persons"]
    assert soup.find("input", attrs={"name": "id"})["value"] == fields["id"]
    assert stored() == []


@pytest.fixture
def noted(phone, world) -> dict[str, Any]:
    """Return an entry of the leader's group that the server has."""
    record = event(world.units["group"], "move_in", persons=3, households=1, region="330100")
    assert phone("leader").push(record)[0]["outcome"] == "created"
    return record


def test_an_entry_is_corrected(signed_in, noted):
    pages, url = signed_in("leader"), f"/app/events/{noted['id']}"
    soup = pages.get(url)
    assert field(soup, "persons") == "3"
    assert soup.select_one("#place option[selected]")["value"] == "330100"
    fields = typed(id=noted["id"], base_version="1", kind="move_in", persons="4", place="330100")
    assert pages.submit(url, fields) == "/app?said=noted"
    assert (stored()[0].persons, stored()[0].version) == (4, 2)


def test_who_was_second_sees_both_and_chooses(signed_in, phone, noted):
    pages, url = signed_in("leader"), f"/app/events/{noted['id']}"
    phone("leader").push({**noted, "base_version": 1, "data": {**noted["data"], "persons": 5}})
    fields = typed(id=noted["id"], base_version="1", kind="move_in", persons="4", place="330100")
    soup = pages.post(url, fields, status=409)
    assert field(soup, "persons") == "4"
    assert "5" in soup.select_one(".notice[data-kind=warn]").get_text()
    again = {**fields, "base_version": soup.find("input", attrs={"name": "base_version"})["value"]}
    assert pages.submit(url, again) == "/app?said=noted"
    assert (stored()[0].persons, stored()[0].version) == (4, 3)


def test_an_entry_is_withdrawn_after_a_question(signed_in, noted):
    pages, url = signed_in("leader"), f"/app/events/{noted['id']}/withdraw"
    assert pages.get(url).find("h1").get_text() == "删除这一笔？"
    assert pages.submit(url, {"base_version": "1"}) == "/app?said=withdrawn"
    assert stored()[0].deleted
    pages.get(f"/app/events/{noted['id']}", status=404)


def test_an_entry_of_a_reported_month_says_why_it_stays(signed_in, noted, reported):
    soup = signed_in("leader").get(f"/app/events/{noted['id']}")
    assert "已计入已上报的2026年11月月报" in soup.select_one(".notice[data-kind=info]").get_text()
    assert soup.find("form", attrs={"data-record": "event"}).has_attr("hidden")


@pytest.fixture
def reported(world, noted) -> None:
    """Close the month of the entry, as a report does."""
    from webapp.core.db import transaction
    from webapp.events.service import close_months

    with transaction():
        close_months([(world.units["group"], 202611)])


def test_entries_of_others_are_not_there(signed_in, noted):
    other = signed_in("leader2")
    other.get(f"/app/events/{noted['id']}", status=404)
    other.get(f"/app/events/{noted['id']}/withdraw", status=404)
    assert other.post(f"/app/events/{noted['id']}", typed(), status=404)
    signed_in("officer").get(NEW, status=403)
