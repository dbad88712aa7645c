"""What the demonstration is made of: its data files, and the number from which all chance in it flows."""

import json
import random
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
STORY: dict[str, Any] = json.loads((DATA / "story.json").read_text("utf-8"))
SEED = 30
MONTHS = 13  # of history before the month that is open
ROUNDS = 3  # of them with households and their visits


def chance_for(*parts: object) -> random.Random:
    """Return the chance that belongs to `parts`: always the same, whatever else is decided before."""
    return random.Random(f"{SEED}/{parts}")  # noqa: S311 - decides invented numbers, guards nothing
