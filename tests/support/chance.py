"""Chance that is the same in every run: ids, keys, nonces and codes of a test come from its name."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, settings

# A slow machine is no fault of what is tested, and a run that is repeated tries the same again.
settings.register_profile(
    "repeatable", derandomize=True, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("wandering", settings.get_profile("repeatable"), derandomize=False, max_examples=1000)

_EVER = (  # as the system draws
    (os, "urandom", os.urandom),
    (random, "_urandom", os.urandom),
    (ec, "generate_private_key", ec.generate_private_key),
    (Ed25519PrivateKey, "generate", Ed25519PrivateKey.generate),
)


@contextmanager
def drawn_from(name: str) -> Iterator[None]:
    """Let this process draw the same bytes whenever it does the same under the same `name`.

    Servers are other processes and draw as ever. What is drawn in threads at once is the same only as a whole.
    """
    drawn = random.Random(name).randbytes

    def pair(curve: ec.EllipticCurve) -> ec.EllipticCurvePrivateKey:
        return ec.derive_private_key(int.from_bytes(drawn(curve.key_size // 8 - 1)), curve)  # surely below its order

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "urandom", drawn)  # uuid4, keys, nonces
        patch.setattr(random, "_urandom", drawn)  # what the module `secrets` draws
        patch.setattr(ec, "generate_private_key", pair)
        patch.setattr(Ed25519PrivateKey, "generate", lambda: Ed25519PrivateKey.from_private_bytes(drawn(32)))
        yield


def _as_ever() -> None:
    for owner, name, draw in _EVER:
        setattr(owner, name, draw)


os.register_at_fork(after_in_child=_as_ever)
