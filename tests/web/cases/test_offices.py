"""The side of the offices: what waits for whom, and that nobody ever sees a complaint about their own unit."""

import threading
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.routing import IntegerConverter

from tests.builders import World
from tests.support.cases import TOLD, bring, follow
from tests.support.office import actor, statements, words
from tests.support.pages import SAME_ORIGIN
from tests.support.routes import visits
from webapp.access.rules import PUBLIC
from webapp.cases import queries, service
from webapp.cases.rules import spaced_number
from webapp.cases.service import Stale
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.core.ids import new_id
from webapp.core.period import Month

SECRETIVE = "被投诉的是王主任"


def send(pages, case_id, form, status=303, **data):
    response = pages.client.post(f"/app/cases/{case_id}/{form}", data=data, headers=SAME_ORIGIN)
    assert response.status_code == status, response.text[:1500]
    return response


def test_an_office_answers_and_the_resident_reads_it(page, signed_in, world):
    brought = bring(world, contact="13800003333")
    pages = signed_in("township")
    soup = pages.get("/app/cases")
    assert "待办 1 件" in words(soup) and TOLD not in words(soup), "lists say what kind, not what was said"
    assert spaced_number(brought.row["number"]) in words(soup), "who calls about a case knows its number"
    soup = pages.get(f"/app/cases/{brought.row['id']}")
    assert TOLD in words(soup) and "13800003333" in words(soup) and "2026年12月11日" in words(soup)
    assert brought.secret not in str(soup)
    assert pages.post(f"/app/cases/{brought.row['id']}/answer", {"base_version": "1"}).find(id="words-problem")
    send(pages, brought.row["id"], "answer", words="已经办好", base_version="1")
    soup = pages.get("/app/cases?said=answer")
    assert "没有待办的" in words(soup) and "已答复" in words(soup) and "答复发出了" in words(soup)
    assert "单位331126101答复 已经办好" in words(follow(page, brought))
    send(pages, brought.row["id"], "answer", words="补充一点", base_version="2")
    send(pages, brought.row["id"], "close", words="都办完了", base_version="3")
    send(pages, brought.row["id"], "answer", 409, words="还有", base_version="4")
    assert "已办结" in words(follow(page, brought)) and "都办完了" in words(follow(page, brought))


@pytest.mark.one_database
def test_the_first_due_stands_first_and_what_is_overdue_is_marked(signed_in, world):
    late = bring(world, "suggestion", text="旧的")
    with clock.frozen(clock.now() + timedelta(days=40)):
        soon = bring(world, about="township", text="新的")
        soup = signed_in("county").get("/app/cases")
        links = [a["href"].rsplit("/", 1)[-1] for a in soup.select(".entries a")]
        assert links == [late.row["id"], soon.row["id"]]
        assert words(soup).count("逾期") == 1


@pytest.fixture(params=["community", "township"])
def named(request: pytest.FixtureRequest, world: World) -> tuple[str, service.Brought]:
    """Return a unit and a complaint about its staff."""
    return request.param, bring(world, about=request.param, text=SECRETIVE, named="王主任", place="community")


# who works at or under the unit that is complained about
MEANT = {"community": ("leader", "officer"), "township": ("officer", "township")}
SEES = {"community": "township", "township": "county"}


@pytest.mark.one_database
def test_who_is_complained_about_never_sees_it_by_any_door(app: Flask, world, signed_in, phone, named):
    """Every page and file that people there can open, the forms about cases, and what their phones pull."""
    level, brought = named
    told = (SECRETIVE, "王主任", brought.row["id"], brought.row["number"], brought.secret)
    filled = anywhere(app) | {
        "case_id": brought.row["id"], "month": "202611", "name": "home", "kit": "first", "measure": "births",
        "token": brought.secret, "number": brought.row["number"], "role": "leader", "topic": "rights",
        "place": world.units["group"], "unit_id": world.units[level], "id": brought.row["id"],
    }  # fmt: skip
    for login in MEANT[level]:
        client = signed_in(login).client
        for visit in visits(app, filled):
            if visit.action != PUBLIC and (visit.method == "GET" or "case" in visit.endpoint):
                asked = {"unit": world.units[level], "q": "王主任"}
                response = client.open(visit.url, method=visit.method, headers=SAME_ORIGIN, query_string=asked)
                shown = response.get_data().decode("utf-8", "replace").replace(visit.url, "")
                assert not [each for each in told if each in shown and each != asked["q"]], f"{login} {visit.url}"
        assert brought.row["id"] not in str(phone(login).pull())
        for form in ("answer", "forward", "close") if login != "leader" else ():
            typed = {"words": "x", "to": world.units["county"], "base_version": "1"}
            send(signed_in(login), brought.row["id"], form, 404, **typed)
    assert SECRETIVE in words(signed_in(SEES[level]).get(f"/app/cases/{brought.row['id']}"))


