"""What a phone does to a record before it leaves: the other half of `open_record` in webapp/core/crypto.py."""

import os
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from webapp.core.canonical import canonical
from webapp.core.crypto import NONCE, load_private, new_box, shared_key, to_text


def seal_record(server: bytes, kid: str, place: bytes, data: Mapping[str, Any]) -> dict[str, str]:
    """Return the envelope that a phone makes of `data` for the point `server`."""
    pair, iv = new_box(), os.urandom(NONCE)
    key = shared_key(load_private(pair.private), server, pair.public, server)
    box = AESGCM(key).encrypt(iv, canonical(dict(data)), place)
    return {"kid": kid, "key": to_text(pair.public), "iv": to_text(iv), "box": to_text(box)}
