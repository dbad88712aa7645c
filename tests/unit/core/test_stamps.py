"""Stamps of forms: robots are too fast or bring none."""

from datetime import UTC, datetime, timedelta

import pytest

from webapp.core.stamps import FASTEST, ODD, TOO_FAST, is_second, problem_with_stamp, second_of, stamped

SHOWN = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
STAMP = stamped(SHOWN, "a" * 32)


@pytest.mark.parametrize(
    ("after", "wrong"),
    [
        (timedelta(0), TOO_FAST),
        (FASTEST - timedelta(seconds=1), TOO_FAST),
        (FASTEST, None),
        (timedelta(hours=47), None),
        (timedelta(hours=49), ODD),
        (timedelta(seconds=-60), TOO_FAST),
    ],
)
def test_a_person_takes_some_seconds_and_at_most_two_days(after, wrong):
    assert problem_with_stamp(STAMP, "a" * 32, SHOWN + after) == wrong


@pytest.mark.parametrize("stamp", ["", ".", "x.y", "9" * 30 + "." + "a" * 32, STAMP[:-1], STAMP + "a", "²." + "a" * 32])
def test_other_stamps_prove_nothing(stamp):
    assert problem_with_stamp(stamp, "a" * 32, SHOWN + timedelta(minutes=1)) is ODD


def test_the_second_is_what_stands_before_the_dot():
    assert second_of(STAMP) == str(int(SHOWN.timestamp()))
    assert is_second(second_of(STAMP))
    assert not is_second("")
