"""Reading the form that is shipped as an example."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from webapp.xlsform.schemas import Book

EXAMPLE = Path(__file__).parent / "data" / "satisfaction.json"
SHEETS = ("survey", "choices", "settings")


@cache
def example() -> dict[str, list[list[Any]]]:
    """Return the sheets of the example, each as rows of cells, the head first."""
    data = json.loads(EXAMPLE.read_text("utf-8"))
    return {name: data[name] for name in SHEETS}


def as_book(sheets: dict[str, list[list[Any]]]) -> Book:
    """Return `sheets` as they are read from a file."""
    return {name: list(enumerate(rows, start=1)) for name, rows in sheets.items()}
