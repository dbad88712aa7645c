"""Cards: tokens, numbers, and codes that stay small."""

import hashlib
import string
from base64 import urlsafe_b64decode

import pytest

from webapp.cards.rules import (
    ALPHABET,
    LARGEST_VERSION,
    LEVEL,
    LONGEST_HOST,
    SIZES,
    TOKEN_LETTERS,
    card_number,
    clean_number,
    clean_size,
    looks_like_token,
    phone_hash,
    printed_address,
    spaced,
    token_hash,
)
from webapp.core.qr import QUIET, draw

TOKEN = "ABCDEFGHIJKLMNOPQRSTUVW234"
SHORT = set(string.ascii_uppercase + string.digits + " $%*+-./:")  # what the alphanumeric mode writes


def host(length: int) -> str:
    """Return a host name of `length` letters."""
    return f"{'a' * (length - 7)}.gov.cn"[-length:]


def test_a_token_has_130_bits():
    assert len(set(ALPHABET)) == 32
    assert TOKEN_LETTERS * 5 >= 128


@pytest.mark.parametrize(
    ("length", "version"), [(7, 3), (10, 3), (11, 4), (30, 4), (31, 5), (LONGEST_HOST, 5), (LONGEST_HOST + 1, 6)]
)
def test_the_code_stays_small_for_hosts_of_up_to_fifty_letters(length, version):
    assert LONGEST_HOST == 50
    text = printed_address(f"https://{host(length)}/", TOKEN)
    assert set(text) <= SHORT
    assert draw(text, LEVEL).version == version
    assert (version <= LARGEST_VERSION) == (length <= LONGEST_HOST)


def test_every_module_is_half_a_millimetre_wide_on_the_smallest_label():
    text = printed_address(f"https://{host(LONGEST_HOST)}/", TOKEN)
    assert min(SIZES) / draw(text, LEVEL).size >= 0.5
    assert draw(text, LEVEL).size == 37 + 2 * QUIET


def test_small_letters_mean_the_same_token():
    assert token_hash(TOKEN.lower()) == token_hash(TOKEN) == hashlib.sha256(TOKEN.encode()).digest()
    assert looks_like_token(TOKEN.lower())


@pytest.mark.parametrize("text", ["", TOKEN[:-1], TOKEN + "A", "1" * 26, "É" * 26, TOKEN[:-1] + "\n", "\ud800" * 26])
def test_other_texts_are_no_tokens(text):
    assert not looks_like_token(text)
    assert len(token_hash(text)) == 32


def test_phones_keep_half_of_the_hash():
    hashed = token_hash(TOKEN)
    assert urlsafe_b64decode(phone_hash(hashed) + "==") == hashed[:16]
    assert "=" not in phone_hash(hashed)


@pytest.mark.parametrize("typed", ["1234566", "123 4566", " 123-4566 ", "１２３４５６６", "123—4566"])
def test_a_number_is_read_however_it_is_typed(typed):
    assert card_number("123456") == "1234566"
    assert clean_number(typed) == "1234566"


@pytest.mark.parametrize("typed", ["", "1234567", "1243566", "123456", "12345666", "一二三四五六七", "²234566"])
def test_a_mistyped_number_is_none(typed):
    assert clean_number(typed) is None


def test_every_single_wrong_digit_is_noticed():
    right = card_number("904817")
    for place in range(7):
        for digit in string.digits:
            wrong = right[:place] + digit + right[place + 1 :]
            assert (clean_number(wrong) == right) == (wrong == right)


def test_numbers_are_shown_in_two_parts():
    assert spaced("1234566") == "123 4566"


def test_sizes():
    assert [clean_size(text) for text in ("25", "60", "40", "41", "", None)] == [25, 60, 40, 40, 40, 40]
