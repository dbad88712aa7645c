"""What residents tell: as little as possible is asked, and there is a day by which somebody sees to it."""

from datetime import UTC, date, datetime

import pytest

from webapp.feedback.rules import KINDS, due_on, problems_with_telling


def test_the_day_is_a_week_later_in_the_office_s_own_time():
    assert due_on(datetime(2026, 11, 21, 15, 59, tzinfo=UTC)) == date(2026, 11, 28)
    assert due_on(datetime(2026, 11, 21, 16, 0, tzinfo=UTC)) == date(2026, 11, 29)


@pytest.mark.parametrize("kind", KINDS)
def test_only_a_new_number_must_be_told(kind):
    problems = problems_with_telling({"kind": kind})
    assert [problem.field for problem in problems] == (["phone"] if kind == "new_phone" else [])
    assert not problems_with_telling({"kind": kind, "phone": "13800001111"})
