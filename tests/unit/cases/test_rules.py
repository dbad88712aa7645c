"""Who gets a case and by when, who never sees it, and what its key is made of."""

import math
from datetime import UTC, date, datetime, timedelta

import pytest

from webapp.cases import rules
from webapp.cases.rules import NO_COMMUNITY, NO_PLACE, NO_TOWNSHIP, NOBODY_ABOVE, UNSURE_OF_ALL, Spot, Way

COUNTY, TOWNSHIP, COMMUNITY, GROUP = (
    Spot("c", "county"), Spot("t", "township"), Spot("v", "community"), Spot("g", "group")
)  # fmt: skip
IN_COMMUNITY, IN_TOWNSHIP = [COUNTY, TOWNSHIP, COMMUNITY], [COUNTY, TOWNSHIP]


@pytest.mark.parametrize(
    ("kind", "about", "spots", "way"),
    [
        ("complaint", "community", IN_COMMUNITY, Way("t", "v")),
        ("complaint", "township", IN_COMMUNITY, Way("c", "t")),
        ("complaint", "township", IN_TOWNSHIP, Way("c", "t")),
        ("complaint", "leader", IN_COMMUNITY, Way("v")),
        ("complaint", "leader", [*IN_COMMUNITY, GROUP], Way("v")),
        ("complaint", "unsure", IN_COMMUNITY, Way("t", "v")),
        ("complaint", "unsure", IN_TOWNSHIP, Way("c", "t")),
        ("complaint", "unsure", [COUNTY], UNSURE_OF_ALL),
        ("complaint", None, IN_COMMUNITY, Way("t", "v")),
        ("complaint", "system", IN_COMMUNITY, Way("c")),
        ("complaint", "county", IN_COMMUNITY, NOBODY_ABOVE),
        ("complaint", "community", IN_TOWNSHIP, NO_COMMUNITY),
        ("complaint", "leader", IN_TOWNSHIP, NO_COMMUNITY),
        ("complaint", "township", [COUNTY], NO_TOWNSHIP),
        ("complaint", "community", [Spot("p", "province")], NO_PLACE),
        ("data", "access", IN_COMMUNITY, Way("v")),
        ("help", None, [*IN_COMMUNITY, GROUP], Way("v")),
        ("help", None, [COUNTY], Way("c")),
        ("suggestion", None, IN_COMMUNITY, Way("c")),
        ("suggestion", None, [], NO_PLACE),
    ],
)
def test_a_case_goes_past_whom_it_is_about(kind, about, spots, way):
    assert rules.way_of(kind, about, spots) == way


def test_where_nobody_works_the_next_office_gets_it_and_never_the_one_that_is_meant():
    empty = Spot("t", "township", is_staffed=False)
    assert rules.way_of("complaint", "community", [COUNTY, empty, COMMUNITY]) == Way("c", "v")
    assert rules.way_of("help", None, [COUNTY, TOWNSHIP, Spot("v", "community", is_staffed=False)]) == Way("t")
    nobody = [spot._replace(is_staffed=False) for spot in IN_COMMUNITY]
    assert rules.way_of("complaint", "community", nobody) == Way("c", "v")
    assert rules.superior([COUNTY, empty, COMMUNITY]) == "c"


def test_above_a_county_there_is_nobody():
    assert rules.superior(IN_COMMUNITY) == "t"
    assert rules.superior([Spot("p", "province"), COUNTY]) is None


@pytest.mark.parametrize(
    ("named", "path", "barred"),
    [
        ("t", "/c/t/", True),
        ("t", "/c/t/v/", True),
        ("t", "/c/", False),
        ("t", "/c/tt/", False),
        ("", "/c/", False),
        ("tn", "/c/n/", True),
        ("tn", "/c/o/", False),
    ],
)
def test_barred_is_who_is_meant_and_who_stands_under_them(named, path, barred):
    assert rules.is_barred(named, path) is barred


