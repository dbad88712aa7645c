"""A visit by form: with all that came of it or not at all, changed, withdrawn with the rest; needs step by step."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from tests.builders import World, event, household, need, report, visit
from tests.support.office import statements, words
from tests.support.pages import Pages, undrawn
from tests.support.phone import Phone
from webapp.accounts.models import Account
from webapp.core.db import db
from webapp.core.ids import new_id
from webapp.core.period import Month
from webapp.events.models import Event
from webapp.households import queries as households
from webapp.reports.queries import month_view
from webapp.visits.models import Need, Visit

Homes = dict[str, dict[str, Any]]
SignIn = Callable[[str], Pages]
MET = {"outcome": "met", "date": "2026-11-21"}


def rows(model: Any) -> list[Any]:
    """Return what is stored of `model` and not withdrawn."""
    db.session.rollback()
    return list(db.session.scalars(select(model).where(~model.deleted)))


def address(homes: Homes, door: str = "501") -> str:
    """Return where a visit at `door` is noted."""
    return f"/app/households/{homes[door]['id']}/visit"


@pytest.mark.parametrize("login", ["leader", "coordinator", "officer"])
def test_all_of_it_is_kept(signed_in: SignIn, homes: Homes, login: str, group: str) -> None:
    page = signed_in(login)
    form = page.get(address(homes)).select_one("form[data-record=visit]")
    typed = {
        **MET, "id": form.select_one("[name=id]")["value"], "topics": ["residence_permit_help", "health_event"],
        "needs": ["early_childhood_class"], "promised": "2026-12-01", "move_in": "2", "whole": "1", "birth": "１",
        "follow_up": "2026-12-10", "note": "下午在家",
    }  # fmt: skip
    to = page.submit(address(homes), typed)
    assert to == f"/app/round?said=visit&after={homes['501']['id']}"
    assert page.submit(address(homes), typed) == to  # sent twice it is the same
    [stored] = rows(Visit)
    assert (stored.id, stored.topics, stored.unit_id) == (typed["id"], typed["topics"], group)
    events = {(e.kind, e.service, e.persons, e.households) for e in rows(Event)}
    assert events == {
        ("service", "residence_permit_help", 1, 0), ("service", "health_event", 1, 0),
        ("move_in", None, 2, 1), ("birth", None, 1, 0),
    }  # fmt: skip
    assert {e.visit_id for e in rows(Event)} == {typed["id"]}
    [asked] = rows(Need)
    assert (asked.service, asked.state, asked.promised.isoformat(), asked.visit_id) == (
        "early_childhood_class", "open", "2026-12-01", typed["id"],
    )  # fmt: skip
    cells = month_view(group, Month(2026, 11)).computed
    values = {
        code: cells[code].value for code in ("visits_made", "persons_in", "births", "services_given", "needs_requested")
    }
    assert values == {"visits_made": 1, "persons_in": 2, "births": 1, "services_given": 2, "needs_requested": 1}


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ({"move_out": "3", "whole": "1"}, "2026-11-21"),
        ({"move_out": "3", "whole": "1", "move_in": "2"}, None),
        ({"move_out": "0", "whole": "1"}, None),
        ({"move_out": "3"}, None),
    ],
)
def test_a_household_that_moves_out_as_a_whole_leaves_the_register(
    signed_in: SignIn, homes: Homes, given: dict[str, str], left: str | None
) -> None:
    leader, typed = signed_in("leader"), {**MET, "id": new_id(), **given}
    for _ in range(2):  # sent twice it is the same
        leader.submit(address(homes), typed)
    [stored] = households.households([homes["501"]["id"]]).values()
    assert (stored["left_on"] and stored["left_on"].isoformat()) == left
    assert stored["contact"]["name"] == "王小明"
    assert sum(event.households for event in rows(Event) if event.kind == "move_out") == int(
        "whole" in given and given["move_out"] != "0"
    )
    shown = leader.get(f"/app/households/{homes['501']['id']}").select_one("[data-show=here]:has([data-left])")
    assert shown.has_attr("hidden") == bool(left), "who has left cannot be noted as moving away once more"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"outcome": ""}, "outcome"),
        ({"outcome": "rescheduled"}, "not_before"),
        ({**MET, "date": "2026-11-22"}, "date"),
        ({**MET, "move_in": "200"}, "move_in"),
        ({**MET, "move_out": "两个"}, "move_out"),
        ({**MET, "needs": ["no_such_service"]}, "needs"),
        ({**MET, "needs": ["early_childhood_class"], "promised": "2026-11-01"}, "promised"),
        ({**MET, "note": "打 19900000037"}, "note"),
    ],
)
def test_nothing_is_kept_when_anything_is_wrong(
    signed_in: SignIn, homes: Homes, typed: dict[str, Any], field: str
) -> None:
    typed = {"date": "2026-11-21", "id": new_id(), "note": "敲了门", **typed}
    page = signed_in("leader").post(address(homes), typed)
    assert [link["href"] for link in page.select("#error-summary a")] == [f"#{field}"]
    assert page.select_one("[name=id]")["value"] == typed["id"]
    assert typed["note"] in page.select_one("#note").get_text()
    assert not rows(Visit) and not rows(Event) and not rows(Need)


def test_who_was_not_met_was_told_nothing(signed_in: SignIn, homes: Homes) -> None:
    typed = {"outcome": "not_home", "date": "2026-11-21", "id": new_id(), "topics": ["health_event"], "move_in": "2"}
    signed_in("leader").submit(address(homes), {**typed, "not_before": "2026-11-24"})
    assert rows(Visit)[0].topics == [] and not rows(Event)


def test_a_visit_says_what_it_moved(signed_in: SignIn, homes: Homes, group: str) -> None:
    typed = {**MET, "id": new_id(), "topics": ["health_event"], "move_in": "2", "needs": ["health_event"]}
    typed["note"], leader = "下午在家", signed_in("leader")
    leader.submit(address(homes), typed)
    page = leader.get(f"/app/visits/{typed['id']}")
    text = words(page)
    assert "下午在家" in text and "金桂苑3幢 2单元 501" in text
    moved = {" ".join(line.get_text(" ").split()) for line in page.select("[data-list=moved] li")}
    assert moved == {
        "已走访户数 2026年11月 +1", "流入人数 2026年11月 +2", "提供服务次数 2026年11月 +1",
        "居民提出的需求件数 2026年11月 +1",
    }  # fmt: skip
    report_page = leader.get("/app/report/202611")
    assert report_page.select_one(f"a[href='/app/visits/{typed['id']}']")


def test_a_change_is_of_the_visit_alone(signed_in: SignIn, homes: Homes) -> None:
    typed = {**MET, "id": new_id(), "topics": ["health_event"], "move_in": "2"}
    leader = signed_in("leader")
    leader.submit(address(homes), typed)
    page = leader.get(f"{address(homes)}?visit={typed['id']}")
    assert page.select_one("[name=base_version]")["value"] == "1" and not page.select("[name=move_in]")
    to = leader.submit(address(homes), {**MET, "id": typed["id"], "base_version": "1", "note": "上午"})
    assert to == f"/app/visits/{typed['id']}"
    assert rows(Visit)[0].topics == ["health_event"] and len(rows(Event)) == 2
    stale = leader.post(address(homes), {**MET, "id": typed["id"], "base_version": "1", "note": "晚上"}, status=409)
    assert "另一部手机" in words(stale) and stale.select_one("[name=base_version]")["value"] == "2"


def test_withdrawing_asks_what_happens_to_the_rest(signed_in: SignIn, homes: Homes) -> None:
    typed = {**MET, "id": new_id(), "topics": ["health_event"], "move_in": "2", "needs": ["health_event"]}
    leader = signed_in("leader")
    leader.submit(address(homes), typed)
    page = leader.get(f"/app/visits/{typed['id']}/withdraw")
    choices = {box["value"] for box in page.select("[name=with]")}
    assert len(choices) == 3 and all(box.has_attr("checked") for box in page.select("[name=with]"))
    [moved] = [event for event in rows(Event) if event.kind == "move_in"]
    leader.submit(f"/app/visits/{typed['id']}/withdraw", {"with": sorted(choices - {moved.id})})
    assert not rows(Visit) and not rows(Need) and [event.id for event in rows(Event)] == [moved.id]
    assert leader.get(f"/app/visits/{typed['id']}", status=404)


def test_what_came_of_a_visit_is_known_by_its_name(
    signed_in: SignIn, phone: Callable[[str], Phone], homes: Homes, group: str
) -> None:
    sent = visit(group, homes["501"]["id"], date="2026-11-01")
    told = event(group, "move_in", visit=sent["id"], date="2026-10-31")  # they had come the day before
    phone("leader").push(sent, told)
    page = signed_in("leader").get(f"/app/visits/{sent['id']}/withdraw")
    assert [box["value"] for box in page.select("[name=with]")] == [told["id"]]


def test_the_page_of_a_visit_opens_its_own_household_only(
    signed_in: SignIn, phone: Callable[[str], Phone], homes: Homes, group: str
) -> None:
    sent, asked = visit(group, homes["501"]["id"]), need(group, homes["501"]["id"])
    phone("leader").push(sent, asked)
    leader = signed_in("leader")
    for url in (f"/app/visits/{sent['id']}", f"/app/needs/{asked['id']}"):
        leader.get(url)
        with statements() as asked_for:
            leader.get(url)
        assert len([sql for sql in asked_for if "FROM household " in sql.replace("\n", " ")]) == 1


def test_a_need_is_said_in_the_same_words_everywhere(
    signed_in: SignIn, phone: Callable[[str], Phone], homes: Homes, group: str
) -> None:
    seen = visit(group, homes["501"]["id"])
    passed = {"state": "referred", "referred_to": "卫生院", "promised": "2026-11-20", "opened": "2026-11-02"}
    asked = need(group, homes["501"]["id"], visit=seen["id"], **passed)
    phone("leader").push(seen, asked)
    leader, said = signed_in("leader"), "卫生院 · 答应11月20日前回复，已经过了"
    for url in ("/app/needs", f"/app/visits/{seen['id']}", f"/app/households/{homes['501']['id']}"):
        assert said in leader.get(url).select_one(f"a[href='/app/needs/{asked['id']}']").get_text(), url
    assert "卫生院" not in words(signed_in("auditor").get(f"/app/households/{homes['501']['id']}"))


def test_a_counted_visit_stays(signed_in: SignIn, phone: Callable[[str], Phone], homes: Homes, group: str) -> None:
    sent = visit(group, homes["501"]["id"])
    phone("leader").push(sent, report(group, values={"opening_persons": 100}))
    leader = signed_in("leader")
    page = leader.get(f"/app/visits/{sent['id']}")
    assert "已计入已上报的2026年11月月报" in words(page)
    refused = leader.post(f"/app/visits/{sent['id']}/withdraw", {})
    assert "已计入已上报的" in words(refused) and rows(Visit)


def test_the_reviewer_sees_the_visits_behind_a_number(
    signed_in: SignIn, phone: Callable[[str], Phone], homes: Homes, group: str
) -> None:
    sent = visit(group, homes["501"]["id"], "declined", not_before="2027-02-01")
    phone("leader").push(sent, report(group, values={"opening_persons": 100}))
    url = f"/app/reports/{group}/202611"
    assert signed_in("officer").get(url).select_one(f"a[href='/app/visits/{sent['id']}']")
    for login in ("township", "county", "auditor"):
        page = signed_in(login).get(url)
        assert "婉拒" in words(page) and "3幢" not in words(page) and not page.select(f"a[href*='{sent['id']}']")


def test_a_need_goes_its_way(signed_in: SignIn, phone: Callable[[str], Phone], homes: Homes, group: str) -> None:
    asked = need(group, homes["501"]["id"], opened="2026-11-02", promised="2026-11-20")
    later = need(group, homes["502"]["id"], "health_event", promised="2026-12-01")
    phone("leader").push(asked, later)
    officer = signed_in("officer")
    listed = [link["href"] for link in officer.get("/app/needs").select("ul.entries a")]
    assert listed == [f"/app/needs/{asked['id']}", f"/app/needs/{later['id']}"]
    overdue = officer.fragment("/app/needs?show=overdue")
    assert [link["href"] for link in overdue.select("a")] == [f"/app/needs/{asked['id']}"]
    url = f"/app/needs/{asked['id']}"
    assert "11月20日前回复，已经过了" in words(officer.get(url))
    refused = officer.post(url, {"state": "referred", "base_version": "1"})
    assert [link["href"] for link in refused.select("#error-summary a")] == ["#referred_to", "#promised"]
    step = {"state": "referred", "referred_to": "卫生院", "promised": "2026-12-05", "base_version": "1"}
    assert officer.submit(url, step) == f"/app/households/{homes['501']['id']}"
    assert "卫生院" in words(signed_in("leader").get(url))
    officer.submit(url, {"state": "done", "base_version": "2", "note": "已领到"})
    assert [link["href"] for link in officer.get("/app/needs").select("ul.entries a")] == [f"/app/needs/{later['id']}"]
    [done] = [row for row in rows(Need) if row.id == asked["id"]]
    assert (done.state, done.closed.isoformat(), done.service) == ("done", "2026-11-21", asked["data"]["service"])


def test_who_came_is_said_on_the_page_and_behind_the_number(
    signed_in: SignIn, phone: Callable[[str], Phone], homes: Homes, group: str, world: World
) -> None:
    sent = visit(group, homes["501"]["id"])
    coordinator, leader = phone("coordinator"), phone("leader")
    coordinator.push(sent)
    came = db.session.get(Account, world.accounts["coordinator"]).name
    leader.push({**sent, "base_version": 1, "data": {**sent["data"], "note": "补一句"}})
    assert f"谁去的 {came}" in words(signed_in("leader").get(f"/app/visits/{sent['id']}")), "whoever mends it"
    assert came in words(signed_in("leader").get("/app/report/202611"))
    leader.push(report(group, values={"opening_persons": 100}))
    url = f"/app/reports/{group}/202611"
    for login, is_told in (("officer", True), ("township", False), ("county", False), ("auditor", False)):
        behind = " ".join(each.get_text() for each in signed_in(login).get(url).select("[data-kind=visit]"))
        assert (came in behind) == is_told


@pytest.mark.parametrize("login", ["leader2", "stranger", "other_officer", "far_leader"])
def test_others_look_like_none(
    signed_in: SignIn, phone: Callable[[str], Phone], homes: Homes, group: str, login: str
) -> None:
    sent, asked = visit(group, homes["501"]["id"]), need(group, homes["501"]["id"])
    phone("leader").push(sent, asked)
    reader = signed_in(login)
    urls = (
        address(homes),
        f"/app/visits/{sent['id']}",
        f"/app/visits/{sent['id']}/withdraw",
        f"/app/needs/{asked['id']}",
    )
    for url in urls:
        text = reader.client.get(url)
        assert text.status_code == 404 and "501" not in undrawn(text.text)
        assert reader.client.post(url, headers={"Sec-Fetch-Site": "same-origin"}, data=MET).status_code in (404, 405)


def test_pages_of_a_community_cost_the_same_however_many_doors(
    signed_in: SignIn, phone: Callable[[str], Phone], homes: Homes, group: str
) -> None:
    def asked_for() -> int:
        page = signed_in("officer")
        with statements() as asked:
            page.get(f"/app/round?unit={group}")
        return len(asked)

    asked_for()  # once, for what is read once and kept
    before = asked_for()
    many = [household(group, f"7{n:02}", f"住户{n}") for n in range(12)]
    phone("leader").push(*many, *(visit(group, each["id"]) for each in many))
    assert asked_for() <= before
