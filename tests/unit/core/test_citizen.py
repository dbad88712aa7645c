"""Citizen numbers, and what lists show of personal data."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.core.citizen import (
    age_on,
    birth_of,
    check_of,
    has_long_number,
    is_citizen_number,
    is_region,
    masked_name,
    masked_number,
    masked_phone,
    sex_of,
)

NUMBERS = ["11010519491231002X", "440524188001010014"]  # the examples of GB 11643-1999
DIGITS = "0123456789X"


@st.composite
def numbers(draw: st.DrawFn) -> str:
    """Draw a number as the standard makes them: any division, a real day, any sequence, the check that follows."""
    area = draw(st.integers(110000, 999999))
    birth = draw(st.dates(date(1880, 1, 1), date(2026, 11, 21)))
    body = f"{area}{birth:%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return body + check_of(body)


@pytest.mark.parametrize("number", NUMBERS)
def test_the_examples_of_the_standard_hold(number: str) -> None:
    assert is_citizen_number(number)


@given(numbers())
def test_every_number_that_is_made_by_the_rule_holds(number: str) -> None:
    assert is_citizen_number(number)
    assert f"{birth_of(number):%Y%m%d}" == number[6:14]
    assert (sex_of(number) == "m") == (int(number[16]) % 2 == 1)


@given(numbers(), st.integers(0, 17), st.sampled_from(DIGITS))
def test_one_wrong_sign_is_noticed(number: str, place: int, sign: str) -> None:
    changed = number[:place] + sign + number[place + 1 :]
    assert is_citizen_number(changed) == (changed == number)


@given(numbers(), st.integers(0, 15))
def test_two_neighbours_that_changed_places_are_noticed(number: str, place: int) -> None:
    changed = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert is_citizen_number(changed) == (changed == number)


@pytest.mark.parametrize("text", ["", "1", "11010519491231002x", "110105194912310021", "11010519491331002X", "０" * 18])
def test_what_is_no_number(text: str) -> None:
    assert not is_citizen_number(text)


def test_what_lists_show() -> None:
    assert masked_number("11010519491231002X") == "110105********002X"
    assert [masked_name(name) for name in ("", "王", "王明", "王小明", "阿卜杜拉")] == ["", "王", "王*", "王**", "阿**"]
    assert [masked_phone(text) for text in ("", "199-0000-0037", "6123456", "+8619900000037")] == [
        "", "199****0037", "****56", "+86****0037",
    ]  # fmt: skip


def test_codes_of_regions() -> None:
    assert [is_region(text) for text in ("331126", "110000", "991126", "33112", "3311260", "３３１１２６")] == [
        True, True, False, False, False, False,
    ]  # fmt: skip


def test_long_numbers_in_a_remark() -> None:
    assert [has_long_number(text) for text in ("电话13800001111", "１３８００００１１１１", "1234567890", "")] == [
        True, True, False, False,
    ]  # fmt: skip


def test_age_changes_on_the_birthday() -> None:
    assert [age_on(date(2012, 11, 22), date(2026, 11, day)) for day in (21, 22, 23)] == [13, 14, 14]