def anywhere(app: Flask) -> dict[str, str]:
    """Return a value that leads nowhere for every place in the app's addresses."""
    rules = list(app.url_map.iter_rules())
    found = {name: converter for rule in rules for name, converter in rule._converters.items()}
    return {name: "1" if isinstance(each, IntegerConverter) else new_id() for name, each in found.items()}


@pytest.mark.one_database
def test_it_is_never_handed_to_who_is_complained_about(signed_in, world):
    brought = bring(world, about="township")
    soup = signed_in("county").get(f"/app/cases/{brought.row['id']}")
    offered = {option["value"] for option in soup.find(id="to").find_all("option")} - {""}
    assert offered == {world.units["far_township"], world.units["far_community"]}
    for barred in ("township", "community", "other_community", "county", "group"):
        send(
            signed_in("county"), brought.row["id"], "forward", 409, to=world.units[barred], words="x", base_version="1"
        )
    assert queries.case(brought.row["id"])["unit_id"] == world.units["county"]


@pytest.mark.one_database
def test_an_office_that_forged_its_way_sees_nothing_even_when_it_has_it(world):
    """The bar does not hang on where a case lies: were it to lie with who is meant, they would not see it either."""
    brought = bring(world)
    with transaction() as session:
        session.execute(queries.CASE.update().values(unit_id=world.units["community"]))
    assert queries.open_for(actor(world, "officer")) == []
    assert queries.case_seen_by(actor(world, "officer"), brought.row["id"]) is None
    reader = actor(world, "officer")
    with transaction(), pytest.raises(Stale):
        service.answer(brought.row["id"], "x", 1, reader)


def test_a_case_is_handed_down_and_up_and_keeps_its_day(page, signed_in, world):
    brought = bring(world, "help")
    send(
        signed_in("officer"),
        brought.row["id"],
        "forward",
        to=world.units["township"],
        words="要街道办",
        base_version="1",
    )
    row = queries.case(brought.row["id"])
    assert (row["unit_id"], row["state"], row["due"]) == (world.units["township"], "forwarded", brought.row["due"])
    assert signed_in("officer").client.get(f"/app/cases/{row['id']}").status_code == 404
    send(
        signed_in("township"), row["id"], "forward", to=world.units["other_community"], words="隔壁办", base_version="2"
    )
    said = words(follow(page, brought))
    assert (
        "单位331126101201转给单位331126101" in said
        and "单位331126101转给单位331126101202" in said
        and "要街道办" in said
    )
    assert "待办 1 件" in words(signed_in("other_officer").get("/app/cases"))


@pytest.mark.one_database
def test_a_leader_sees_the_help_that_the_own_group_asked_for_and_nothing_else(signed_in, world):
    mine, neighbours = bring(world, "help", "group"), bring(world, "help", "group2")
    others = [bring(world, "help"), bring(world, "data"), bring(world, about="leader"), bring(world, "data", "group")]
    pages = signed_in("leader")
    soup = pages.get("/app/cases")
    assert "待办 1 件" in words(soup) and mine.row["id"] in str(soup)
    soup = pages.get(f"/app/cases/{mine.row['id']}")
    assert TOLD in words(soup) and not soup.main.find("form")
    for each in (neighbours, *others):
        assert pages.client.get(f"/app/cases/{each.row['id']}").status_code == 404
        assert each.row["id"] not in str(soup)
    send(pages, mine.row["id"], "answer", 403, words="x", base_version="1")
    assert signed_in("coordinator").client.get("/app/cases").status_code == 403
    assert signed_in("auditor").client.get("/app/cases").status_code == 403
    assert "写给小组的求助，小组组长也看得到" in words(pages.get("/feedback")), "what is promised to residents is true"


