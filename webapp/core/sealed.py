"""Columns whose texts nobody reads in the database: sealed with a key that only the master key opens."""

import json
from collections.abc import Callable
from typing import Any

from flask import current_app
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from webapp.core.canonical import canonical
from webapp.core.crypto import derived, seal_bytes, unseal_bytes

ROOT_KEY = "root_key"  # in app.extensions: a function that returns it, or says why it cannot (keys)
DERIVED = "derived_keys"


def derived_key(label: str) -> bytes:
    """Return the running app's key for one purpose, made once from the root that its master key opens."""
    known: dict[str, bytes] = current_app.extensions[DERIVED]
    if label not in known:
        root: Callable[[], bytes] = current_app.extensions[ROOT_KEY]
        known[label] = derived(root(), label)
    return known[label]


class SealedText(TypeDecorator[str]):
    """A text of which the database holds only sealed bytes, bound to its column (`place`: `table.column`)."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        """Take the place that the texts are bound to."""
        super().__init__()
        self.place = place

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Return `value` sealed."""
        if value is None:
            return None
        return seal_bytes(derived_key("columns"), self.place.encode(), value.encode("utf-8", "surrogatepass"))

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Return the text that was sealed. Raises Unopened when it was changed, or moved here from elsewhere."""
        if value is None:
            return None
        return unseal_bytes(derived_key("columns"), self.place.encode(), bytes(value)).decode("utf-8", "surrogatepass")


class SealedJson(TypeDecorator[Any]):
    """A list or object of which the database holds only sealed bytes; an empty one is kept as no bytes at all."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str, empty: type[Any] = list) -> None:
        """Take the place that the values are bound to, and the type of an empty one."""
        super().__init__()
        self.place = place
        self.empty = empty

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        """Return `value` sealed."""
        if value is None:
            return None
        return seal_bytes(derived_key("columns"), self.place.encode(), canonical(value)) if value else b""

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        """Return the value that was sealed. Raises Unopened when it was changed, or moved here from elsewhere."""
        if value is None:
            return None
        plain = unseal_bytes(derived_key("columns"), self.place.encode(), bytes(value)) if value else b""
        return json.loads(plain.decode("utf-8", "surrogatepass")) if plain else self.empty()
