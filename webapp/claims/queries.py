"""Reading the dated figures."""

import json
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@cache
def figures() -> dict[str, Any]:
    """Return the figures of all claims, as they are shipped."""
    found: dict[str, Any] = json.loads((DATA / "rules.json").read_text("utf-8"))
    return found