@pytest.mark.one_database
@pytest.mark.parametrize("login", ["other_officer", "far_township", "county"])
def test_only_the_office_that_has_a_case_sees_it(signed_in, world, login):
    brought = bring(world, "help")
    assert signed_in(login).client.get(f"/app/cases/{brought.row['id']}").status_code == 404
    send(signed_in(login), brought.row["id"], "answer", 404, words="x", base_version="1")


def test_two_answers_at_once_are_one_and_nobody_loses_words(signed_in, world):
    brought = bring(world, "help")
    first, second = signed_in("officer"), signed_in("officer")
    send(first, brought.row["id"], "answer", words="我先答的", base_version="1")
    soup = second.post(f"/app/cases/{brought.row['id']}/answer", {"words": "我后答的", "base_version": "1"}, status=409)
    assert "刚刚有了变化" in words(soup) and "我先答的" in words(soup)
    assert soup.find("textarea").get_text() == "我后答的"
    assert soup.find("input", {"name": "base_version"})["value"] == "2"


def at_once(app: Flask, *steps) -> list[str]:
    """Run `steps` in threads that start together; return what became of each."""
    found, ready = ["" for _ in steps], threading.Barrier(len(steps))

    def run(n: int) -> None:
        with app.app_context():
            ready.wait()
            try:
                with transaction():
                    steps[n]()
                found[n] = "done"
            except Stale:
                found[n] = "stale"
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(steps))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_answers_from_two_threads(app, world):
    brought, officer = bring(world, "help"), actor(world, "officer")
    steps = [lambda say=say: service.answer(brought.row["id"], say, 1, officer) for say in ("一", "二", "三")]
    assert sorted(at_once(app, *steps)) == ["done", "stale", "stale"]
    db.session.rollback()
    assert [step["kind"] for step in queries.steps_of(brought.row["id"])] == ["received", "answered"]


def test_an_escalation_during_an_answer_is_one_or_the_other(app, page, signed_in, world):
    for _ in range(4):
        brought, officer = bring(world, "help", text=new_id()), actor(world, "officer")
        with transaction():
            service.answer(brought.row["id"], "第一次", 1, officer)
        found = at_once(
            app,
            lambda each=brought, who=officer: service.answer(each.row["id"], "第二次", 2, who),
            lambda each=brought: service.escalate(each.row["id"], "不满意", 2),
        )
        assert sorted(found) == ["done", "stale"]
        db.session.rollback()
        row, steps = queries.case(brought.row["id"]), queries.steps_of(brought.row["id"])
        assert [step["number"] for step in steps] == [1, 2, 3] and row["version"] == 3
        assert (row["unit_id"] == world.units["township"]) == (found[1] == "done")


@pytest.mark.one_database
def test_who_answers_what_has_just_gone_up_keeps_the_words(page, signed_in, world):
    brought = bring(world, "help")
    pages = signed_in("officer")
    send(pages, brought.row["id"], "answer", words="好了", base_version="1")
    follow(page, brought, do="escalate", base_version="2")
    soup = pages.post(f"/app/cases/{brought.row['id']}/answer", {"words": "写了很久", "base_version": "2"}, status=409)
    assert "写了很久" in words(soup) and "转走了" in words(soup) and TOLD not in words(soup)
    soup = follow(page, brought, 409, do="escalate", base_version="2", words="再来一次")
    assert "刚刚有了变化" in words(soup)


@pytest.mark.one_database
def test_a_list_asks_no_more_for_more_offices_that_are_complained_about(world):
    county, asked = actor(world, "county"), []
    for place in ("community", "far_community"):
        bring(world, about="township", place=place)
        db.session.rollback()
        with statements() as questions:
            queries.open_for(county)
        asked.append(len(questions))
    assert len({row["named_id"] for row in queries.open_for(county)}) == 2
    assert asked[0] == asked[1]


def test_what_offices_did_is_counted_by_unit_and_month(world):
    month, community = Month.parse("202611"), world.units["community"]
    quick, slow, gone = (bring(world, "help", text=each) for each in ("一", "二", "三"))
    officer = actor(world, "officer")
    with transaction():
        service.close(quick.row["id"], "好", 1, officer)
        service.answer(slow.row["id"], "好", 1, officer)
        service.forward(gone.row["id"], world.units["township"], "x", 1, officer)
    found = queries.handled([community, world.units["township"]], month)
    assert found == {community: queries.Handled(3, 2, 2, 1, 1, 0)}
    assert queries.handled([community], month.previous()) == {}
