"""Work for everybody and the monthly report: what the phone is told, what counts, what a closed month still takes."""

from datetime import date

import pytest

from tests.builders import World, complete, report
from tests.support.office import statements
from tests.support.outreach import done_for_everybody
from tests.support.phone import Phone
from webapp.core.db import db
from webapp.core.period import Month
from webapp.outreach import queries as outreach
from webapp.reports import queries

NOTICE = {"kind": "notice", "households": 25, "quantity": 0}


def told(phone: Phone) -> dict[str, list[tuple[str, int]]]:
    """Return what the phone is told of each month that says anything: which number, and how much."""
    months = phone.client.get("/sync/pull").get_json()["me"]["months"]
    return {m["month"]: [(o["measure"], o["counted"]) for o in m["outreach"]] for m in months if "outreach" in m}


def test_the_phone_is_told_of_its_own_group(phone, leader: Phone, world: World) -> None:
    assert told(leader) == {}
    done_for_everybody(world, "officer", "group", **NOTICE)
    done_for_everybody(world, "leader", "group")
    done_for_everybody(world, "officer", "group2", quantity=9)
    done_for_everybody(world, "officer", "community", quantity=9)
    assert sorted(told(leader)["202611"]) == [("guides", 3), ("notices", 25)]
    assert told(phone("officer")) == {}


def test_a_report_is_worked_out_from_it_and_leads_back(leader: Phone, group: str, world: World) -> None:
    guide = done_for_everybody(world, "officer", "group")
    cells = queries.month_view(group, Month(2026, 11)).computed
    assert cells["registration_guides_given"] == (3, (guide,), "outreach")
    assert cells["notices_delivered"] == (None, (), "entered")
    assert queries.month_view(group, Month(2026, 11)).calls[guide]["title"] == "远处的一笔"
    wrong = report(group, nil=False, values=complete(registration_guides_given=2, notices_delivered=7))
    [result] = leader.push(wrong)
    [problem] = result["problems"]
    assert (problem["field"], problem["code"]) == ("values.registration_guides_given", "unexplained")
    wrong["data"]["values"]["registration_guides_given"] = 3
    assert leader.push(wrong)[0]["outcome"] == "created"
    assert queries.report_of(group, 202611)["computed"]["registration_guides_given"] == 3


def test_a_month_with_guides_only_is_without_a_change(leader: Phone, group: str, world: World) -> None:
    done_for_everybody(world, "leader", "group")
    assert leader.push(report(group))[0]["outcome"] == "created"
    assert queries.report_of(group, 202611)["values"]["registration_guides_given"] == 3


def test_what_comes_after_the_report_counts_in_the_next(leader: Phone, group: str, world: World) -> None:
    assert leader.push(report(group, "202610"))[0]["outcome"] == "created"
    done_for_everybody(world, "officer", "group", date=date(2026, 10, 30))
    done_for_everybody(world, "officer", "group", "meeting", date=date(2026, 10, 30), quantity=0)
    assert told(leader) == {"202611": [("guides", 3)]}
    db.session.rollback()
    assert {entry.month for entry in outreach.entries(f"/{'/'.join(path_of(world))}/", Month(2026, 10))} == {202610}


def path_of(world: World) -> list[str]:
    """Return the ids from the county to the leader's group."""
    return [world.units[name] for name in ("county", "township", "community", "group")]


@pytest.mark.one_database
@pytest.mark.parametrize("count", [1, 40])
def test_one_question_however_much_was_noted(group: str, world: World, count: int) -> None:
    for _ in range(count):
        done_for_everybody(world, "officer", "group")
    with statements() as asked:
        found = outreach.noted([group, world.units["group2"]], [202610, 202611])
    assert len(found[group, 202611]) == count
    assert len([one for one in asked if one.startswith("SELECT")]) == 1