@pytest.mark.parametrize(
    ("kind", "day", "due", "is_sure"),
    [
        ("help", "2026-11-20", "2026-12-01", True),  # a Friday, 7 working days
        ("complaint", "2026-02-10", "2026-03-09", True),  # over the Spring Festival, with two Saturdays that are worked
        ("help", "2026-09-18", "2026-09-29", True),  # Sunday the 20th is worked, 25 to 27 are off
        ("help", "2025-09-25", "2025-10-11", True),  # 28 September and 11 October are worked, 1 to 8 October are off
        ("suggestion", "2026-04-28", "2026-05-21", True),  # 1 to 5 May are off, Saturday the 9th is worked
        ("complaint", "2026-12-20", "2027-01-08", False),  # 1 January of a year whose holidays nobody arranged yet
        ("help", "2030-01-04", "2030-01-15", False),
        ("data", "2026-11-21", "2026-12-21", True),  # thirty days are thirty days
        ("data", "2026-12-20", "2027-01-19", True),
    ],
)
def test_due_dates(kind, day, due, is_sure):
    assert rules.due_on(kind, date.fromisoformat(day)) == (date.fromisoformat(due), is_sure)


def test_a_year_has_as_many_working_days_as_was_arranged():
    """248 in 2025 and 2026: 365 days, less weekends, less 13 legal holidays that do not fall on them."""
    for year in (2025, 2026):
        days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
        assert sum(map(rules.is_working_day, days)) == 248
        arranged = rules.holidays()[year]
        assert not arranged.off & arranged.work
        assert all(day.weekday() >= 5 and day.year == year for day in arranged.work)
        assert arranged.reference.startswith("国办发明电")


def test_promises_are_dated_and_say_where_they_come_from_in_each_language():
    assert {promise.kind for promise in rules.promises()} == set(rules.KINDS)
    assert all(set(promise.source) == {"zh-Hans", "zh-Hant", "en"} for promise in rules.promises())
    assert rules.promise_of("help", date(2020, 1, 1)).days == 7, "before the first promise, that one"


def test_secrets_are_too_many_to_guess_and_can_be_written_by_hand():
    assert len(set(rules.ALPHABET)) == len(rules.ALPHABET)
    assert math.log2(len(rules.ALPHABET)) * rules.SECRET_LETTERS >= 128
    assert not set("01256ILOSUZ8") & set(rules.ALPHABET)
    assert rules.secret_from(bytes(32)) == "A" * 28
    assert len(rules.secret_from(b"\xff" * 32)) == 28
    spelled = {rules.secret_from(n.to_bytes(32, "big")) for n in range(5000)}
    assert len(spelled) == 5000


def test_a_secret_is_read_however_it_was_copied():
    secret = "ABCD3479VWXYABCDBGVQABCDEFGH"
    typed = "abcd-3479 vwxy－ＡＢＣＤ 86uq abcd efgh"
    assert rules.clean_secret(typed) == secret
    assert rules.secret_hash(secret) != rules.secret_hash(secret[:-1])
    assert "".join(rules.groups_of(secret)) == secret


def test_a_mistyped_number_is_noticed():
    number = rules.case_number("123456789")
    assert rules.is_number(number) and rules.clean_number(" １２３ 456-789" + number[-1]) == number
    assert rules.spaced_number(number) == f"123 456 789{number[-1]}"
    wrong = [number[:at] + str((int(number[at]) + 1) % 10) + number[at + 1 :] for at in range(10)]
    assert not any(rules.is_number(each) for each in wrong)
    assert not rules.is_number("١" * 10) and not rules.is_number("")


def test_what_the_resident_may_do_next():
    today, noon = date(2026, 11, 21), datetime(2026, 11, 21, 4, tzinfo=UTC)
    assert not rules.may_escalate("received", today, None, today)
    assert rules.may_escalate("received", today - timedelta(days=1), None, today)
    assert rules.may_escalate("answered", today, None, today)
    assert rules.may_escalate("closed", today, noon - timedelta(days=30), today)
    assert not rules.may_escalate("closed", today, noon - timedelta(days=31), today)
    assert rules.may_rate("answered", None) and not rules.may_rate("answered", 3)
    assert not rules.may_rate("received", None)
    assert rules.may_answer("escalated") and rules.may_answer("answered") and not rules.may_answer("closed")
