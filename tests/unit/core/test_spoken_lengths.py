"""Lengths of time as a person says them."""

import pytest
from flask import Flask
from flask_babel import force_locale

from webapp.core.spoken import months_text


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
