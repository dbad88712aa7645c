"""Numbers, short codes and signatures."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from webapp.core.canonical import short_code
from webapp.receipts.rules import (
    clean_code,
    clean_number,
    is_genuine,
    looks_like_number,
    sign,
    signed_content,
    spell_time,
    with_check_digit,
)  # fmt: skip

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
THEN = datetime(2026, 11, 29, 13, 3, 11, tzinfo=UTC)
DIGITS = st.text("0123456789", min_size=15, max_size=15)
HASH = "7f3a92c1" + "0" * 56


def test_a_check_digit_as_on_cards():
    """Example number of ISO/IEC 7812-1, annex B, in fifteen digits."""
    assert with_check_digit("000007992739871")[-1] == "3"


@given(DIGITS, st.integers(0, 15), st.integers(1, 9))
def test_one_wrong_digit_is_never_another_receipt(digits, place, shift):
    number = with_check_digit(digits)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert clean_number(number) == number
    assert clean_number(wrong) is None
    assert looks_like_number(wrong)


@given(DIGITS)
def test_a_number_in_groups_is_the_same_number(digits):
    number = with_check_digit(digits)
    groups = [number[at : at + 4] for at in range(0, 16, 4)]
    assert {clean_number(gap.join(groups)) for gap in ("", " ", "-", "\u3000", "—", "\t")} == {number}


@pytest.mark.parametrize("typed", ["", "1", "1" * 15, "1" * 17, "abcdefghijklmnop", "12345678901234.5", "²" * 16])
def test_what_is_no_number(typed):
    assert clean_number(typed) is None


@pytest.mark.parametrize("typed", ["7F3A-92C1", "7f3a92c1", " 7F3A 92C1 ", "７Ｆ３Ａ－９２Ｃ１", "7F3A—92C1"])
def test_a_short_code_as_people_type_it(typed):
    assert clean_code(typed) == "7f3a92c1"


@pytest.mark.parametrize("typed", ["", "7F3A-92C", "7F3A-92C11", "7F3A-92CG", "7F3A/92C1"])
def test_what_is_no_short_code(typed):
    assert clean_code(typed) is None


@given(st.text("0123456789abcdef", min_size=64, max_size=64))
def test_a_short_code_leads_back_to_its_hash(content):
    assert content.startswith(clean_code(short_code(content)))


def test_times_are_told_in_shanghai_to_the_second():
    assert spell_time(THEN + timedelta(microseconds=999_999)) == "2026-11-29T21:03:11+08:00"


def test_what_is_signed_can_be_written_down():
    assert signed_content("1", "ab", THEN, THEN).decode() == (
        '{"declared_at":"2026-11-29T21:03:11+08:00","hash":"ab","number":"1","received_at":"2026-11-29T21:03:11+08:00"}'
    )


def test_a_receipt_is_genuine_until_anything_in_it_changes():
    slip = sign(KEY, "1" * 16, HASH, THEN, THEN)
    assert is_genuine(KEY.public_key(), slip)
    later = THEN + timedelta(seconds=1)
    for changed in ({"number": "2" * 16}, {"hash": "0" * 64}, {"declared_at": later}, {"received_at": later}):
        assert not is_genuine(KEY.public_key(), slip._replace(**changed))


@pytest.mark.parametrize("signature", ["", "A", "not base64!", "A" * 86, "é"])
def test_an_odd_signature_is_false_and_no_error(signature):
    slip = sign(KEY, "1" * 16, HASH, THEN, THEN)._replace(signature=signature)
    assert not is_genuine(KEY.public_key(), slip)


def test_another_key_did_not_sign_it():
    other = Ed25519PrivateKey.from_private_bytes(b"o" * 32)
    assert not is_genuine(other.public_key(), sign(KEY, "1" * 16, HASH, THEN, THEN))
