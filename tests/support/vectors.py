"""Cases that the Python and the JavaScript rules share: `tests/vectors/<name>.json`."""

import json
from functools import cache
from typing import Any

from tests.support.sources import ROOT
from webapp.core.errors import Problem
from webapp.core.fields import load
from webapp.forms.rules import Form, load_form
from webapp.forms.schemas import FormSchema


@cache
def vectors(name: str) -> Any:
    """Return the cases of one file; treat them as read-only."""
    return json.loads((ROOT / "tests" / "vectors" / f"{name}.json").read_text("utf-8"))


@cache
def monthly() -> Form:
    """Return the demonstration form as it is shipped."""
    data, problems = load(FormSchema(), json.loads((ROOT / "webapp/forms/data/monthly-1.json").read_text("utf-8")))
    assert not problems
    return load_form(data)


def repeated(spec: list[Any]) -> str:
    """Return the text that `[character, times]` stands for."""
    character, times = spec
    return str(character) * int(times)


def in_chinese(problem: Problem) -> dict[str, Any]:
    """Return the params of `problem` with texts by language in Simplified Chinese."""
    return {name: value["zh-Hans"] if isinstance(value, dict) else value for name, value in problem.params.items()}
