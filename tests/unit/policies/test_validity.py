"""What is in force where and when, whatever editions there are."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.policies.rules import (
    EXPIRED,
    IN_FORCE,
    LEAST_DAYS,
    REPEALED,
    SUPERSEDED,
    TAKEN_DOWN,
    UPCOMING,
    Dated,
    current,
    in_force,
    is_early,
    last_day,
    may_review,
    nearest,
    order,
    state_on,
)

DAY = date(2020, 5, 1)
DAYS = st.dates(date(2019, 1, 1), date(2021, 12, 31))
PATH = ("province", "county", "community")


@st.composite
def dated(draw, number=1):
    first = draw(DAYS)
    later = st.integers(0, 400).map(lambda days: first + timedelta(days))
    return Dated(
        f"e{number}",
        number,
        first,
        draw(st.none() | later),
        draw(st.none() | later),
        draw(st.none() | st.none() | DAYS),
    )


@st.composite
def families(draw):
    return [draw(dated(number)) for number in range(1, draw(st.integers(0, 5)) + 1)]


@given(families(), DAYS)
def test_one_edition_at_most_is_in_force(editions, day):
    states = [state_on(each, editions, day) for each in editions]
    found = in_force(editions, day)
    assert states.count(IN_FORCE) == (0 if found is None else 1)
    if found:
        assert found.valid_from <= day
        assert found.valid_to is None or day <= found.valid_to
        assert found.repealed_on is None or day < found.repealed_on
        assert not found.taken_down_on
        later = [each for each in editions if order(each) > order(found) and not each.taken_down_on]
        assert all(day < each.valid_from for each in later)


@given(families(), DAYS)
def test_the_last_day_is_the_last(editions, day):
    """`last_day` and `state_on` say the same: in force from the first day to the last, on no day after."""
    for each in editions:
        if each.taken_down_on:
            continue
        end = last_day(each, editions)
        is_within = each.valid_from <= day and (end is None or day <= end)
        assert (state_on(each, editions, day) == IN_FORCE) == is_within


@given(families(), DAYS)
def test_the_order_in_which_they_are_read_makes_no_difference(editions, day):
    assert in_force(editions, day) == in_force(list(reversed(editions)), day)
    assert current(editions, day) == current(list(reversed(editions)), day)


@given(st.dictionaries(st.sampled_from([*PATH, "neighbour", "group"]), families()), DAYS)
def test_the_nearest_on_the_path_speaks(documents, day):
    found = nearest(documents, PATH, day)
    holding = [owner for owner in reversed(PATH) if in_force(documents.get(owner, []), day)]
    if holding:
        assert found == (holding[0], in_force(documents[holding[0]], day))
    elif found:
        owner, edition = found
        assert owner in PATH
        assert edition.valid_from <= day
        assert state_on(edition, documents[owner], day) in {EXPIRED, REPEALED, TAKEN_DOWN}
    else:
        assert all(day < each.valid_from for owner in PATH for each in documents.get(owner, []))


@given(st.dictionaries(st.sampled_from([*PATH, "neighbour"]), families()), DAYS)
def test_who_is_not_on_the_path_is_never_seen(documents, day):
    on_path = {owner: editions for owner, editions in documents.items() if owner in PATH}
    assert nearest(documents, PATH, day) == nearest(on_path, PATH, day)


FEE = Dated("fee", 1, date(2002, 9, 1), repealed_on=date(2021, 8, 20))
THREE = Dated("three", 2, date(2021, 8, 20))
LONG = Dated("long", 1, date(2019, 1, 1))
TRIAL = Dated("trial", 1, date(2020, 1, 1), date(2020, 6, 30))


@pytest.mark.parametrize(
    ("editions", "day", "number", "state"),
    [
        ([FEE], date(2002, 8, 31), None, UPCOMING),
        ([FEE], DAY, 1, IN_FORCE),
        ([FEE], date(2021, 8, 19), 1, IN_FORCE),
        ([FEE], date(2021, 8, 20), 1, REPEALED),
        ([FEE, THREE], DAY, 1, IN_FORCE),
        ([FEE, THREE], date(2021, 8, 20), 2, SUPERSEDED),
        ([TRIAL], date(2020, 6, 30), 1, IN_FORCE),
        ([TRIAL], date(2020, 7, 1), 1, EXPIRED),
        ([TRIAL, Dated("next", 2, date(2020, 9, 1))], date(2020, 8, 1), 1, EXPIRED),
        # The same first day: the greater number corrects the smaller, also by repealing it.
        ([TRIAL, Dated("right", 2, date(2020, 1, 1))], DAY, 2, SUPERSEDED),
        ([TRIAL, Dated("repeal", 2, date(2020, 1, 1), repealed_on=date(2020, 3, 1))], DAY, 2, SUPERSEDED),
        # One that ends itself does not bring the earlier one back.
        ([LONG, Dated("short", 2, date(2020, 1, 1), date(2020, 2, 1))], DAY, 2, SUPERSEDED),
        # One that was taken down does.
        ([LONG, Dated("wrong", 2, date(2020, 1, 1), taken_down_on=DAY)], DAY, 1, IN_FORCE),
        ([Dated("wrong", 1, date(2020, 1, 1), taken_down_on=DAY)], DAY, 1, TAKEN_DOWN),
    ],
)  # fmt: skip
def test_who_speaks_on_a_day_and_what_the_first_one_is_then(editions, day, number, state):
    found = current(editions, day)
    assert (found.number if found else None) == number
    assert state_on(editions[0], editions, day) == state


def test_a_display_is_early_until_its_fifteen_days_are_over():
    first = date(2026, 11, 1)
    assert is_early(first, first + timedelta(LEAST_DAYS - 1))
    assert not is_early(first, first + timedelta(LEAST_DAYS))


def test_nobody_reviews_their_own_words():
    assert not may_review(["a", "b"], "b")
    assert may_review(["a"], "b")
