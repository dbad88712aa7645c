"""Shapes that forms and phones share."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.core.fields import Choice, Count, DateField, Flag, MonthField, RecordSchema, Text, UnitId, as_count, load


class Everything(RecordSchema):
    """One field of each kind."""

    count = Count(1, 99)
    day = DateField()
    text = Text(5)
    kind = Choice(frozenset({"a", "b"}))
    flag = Flag()
    month = MonthField()
    unit = UnitId()


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists, max_leaves=5))
def test_whatever_comes_is_loaded_or_told(value: Any) -> None:
    for name in Everything().fields:
        data, problems = load(Everything(), {name: value})
        assert not (data and problems)
        assert all(problem.field == name and problem.code and problem.sentence for problem in problems)


@given(st.integers(1, 99))
def test_a_count_is_the_same_from_a_form_and_from_a_phone(number: int) -> None:
    assert (
        load(Everything(), {"count": number}) == load(Everything(), {"count": f" {number} "}) == ({"count": number}, [])
    )


@pytest.mark.parametrize("value", [1.9, 2.0, True, "1.0", "+1", "-1", "１", "1e3", "", " ", None, "0x1", "1_0"])
def test_only_whole_numbers_count(value: Any) -> None:
    with pytest.raises(ValueError, match="not a count"):
        as_count(value)


@given(st.dates(date(1000, 1, 1)))
def test_dates_stay_dates(day: date) -> None:
    assert load(Everything(), {"day": day.isoformat()}) == ({"day": day}, [])


def test_blank_options_are_left_out_and_unknown_keys_refused() -> None:
    assert load(Everything(), {"text": "", "count": ""}) == ({}, [])
    assert [problem.code for problem in load(Everything(), {"name": "x"})[1]] == ["unknown"]
