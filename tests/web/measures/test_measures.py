"""Closing rate, time and work for everybody as measures: with what they count, for offices, never of a few cases."""

import pytest

from tests.support.cases import answer, bring, version_of
from tests.support.office import actor, words
from tests.support.outreach import done_for_everybody
from webapp.cases import service
from webapp.core.db import transaction
from webapp.core.period import Month
from webapp.measures import queries
from webapp.measures.rules import FEW, Value
from webapp.orgs.queries import unit

NOVEMBER = Month(2026, 11)
LANGUAGES = {"zh-Hans", "zh-Hant", "en"}


def measured(world, name, of="community"):
    place = unit(world.units[name])
    return queries.values(unit(world.units[of]), [place], NOVEMBER)[place.id]


def five(world, kind="help", place="community", **given):
    return [bring(world, kind, place, text=f"第{n}件", **given) for n in range(5)]


def close(world, brought, login="officer"):
    who = actor(world, login)
    with transaction():
        service.close(brought.row["id"], "办好了", version_of(brought), who)


def rows(soup):
    """Return the table of cases, without its head, as text."""
    return [
        [cell.get_text(strip=True) for cell in row.find_all(["th", "td"])] for row in soup.find(id="cases-rows")("tr")
    ]


def test_cases_are_measured_at_the_office_that_was_asked_first(world):
    brought = five(world)
    assert measured(world, "community")["cases.closing_rate"] == Value(0)
    for one in brought[:4]:
        close(world, one)
    found = measured(world, "community")
    assert found["cases.brought"] == Value(5)
    assert found["cases.closing_rate"] == found["cases.in_time_rate"] == Value(0.8)
    assert found["cases.closing_days"] == FEW
    close(world, brought[4])
    assert measured(world, "community")["cases.closing_days"] == Value(0)
    assert measured(world, "township", of="township")["cases.brought"] == Value(0)


@pytest.mark.one_database
def test_a_few_cases_are_not_measured(world, signed_in):
    close(world, bring(world, "help"))
    found = measured(world, "community")
    assert {found[code] for code in found if code.startswith("cases.")} == {FEW}
    _, community = rows(signed_in("township").get("/app/measures/202611"))[:2]
    assert community[1:] == ["不足 5 件"] * 4


@pytest.mark.one_database
def test_the_page_says_what_each_number_counts(world, signed_in):
    for one in five(world):
        close(world, one)
    done_for_everybody(world, "officer", "group", "training", hours=3, attended=20)
    done_for_everybody(world, "officer", "community", "training", hours=2, attended=9)
    pages = signed_in("officer")
    soup = pages.get("/app/measures/202611")
    assert [row[1:] for row in rows(soup)] == [["5", "100%", "100%", "0 天"]]
    assert measured(world, "community")["outreach.training_hours"] == Value(5)
    assert "各次培训的学时相加" in words(soup) and "来源：" in words(soup)
    assert "比率以后还会变" in words(soup)
    assert pages.client.get("/app/measures").location.endswith("/app/measures/202610")


@pytest.mark.one_database
def test_who_is_complained_about_reads_nothing_of_it(world, signed_in):
    for one in five(world, "complaint"):
        answer(world, one)
    assert measured(world, "township", of="township")["cases.brought"] == Value(5)
    assert measured(world, "community")["cases.brought"] == Value(0)
    township = world.units["township"]
    for login in ("officer", "other_officer"):
        signed_in(login).get(f"/app/measures/202611?unit={township}", 404)
    for login in ("leader", "coordinator"):
        assert signed_in(login).client.get("/app/measures/202611").status_code == 403
    assert rows(signed_in("township").get("/app/measures/202611"))[0][1] == "5"


@pytest.mark.one_database
def test_months_to_come_and_groups_have_none(world, signed_in):
    pages = signed_in("officer")
    pages.get("/app/measures/202612", 404)
    group = pages.client.get(f"/app/measures/202611?unit={world.units['group']}")
    assert group.location.endswith(world.units["community"])


@pytest.mark.one_database
def test_every_measure_says_its_name_what_counts_and_where_it_comes_from(app):
    kept = queries.measures_in(NOVEMBER)
    assert kept and len({one.code for one in kept}) == len(kept)
    for one in kept:
        assert all(set(texts) == LANGUAGES for texts in (one.label, one.definition, one.source)), one.code
        assert sum(map(bool, (one.counted, one.share, one.middle, one.kind))) == 1
    assert queries.measures_in(Month(2025, 12)) == []
