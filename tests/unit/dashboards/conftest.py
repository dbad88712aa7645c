"""Two versions of the shipped form."""

import dataclasses
import json

import pytest

from webapp.forms.queries import DATA
from webapp.forms.rules import Form, load_form


@pytest.fixture(scope="session")
def form() -> Form:
    """Return the form that comes with the program."""
    return load_form(json.loads((DATA / "monthly-1.json").read_text("utf-8")))


@pytest.fixture(scope="session")
def older(form: Form) -> Form:
    """Return a form with one measure that the shipped one has not."""
    gone = dataclasses.replace(form.measures[1], code="gone")
    return dataclasses.replace(form, measures=(*form.measures, gone))
