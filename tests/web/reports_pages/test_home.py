"""The leader's home as the server makes it: what it says of the month, and where its buttons lead."""

from datetime import datetime

import pytest

from tests.builders import event, report
from webapp.core import clock

pytestmark = pytest.mark.one_database


def at(day: str):
    """Hold the clock at noon of `day`."""
    return clock.frozen(datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=clock.SHANGHAI))


@pytest.fixture
def known(phone, world):
    """Report October, so that November has something to begin with; return the leader's phone."""
    leader, unit = phone("leader"), world.units["group"]
    results = [leader.push(first_report(unit, month))[0] for month in ("202608", "202609", "202610")]
    assert {result["outcome"] for result in results} == {"created"}, results
    return leader


def first_report(unit: str, month: str):
    """Return a nil report that says how many people there are; later months carry the number on."""
    values = {"opening_persons": 168} if month == "202608" else {}
    return report(unit, month, values=values)


def shown(soup, name: str) -> bool:
    return not soup.find(attrs={"data-show": name}).has_attr("hidden")


@pytest.mark.parametrize(
    ("day", "said"), [("2026-11-21", "还有 9 天"), ("2026-11-30", "今天截止"), ("2026-11-01", "还有 29 天")]
)
def test_days_are_said_in_words(signed_in, known, day, said):
    with at(day):
        soup = signed_in("leader").get("/app")
    assert soup.find("h1").get_text() == "2026年11月"
    assert soup.select_one(".month-title").get_text() == said


def test_an_unchanged_month_is_two_taps_away(signed_in, known):
    pages = signed_in("leader")
    home = pages.get("/app")
    assert (shown(home, "nil_url"), shown(home, "check_url")) == (True, False)
    asked = pages.get(home.select_one('[data-show="nil_url"] a')["href"])
    form = asked.find("form", attrs={"data-record": "nil"})
    assert not form.has_attr("hidden")
    fields = {tag["name"]: tag["value"] for tag in form.find_all("input")}
    slip = pages.submit(form["action"], fields)
    proof = pages.get(slip).find("main").get_text()
    assert "2026年11月" in proof
    assert "回执号" in proof


def test_a_month_with_entries_is_checked_first(signed_in, known, world):
    known.push(event(world.units["group"]))
    home = signed_in("leader").get("/app")
    assert (shown(home, "nil_url"), shown(home, "check_url")) == (False, True)


def test_a_reported_month_leads_to_its_slip(signed_in, known, world):
    known.push(report(world.units["group"], values={}))
    home = signed_in("leader").get("/app")
    assert home.select_one(".month-title").get_text() == "本月已上报"
    assert (shown(home, "nil_url"), shown(home, "check_url"), shown(home, "slip_url")) == (False, False, True)


def test_a_month_that_was_forgotten_comes_first(signed_in, known):
    with at("2026-12-02"):
        soup = signed_in("leader").get("/app")
    card = soup.select_one('[data-list="overdue"] > section')
    assert card.find("h2").get_text() == "2026年11月"
    assert "已过截止 2 天" in card.get_text()
    assert soup.find("h1").get_text() == "2026年12月"


def test_entries_of_a_forgotten_month_are_shown(signed_in, known, world):
    known.push(event(world.units["group"]))
    with at("2026-12-02"):
        line = signed_in("leader").get("/app").select_one(".entries > li")
    assert "11月21日 · 计入2026年11月" in line.get_text()


def test_entries_after_the_report_are_shown_with_their_month(signed_in, known, world):
    known.push(report(world.units["group"], values={}), event(world.units["group"]))
    line = signed_in("leader").get("/app").select_one(".entries > li")
    assert "计入2026年12月" in line.get_text()
    assert "补报" in line.get_text()


def test_offices_are_led_to_their_board(signed_in):
    response = signed_in("officer").client.get("/app")
    assert (response.status_code, response.headers["Location"]) == (303, "/app/board/202611")


def test_the_tab_leads_to_the_month_that_wants_a_report(signed_in, known):
    response = signed_in("leader").client.get("/app/report")
    assert response.headers["Location"] == "/app/report/202611"


def test_what_was_sent_is_listed_with_its_receipt(signed_in, known, world):
    (result,) = known.push(event(world.units["group"], persons=2))
    rows = signed_in("leader").get("/app/outbox").select('[data-list="sent"] > li')
    assert len(rows) == 4
    assert any(result["receipt"]["number"] in row.get_text() and "2 人" in row.get_text() for row in rows)
