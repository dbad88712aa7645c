"""Totals: sums of what was handed in, down to the report each number is made of."""

from typing import Any

from tests.builders import World
from tests.support.office import actor, hand_in, plain, rows_of, words
from webapp.core.db import transaction
from webapp.core.period import Month
from webapp.reports.service import accept

TOTALS = "/app/totals/202611"
LEADERS = {"leader": "group", "leader2": "group2", "stranger": "other_group", "far_leader": "far_group"}


def report_all(phone: Any, world: World) -> None:
    """Let all four groups report: 1, 2, 3 and 4 births."""
    for births, (login, name) in enumerate(LEADERS.items(), 1):
        hand_in(phone(login), world.units[name], births=births, visits_made=births)


def test_units_are_rows_and_their_sum_is_the_last(signed_in, phone, world: World):
    report_all(phone, world)
    soup = signed_in("county").get(TOTALS)
    assert rows_of(soup, "s-population-table") == [
        ["单位331126101 暂计 3", "300", "6", "0", "0", "0", "306"],
        ["单位331126102 暂计 1", "100", "4", "0", "0", "0", "104"],
        ["合计", "400", "10", "0", "0", "0", "410"],
    ]
    for table in soup.select("table"):
        *children, total = rows_of(soup, table["id"])
        for column in range(1, len(total)):
            assert sum(int(row[column]) for row in children) == int(total[column]), table["id"]


def test_a_unit_comes_to_what_its_own_page_says(signed_in, phone, world: World):
    """Each level's sum is the row it has one level up."""
    report_all(phone, world)
    county = signed_in("county")
    row = rows_of(county.get(TOTALS), "s-visits-table")[0]
    own = rows_of(county.get(f"{TOTALS}?unit={world.units['township']}"), "s-visits-table")[-1]
    assert row[1:] == own[1:]


def test_each_number_leads_to_what_it_is_made_of(signed_in, phone, world: World):
    report_all(phone, world)
    pages, url, seen = signed_in("county"), TOTALS, []
    while url.startswith("/app/totals"):
        soup = pages.get(url)
        link = next(a for a in soup.select("#s-visits-table td a") if a.get_text() != "0")
        seen.append(link.get_text())
        url = link["href"]
    assert seen == ["6", "3", "1"]
    assert url == f"/app/reports/{world.units['group']}/202611#s-visits"
    assert pages.get(url.partition("#")[0]).select("#s-visits")


def test_the_list_for_phones_says_the_same(signed_in, phone, world: World):
    report_all(phone, world)
    soup = signed_in("county").get(TOTALS)
    births = next(part for part in soup.select(".narrow details") if "出生人数" in part.summary.get_text())
    assert births.summary.strong.get_text() == "10"
    assert [dd.get_text() for dd in births.select("dd")] == ["6", "4"]
    assert births.select_one("dd a")["href"] == f"{TOTALS}?unit={world.units['township']}#s-population"


def test_what_is_not_yet_accepted_is_marked(signed_in, phone, world: World):
    report_all(phone, world)
    officer = actor(world, "officer")
    with transaction():
        accept(world.units["group"], Month(2026, 11), 1, officer)
    soup = signed_in("officer").get(TOTALS)
    assert "其中 1 份还没有接收，数字暂计" in words(soup)
    assert [row[0] for row in rows_of(soup, "s-households-table")] == [
        "单位33112610120101", "单位33112610120102 暂计 1", "合计",
    ]  # fmt: skip
    with transaction():
        accept(world.units["group2"], Month(2026, 11), 1, officer)
    assert "暂计" not in words(signed_in("officer").get(TOTALS))


def test_what_is_missing_is_said(signed_in, phone, world: World):
    plain(phone("leader"), world.units["group"])
    soup = signed_in("county").get(TOTALS)
    assert "还有 3 个小组没有上报，没有算在里面" in words(soup)
    assert "收到 1 份月报，应报 4 份" in words(soup)
    assert rows_of(soup, "s-population-table")[1] == ["单位331126102", *["—"] * 6]


def test_an_empty_month_is_no_error(signed_in, world: World):
    soup = signed_in("county").get("/app/totals/202401")
    assert "数到" in words(soup)
    signed_in("county").get("/app/totals/200001")


def test_a_group_has_no_totals_but_a_report(signed_in, world: World):
    response = signed_in("officer").client.get(f"{TOTALS}?unit={world.units['group']}")
    assert (response.status_code, response.location) == (303, f"/app/reports/{world.units['group']}/202611")


def test_the_accepted_snapshot_counts_while_a_correction_waits(signed_in, phone, world: World):
    answer = hand_in(phone("leader"), world.units["group"], births=2)
    officer = actor(world, "officer")
    with transaction():
        accept(world.units["group"], Month(2026, 11), 1, officer)
    hand_in(phone("leader"), world.units["group"], births=5, reason="漏记", id=answer["id"], base_version=1)
    soup = signed_in("officer").get(TOTALS)
    assert rows_of(soup, "s-population-table")[0][2] == "2"
    assert "暂计" in words(soup), "a correction waits: the number may change"
