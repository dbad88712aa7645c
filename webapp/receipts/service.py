"""Making receipts."""

import os
import secrets
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from flask import Flask, current_app

from webapp.core.private import make_folder
from webapp.receipts.rules import DIGITS, Slip, sign, with_check_digit


def init_receipts(app: Flask, path: Path) -> None:
    """Give `app` the signing key in the PEM file `path`; the first start makes one, readable by the owner only."""
    if not path.exists():
        _create_key(path)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} does not hold an Ed25519 key")
    app.extensions["receipt_key"] = key


def _create_key(path: Path) -> None:
    make_folder(path.parent)
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    made = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
    try:
        os.link(made, path)  # whichever process comes first wins; the others take its key
    except FileExistsError:
        pass
    finally:
        made.unlink()


def signing_key() -> Ed25519PrivateKey:
    """Return the key that the running app signs receipts with."""
    key = current_app.extensions["receipt_key"]
    assert isinstance(key, Ed25519PrivateKey)
    return key


def make_slip(content: str, declared_at: datetime, received_at: datetime) -> Slip:
    """Return a signed receipt for a record hashed `content`; storing it is the caller's part.

    The number is random, so that nobody can walk through the receipts of others.
    """
    number = with_check_digit(str(secrets.randbelow(10**DIGITS)).zfill(DIGITS))
    return sign(signing_key(), number, content, declared_at, received_at)


def public_key() -> str:
    """Return the public half of the signing key in PEM, with which anybody can check a receipt."""
    return signing_key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
