"""Reading purposes and answers."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from webapp.consents.models import Consent
from webapp.core.crypto import unseal
from webapp.core.db import table
from webapp.core.rows import execute
from webapp.keys.service import keys_of

DATA = Path(__file__).parent / "data"
COLUMNS = table(Consent).c


@cache
def purposes() -> dict[str, dict[str, Any]]:
    """Return the purposes by code, as phones receive them; treat them as read-only.

    Each is `{"code", "label", "versions": [{"version", "since", "ask_again_months", "text"}]}`, texts by language.
    """
    rows = json.loads((DATA / "purposes.json").read_text("utf-8"))["purposes"]
    return {row["code"]: row for row in rows}


def history(household_id: str) -> list[dict[str, Any]]:
    """Return all answers of a household, newest first, with `guardian` where there was one and it can be read."""
    query = select(table(Consent)).where(COLUMNS.household_id == household_id)
    rows = execute(query.order_by(COLUMNS.received_at.desc(), COLUMNS.purpose)).mappings().all()
    key = keys_of([household_id]).get(household_id)
    return [{**row, "guardian": _guardian(row["sealed"], key, household_id)} for row in rows]


def _guardian(sealed: bytes | None, key: bytes | None, household_id: str) -> str:
    return str(unseal(key, household_id, sealed)["guardian"]) if sealed and key else ""
