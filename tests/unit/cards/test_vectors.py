"""Phones know cards by the same rules: these cases are theirs, too (tests/js/domain_card.test.js)."""

import pytest

from tests.support.vectors import vectors
from webapp.cards.rules import clean_number, looks_like_token, phone_hash, token_hash

CASES = vectors("cards")


@pytest.mark.parametrize("case", CASES["hashes"], ids=lambda case: case["token"])
def test_hashes(case: dict[str, str]) -> None:
    assert phone_hash(token_hash(case["token"])) == case["hash"]


@pytest.mark.parametrize(("typed", "number"), CASES["numbers"])
def test_numbers(typed: str, number: str | None) -> None:
    assert clean_number(typed) == number


@pytest.mark.parametrize("token", [token for _, _, token in CASES["addresses"] if token])
def test_tokens(token: str) -> None:
    assert looks_like_token(token)
