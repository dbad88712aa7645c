"""The report's rules: the cases shared with the phone, and what must hold whatever happened in a month."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.vectors import in_chinese, monthly, repeated, vectors
from webapp.core.errors import Problem
from webapp.core.period import Month, first_open, window_problem, window_start
from webapp.events.rules import KINDS
from webapp.reports.rules import (
    NEXT,
    SENTENCES,
    balance,
    balance_sentence,
    computed,
    fill,
    is_nil,
    problems_with_report,
    problems_with_step,
)  # fmt: skip

CASES = vectors("report")
FORM = monthly()
TODAY = date(2026, 11, 21)
NOVEMBER = Month(2026, 11)


def report_of(case):
    """Return the report and what it is checked against, as a shared case describes them."""
    values = {**CASES["good"], **case.get("set", {})} if "values" not in case else dict(case["values"])
    for code in case.get("drop", []):
        del values[code]
    adjustments = [dict(adjustment) for adjustment in case.get("adjustments", [])]
    for adjustment in adjustments if "reason" in case else []:
        adjustment["reason"] = repeated(case["reason"])
    data = {"form": case.get("form", FORM.ref), "values": values, "adjustments": adjustments}
    previous = case.get("previous", CASES["previous"])
    doors = CASES["doors"] if case.get("with_doors") else None
    noted = CASES["noted"] if case.get("with_noted") else ()
    cells = computed(FORM, case.get("events", CASES["events"]), previous, doors, noted)
    return {**data, "nil": case.get("nil", False)}, cells, previous


def test_computed_is_as_shared():
    cells = computed(FORM, CASES["events"], CASES["previous"])
    for code, (value, where, source) in CASES["computed"].items():
        assert (cells[code].value, list(cells[code].where), cells[code].from_) == (value, where, source)
    assert list(cells) == [measure.code for measure in FORM.measures]


def test_what_comes_of_a_round_is_as_shared():
    cells = computed(FORM, CASES["events"], CASES["previous"], CASES["doors"])
    for code, (value, where, source) in CASES["at_doors"].items():
        assert (cells[code].value, list(cells[code].where), cells[code].from_) == (value, where, source)


def test_what_comes_of_work_for_everybody_is_as_shared():
    cells = computed(FORM, CASES["events"], CASES["previous"], noted=CASES["noted"])
    for code, (value, where, source) in CASES["of_outreach"].items():
        assert (cells[code].value, list(cells[code].where), cells[code].from_) == (value, where, source)


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["name"])
def test_shared_cases(case):
    data, cells, previous = report_of(case)
    found = sorted(problems_with_report(FORM, data, cells, previous))
    expected = sorted(case["problems"], key=lambda each: each[0])
    assert [(p.field, f"report.{p.code}") for p in found] == [(e[0], e[1]) for e in expected]
    for problem, (_, _, *params) in zip(found, expected, strict=True):
        assert not params or in_chinese(problem) == params[0]
        assert problem.sentence == SENTENCES[problem.code]
        assert "sentence" not in case or problem.sentence % in_chinese(problem) == case["sentence"]
    filled = fill(FORM, data, cells)
    assert {code: filled[code] for code in case.get("filled", {})} == case.get("filled", {})


@pytest.mark.parametrize("case", CASES["gaps"], ids=lambda case: case["name"])
def test_shared_gaps(case):
    gap = balance(FORM, {**CASES["good"], **case["set"]}, CASES["events"])
    if not case["difference"]:
        assert gap is None
        return
    assert (gap.difference, gap.suspect) == (case["difference"], case["suspect"])
    assert list(gap.candidates) == case["candidates"]
    problem = balance_sentence(FORM, gap)
    assert "sentence" not in case or problem.sentence % in_chinese(problem) == case["sentence"]


def test_the_sentence_is_made_of_the_forms_words_in_every_language():
    gap = balance(FORM, {**CASES["good"], "closing_persons": 43})
    sums = balance_sentence(FORM, gap).params["sum"]
    assert sums["en"] == "last month 42 + births 1 − deaths 0 + moved in 5 − moved out 3"
    assert sums["zh-Hant"].startswith("上月 42 + 出生 1")


# ---- whatever happened in a month -----------------------------------------------------------------------------------

entries = st.builds(
    dict,
    kind=st.sampled_from(sorted(KINDS)),
    persons=st.integers(1, 9),
    households=st.integers(0, 3),
    service=st.sampled_from([None, "hukou_guidance"]),
    late=st.booleans(),
)
happenings = st.lists(entries, max_size=8).map(
    lambda rows: [{**row, "id": f"e{number}"} for number, row in enumerate(rows)]
)
closings = st.integers(100, 500)  # more than ever leave: a month cannot close below nobody
WORKED_OUT = {"previous", "events", "balance"}  # of a group that keeps no households
ENTERED = {measure.code: 0 for measure in FORM.measures if measure.source.kind not in WORKED_OUT}


def confirmed(events, closing):
    """Return the report of somebody who confirms what was computed, and what it was computed from."""
    previous = {"closing_persons": closing}
    cells = computed(FORM, events, previous)
    values = {code: cell.value for code, cell in cells.items() if cell.value is not None}
    return {"form": FORM.ref, "values": {**values, **ENTERED}}, cells, previous


@given(happenings, closings)
def test_what_is_computed_adds_up_and_is_a_report(events, closing):
    data, cells, previous = confirmed(events, closing)
    values = data["values"]
    assert values["closing_persons"] == (
        closing + values["births"] - values["deaths"] + values["persons_in"] - values["persons_out"]
    )
    assert balance(FORM, values, events) is None
    assert problems_with_report(FORM, data, cells, previous) == []


@given(happenings, closings)
def test_every_entry_is_behind_the_numbers_it_moved(events, closing):
    _, cells, _ = confirmed(events, closing)
    behind = {event_id for cell in cells.values() for event_id in cell.where}
    assert behind == {event["id"] for event in events}
    for code, kind in (
        ("births", "birth"),
        ("deaths", "death"),
        ("persons_in", "move_in"),
        ("persons_out", "move_out"),
    ):
        assert cells[code].value == sum(event["persons"] for event in events if event["kind"] == kind)


@given(happenings, closings)
def test_a_nil_report_holds_exactly_when_nothing_was_noted(events, closing):
    cells = computed(FORM, events, {"closing_persons": closing})
    data = {"form": FORM.ref, "nil": True, "values": {}}
    problems = problems_with_report(FORM, data, cells, {"closing_persons": closing})
    assert is_nil(FORM, cells) == (not events) == (not problems)


@given(happenings, st.none() | closings, st.booleans(), st.dictionaries(st.sampled_from(sorted(ENTERED)), st.just(0)))
def test_fill_is_idempotent_and_keeps_what_is_there(events, closing, nil, given_values):
    cells = computed(FORM, events, None if closing is None else {"closing_persons": closing})
    data = {"form": FORM.ref, "nil": nil, "values": given_values}
    once = fill(FORM, data, cells)
    assert fill(FORM, {**data, "values": once}, cells) == once
    assert given_values.items() <= once.items()
    assert nil or once == given_values


@given(happenings, closings, st.data())
def test_a_reason_explains_any_difference_and_nothing_less_does(events, closing, data):
    report, cells, previous = confirmed(events, closing)
    codes = [code for code in cells if code not in ENTERED]
    changed = data.draw(st.dictionaries(st.sampled_from(codes), st.integers(0, 999), min_size=1))
    values = report["values"] | changed
    reasons = [{"measure": code, "value": values[code], "reason": "核实过"} for code in codes]
    explained = {**report, "values": values, "adjustments": reasons}
    assert problems_with_report(FORM, explained, cells, previous) == []
    silent = {
        p.field.removeprefix("values.")
        for p in problems_with_report(FORM, explained | {"adjustments": []}, cells, previous)
    }
    differing = {code for code in changed if cells[code].from_ != "balance" and values[code] != cells[code].value}
    gap = balance(FORM, values)
    assert silent == differing | ({"closing_persons"} if gap else set())


# ---- 补报 and the steps of a report ----------------------------------------------------------------------------------

months = st.integers(-8, 3).map(NOVEMBER.plus)


def counting_month(day, closed, months_back):
    """Return the month that something of `day` counts in, and whether as 补报; or why it cannot be noted."""
    problem = window_problem(day, TODAY, window_start(TODAY, months_back))
    month = first_open(day, closed)
    return problem or (month, not month.contains(day))


@given(st.integers(-200, 40).map(lambda days: TODAY + timedelta(days=days)), st.sets(months))
def test_an_entry_counts_in_exactly_one_open_month_or_is_refused_with_a_reason(day, closed):
    found = counting_month(day, closed, 3)
    if isinstance(found, Problem):
        assert day > TODAY or day < date(2026, 8, 1)
        return
    month, late = found
    assert month not in closed
    assert late == (month != Month.of(day))
    assert late == (Month.of(day) in closed)


@pytest.mark.parametrize("case", vectors("month")["counting"], ids=lambda case: case["name"])
def test_shared_counting(case):
    closed = {Month.parse(month) for month in case["closed"]}
    found = counting_month(date.fromisoformat(case["date"]), closed, vectors("month")["months_back"])
    if isinstance(found, Problem):
        assert found.code == case["code"]
    else:
        assert (str(found[0]), found[1]) == (case["month"], case["late"])


def step(state, *, reason=None, month=NOVEMBER, corrects=False, form=FORM):
    data = {"state": state, "reason": reason}
    return [problem.code for problem in problems_with_step(data, form, month, TODAY, corrects=corrects)]


@pytest.mark.parametrize("state", ["empty", "submitted", "returned"])
def test_what_is_not_accepted_may_be_handed_in(state):
    assert step(state) == []


def test_an_accepted_month_is_corrected_with_a_reason_only():
    assert step("accepted", corrects=True) == ["correction"]
    assert step("accepted", corrects=True, reason="  ") == ["correction"]
    assert step("accepted", corrects=True, reason="漏记一户") == []


def test_a_locked_month_is_over():
    assert step("locked", corrects=True, reason="漏记一户") == ["locked"]


def test_a_month_that_has_not_begun_waits():
    assert step("empty", month=Month(2026, 12)) == ["not_begun"]
    assert step("empty", month=Month(2026, 10)) == []


def test_a_form_beyond_its_validity_is_refused_before_it_is_read():
    assert step("empty", month=Month(2024, 11)) == ["not_approved"]


def test_steps_lead_to_states_that_are_known():
    states = {"empty", "submitted", "returned", "accepted", "locked"}
    assert {state for state, _ in NEXT} | set(NEXT.values()) == states
    assert not [key for key in NEXT if key[0] == "locked"]
