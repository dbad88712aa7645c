"""What is sealed opens again, for the same place, with the same key, unchanged; in no other case."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.support.seal import seal_record
from tests.support.vectors import vectors
from webapp.core import crypto
from webapp.core.crypto import Unopened

Json = dict[str, Any]
VECTORS = vectors("seal")
SERVER = crypto.from_text(VECTORS["server"]["public"])
PRIVATE = crypto.load_private(crypto.from_text(VECTORS["server"]["private"]))

leaves = some.none() | some.booleans() | some.integers(-(2**53), 2**53) | some.text(max_size=20)
values = some.recursive(
    leaves, lambda each: some.lists(each, max_size=4) | some.dictionaries(some.text(max_size=8), each, max_size=4)
)
contents = some.dictionaries(some.text(max_size=8), values, max_size=5)
patient = settings(deadline=None)  # how long one takes says nothing on a busy machine
keys = some.binary(min_size=32, max_size=32)


@patient
@given(keys, some.text(max_size=40), contents)
def test_content_comes_back(key: bytes, subject: str, content: Json) -> None:
    assert crypto.unseal(key, subject, crypto.seal(key, subject, content)) == content


@patient
@given(keys, some.binary(max_size=40), some.binary(max_size=200))
def test_bytes_come_back_and_differ_each_time(key: bytes, about: bytes, plain: bytes) -> None:
    first, second = crypto.seal_bytes(key, about, plain), crypto.seal_bytes(key, about, plain)
    assert first != second
    assert crypto.unseal_bytes(key, about, first) == crypto.unseal_bytes(key, about, second) == plain


@patient
@given(some.binary(min_size=1, max_size=60), some.data())
def test_any_changed_bit_is_noticed(plain: bytes, data: some.DataObject) -> None:
    key = bytes(32)
    sealed = bytearray(crypto.seal_bytes(key, b"here", plain))
    sealed[data.draw(some.integers(0, len(sealed) - 1))] ^= 1 << data.draw(some.integers(0, 7))
    with pytest.raises(Unopened):
        crypto.unseal_bytes(key, b"here", bytes(sealed))


@patient
@given(some.integers(0, 40))
def test_what_was_cut_off_is_noticed(length: int) -> None:
    sealed = crypto.seal_bytes(bytes(32), b"", b"content of some length")
    with pytest.raises(Unopened):
        crypto.unseal_bytes(bytes(32), b"", sealed[:length])


def test_another_key_or_place_opens_nothing() -> None:
    sealed = crypto.seal(bytes(32), "one", {"name": "李"})
    for key, subject in ((b"\x01" * 32, "one"), (bytes(32), "two")):
        with pytest.raises(Unopened):
            crypto.unseal(key, subject, sealed)


def test_a_wrapped_key_opens_under_its_name_only() -> None:
    key, secret = crypto.new_key(), crypto.new_key()
    wrapped = crypto.wrap(key, "one", secret)
    assert crypto.unwrap(key, "one", wrapped) == secret
    with pytest.raises(Unopened):
        crypto.unwrap(key, "two", wrapped)
    with pytest.raises(Unopened):  # nor is it content of the same name
        crypto.unseal_bytes(key, b"one", wrapped)


def test_keys_for_different_purposes_differ() -> None:
    secret = bytes(range(32))
    made = {crypto.derived(secret, label) for label in ("wrap", "search", "columns")}
    assert len(made) == 3 and secret not in made


@patient
@given(some.binary(max_size=80))
def test_base64url_there_and_back(raw: bytes) -> None:
    assert crypto.from_text(crypto.to_text(raw)) == raw


@pytest.mark.parametrize("text", ["A", "AA==", "A+BC", "A/BC", "A BC", "ABCD\n", "三", None, 7, b"AAAA"])
def test_what_is_no_base64url(text: object) -> None:
    with pytest.raises(Unopened):
        crypto.from_text(text)


def test_a_pair_is_named_by_its_public_half() -> None:
    first, second = crypto.new_box(), crypto.new_box()
    assert first.kid != second.kid and len(first.kid) == 12
    assert (len(first.public), first.public[:1], len(first.private)) == (65, b"\x04", 32)


@patient
@given(contents, some.uuids(), some.sampled_from(["event", "visit", "household"]))
def test_a_record_sealed_by_a_phone_opens(data: Json, record_id: object, kind: str) -> None:
    place = crypto.record_place(str(record_id), kind)
    envelope = seal_record(SERVER, "kid", place, data)
    assert set(envelope) == {"kid", "key", "iv", "box"}
    assert crypto.open_record(PRIVATE, SERVER, place, envelope) == data


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_vectors_open(case: Json) -> None:
    place, sealed = crypto.record_place(case["id"], case["type"]), case["sealed"]
    assert crypto.open_record(PRIVATE, SERVER, place, sealed) == case["data"] == json.loads(case["plain"])
    phone = crypto.load_private(crypto.from_text(case["ephemeral_private"]))
    key = crypto.shared_key(phone, SERVER, crypto.from_text(sealed["key"]), SERVER)
    assert crypto.to_text(key) == case["record_key"]


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["name"])
def test_vectors_that_do_not_open(case: Json) -> None:
    known = case["sealed"].get("kid") == VECTORS["server"]["kid"]
    if not known:
        return  # whose name is unknown is found out before anything is opened (tests/sync/test_sealed.py)
    with pytest.raises(Unopened):
        crypto.open_record(PRIVATE, SERVER, crypto.record_place(case["id"], case["type"]), case["sealed"])
