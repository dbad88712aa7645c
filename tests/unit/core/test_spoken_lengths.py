"""Lengths of time as a person says them, and instants as a page writes them."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from flask_babel import force_locale

from webapp.core.spoken import FILTERS, months_text


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("months", "said"),
    [
        (1, ("1个月", "1 month")), (6, ("6个月", "6 months")), (12, ("1年", "1 year")), (13, ("13个月", "13 months")),
        (18, ("18个月", "18 months")), (24, ("2年", "2 years")), (59, ("59个月", "59 months")),
        (60, ("5年", "5 years")),
    ],
)  # fmt: skip
def test_months(app: Flask, months: int, said: tuple[str, str]) -> None:
    with app.test_request_context():
        for language, text in zip(("zh_Hans", "en"), said, strict=True):
            with force_locale(language):
                assert months_text(months) == text


def test_a_line_of_a_page_breaks_before_a_time_and_never_within_a_day() -> None:
    assert FILTERS["moment"](datetime(2026, 11, 21, 12, 3, 11, tzinfo=UTC)) == (
        '<span class="number">2026-11-21</span> 20:03'
    )
