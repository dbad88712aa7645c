"""Identifiers: random, so that a phone can give one without asking."""

import re
import uuid

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


def new_id() -> str:
    """Return a new random UUID (version 4) as 36 lower-case characters."""
    return str(uuid.uuid4())


def is_id(value: object) -> bool:
    """Return whether `value` is a UUID written as 36 lower-case characters."""
    return isinstance(value, str) and _UUID.match(value) is not None
