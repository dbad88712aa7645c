"""The envelope of a record: `{"id", "type", "schema", "base_version", "declared_at", "data"}`.

In place of `data` a phone may send `sealed`: `{"kid", "key", "iv", "box"}`, opened before the rest is looked at.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from webapp.core.crypto import Unopened
from webapp.core.errors import N_, BadRequest, Problem
from webapp.core.ids import is_id
from webapp.intake.rules import SEALED, Incoming, RecordType

KINDS: dict[str, type[Any]] = {"type": str, "data": dict, "base_version": int, "deleted": bool}
NOT_THIS_KIND = N_("这个版本的程序不认识这种记录，请更新后再上传。")


Opener = Callable[[str, str, Mapping[str, Any]], dict[str, Any]]


def unsealed(raw: Any, opener: Opener) -> tuple[Any, list[Problem]]:
    """Return `raw` with its `data` in the clear, and what is wrong: a seal that `opener` cannot open, for one record.

    What is sealed and not of the agreed shape is the record's problem too; all else is left to `parse`. Raises
    BadRequest when there is clear data besides.
    """
    if not isinstance(raw, dict) or "sealed" not in raw:
        return raw, []
    if "data" in raw:
        raise BadRequest
    envelope = raw["sealed"] if isinstance(raw["sealed"], dict) else {}
    try:
        return {**raw, "data": opener(str(raw.get("id")), str(raw.get("type")), envelope)}, []
    except Unopened:
        return {**raw, "data": {}}, [Problem("sealed", "sealed", SEALED)]


def parse(raw: Any) -> Incoming:
    """Return the record that `raw` (JSON) spells. Raises BadRequest when it is not of the agreed shape."""
    try:
        incoming = Incoming(
            id=raw["id"],
            type=raw["type"],
            base_version=raw.get("base_version", 0),
            declared_at=_instant(raw["declared_at"]),
            data=raw["data"],
            deleted=raw.get("deleted", False),
            seen_at=_instant(raw["seen_at"]) if raw.get("seen_at") else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadRequest from error
    if not is_id(raw["id"]) or not all(type(raw.get(name, kind())) is kind for name, kind in KINDS.items()):
        raise BadRequest
    return incoming


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None or not 2000 <= instant.year <= 2200:
        raise ValueError("an instant needs a time zone")
    return instant


def problems_with_kind(raw: Mapping[str, Any], known: RecordType | None) -> list[Problem]:
    """Return what is wrong with the type and schema number of `raw`: the current one and the one before are taken."""
    if known is None:
        return [Problem("type", "unknown_type", NOT_THIS_KIND)]
    if raw.get("schema") not in known.schema_numbers:
        return [Problem("schema", "unknown_schema", NOT_THIS_KIND)]
    return []
