"""Sealing and opening: AES-256-GCM, HKDF, HMAC and ECDH over P-256, all from `cryptography`; no secret is kept here."""

import hashlib
import hmac
import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from re import compile as pattern
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from webapp.core.canonical import canonical

VERSION = b"\x01"
KEY, NONCE, TAG = 32, 12, 16  # bytes
POINT = 65  # bytes of a point of P-256, uncompressed (SEC 1, 2.3.3)
RECORD = b"sanshi record 1"
_BASE64 = pattern(r"[A-Za-z0-9_-]*\Z")


class Unopened(Exception):
    """What was sealed cannot be opened: another key, another place, or not as it was sealed."""


class BoxPair(NamedTuple):
    """A key pair of P-256: its short name, the public point (65 bytes) and the private number (32 bytes)."""

    kid: str
    public: bytes
    private: bytes


def new_key() -> bytes:
    """Return a new random key of 256 bits."""
    return os.urandom(KEY)


def derived(secret: bytes, label: str) -> bytes:
    """Return the key for one purpose, `label`, that comes from `secret`; other labels give keys that say nothing."""
    return HKDF(SHA256(), KEY, salt=None, info=f"sanshi {label}".encode()).derive(secret)


def keyed(key: bytes, text: str) -> bytes:
    """Return the HMAC-SHA256 of `text`, 32 bytes: equal for equal texts, unreadable without `key`."""
    return hmac.digest(key, text.encode("utf-8", "surrogatepass"), "sha256")


def seal_bytes(key: bytes, about: bytes, plain: bytes) -> bytes:
    """Return `plain` sealed with `key` for the place that `about` names: version, nonce, ciphertext and tag.

    The nonce is fresh and random: good for 2^32 writes with one key (SP 800-38D, 8.3), more than a county ever makes.
    """
    nonce = os.urandom(NONCE)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, plain, VERSION + about)


def unseal_bytes(key: bytes, about: bytes, sealed: bytes) -> bytes:
    """Return what `seal_bytes` sealed for the same place. Raises Unopened for anything else."""
    if sealed[:1] != VERSION or len(sealed) < 1 + NONCE + TAG:
        raise Unopened
    try:
        return AESGCM(key).decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], VERSION + about)
    except InvalidTag as error:
        raise Unopened from error


def seal(key: bytes, subject_id: str, content: Mapping[str, Any]) -> bytes:
    """Return `content`, a JSON object without floats, sealed with the key of `subject_id` and bound to that id."""
    return seal_bytes(key, subject_id.encode(), canonical(dict(content)))


def unseal(key: bytes, subject_id: str, sealed: bytes) -> dict[str, Any]:
    """Return the content that `seal` sealed for `subject_id`. Raises Unopened for anything else."""
    content: dict[str, Any] = json.loads(
        unseal_bytes(key, subject_id.encode(), sealed).decode("utf-8", "surrogatepass")
    )
    return content


def wrap(key: bytes, name: str, secret: bytes) -> bytes:
    """Return the key `secret` sealed with `key`, bound to its `name`."""
    return seal_bytes(key, b"key " + name.encode(), secret)


def unwrap(key: bytes, name: str, wrapped: bytes) -> bytes:
    """Return the key that `wrap` sealed under `name`. Raises Unopened for anything else."""
    return unseal_bytes(key, b"key " + name.encode(), wrapped)


def to_text(raw: bytes) -> str:
    """Return `raw` as base64url without padding (RFC 4648, 5)."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def from_text(text: object) -> bytes:
    """Return the bytes that `text` spells in base64url without padding. Raises Unopened when it spells none."""
    if not isinstance(text, str) or not _BASE64.match(text) or len(text) % 4 == 1:
        raise Unopened
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def new_box() -> BoxPair:
    """Return a new key pair; its short name is made from the public half."""
    private = ec.generate_private_key(ec.SECP256R1())
    public = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    number = private.private_numbers().private_value.to_bytes(KEY, "big")
    return BoxPair(to_text(hashlib.sha256(public).digest()[:9]), public, number)


def load_private(number: bytes) -> ec.EllipticCurvePrivateKey:
    """Return the private key of P-256 whose number is `number`."""
    return ec.derive_private_key(int.from_bytes(number, "big"), ec.SECP256R1())


def shared_key(private: ec.EllipticCurvePrivateKey, other: bytes, ephemeral: bytes, server: bytes) -> bytes:
    """Return the AES key that `private` and the point `other` agree on for one record. Raises Unopened for no point."""
    if len(other) != POINT or other[:1] != b"\x04":
        raise Unopened
    try:
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), other)
    except ValueError as error:
        raise Unopened from error
    agreed = private.exchange(ec.ECDH(), point)
    return HKDF(SHA256(), KEY, salt=ephemeral + server, info=RECORD).derive(agreed)


def record_place(record_id: str, record_type: str) -> bytes:
    """Return what binds a sealed record to its id and type, so that it cannot be sent as another."""
    return f"{record_id}|{record_type}".encode("utf-8", "surrogatepass")


def open_record(
    private: ec.EllipticCurvePrivateKey, server: bytes, place: bytes, envelope: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the data in `envelope`: `{"kid", "key", "iv", "box"}`, sealed to the point `server` for `place`.

    Raises Unopened when it was sealed for somebody else, for another record, or is not whole.
    """
    ephemeral, iv, box = (from_text(envelope.get(name)) for name in ("key", "iv", "box"))
    if len(iv) != NONCE or len(box) < TAG:
        raise Unopened
    try:
        data = json.loads(AESGCM(shared_key(private, ephemeral, ephemeral, server)).decrypt(iv, box, place))
    except (InvalidTag, ValueError, RecursionError) as error:
        raise Unopened from error
    if not isinstance(data, dict):
        raise Unopened
    return data
