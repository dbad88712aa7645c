"""What an operator does before the first person signs in: units, a form, an account."""

import json
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from tests.builders import World
from tests.support.sources import ROOT
from webapp.accounts.queries import account_by_login
from webapp.forms.queries import form
from webapp.forms.rules import problems_with_form

pytestmark = pytest.mark.one_database
PASSWORD = "纸上写着的一句话"
SHIPPED = ROOT / "webapp" / "forms" / "data" / "monthly-1.json"


def run(app: Flask, *arguments: str, typed: str = "") -> Result:
    """Return what became of the command `arguments`, with `typed` at its questions."""
    return app.test_cli_runner().invoke(args=arguments, input=typed)


def create(
    app: Flask, login: str = "first", unit: str = "331126", password: str = PASSWORD, role: str = "county"
) -> Result:
    """Return what became of `flask accounts create`."""
    options = ("--name", "第一人", "--role", role, "--unit", unit)
    return run(app, "accounts", "create", login, *options, typed=f"{password}\n{password}\n")


def test_the_first_account_signs_in(app: Flask, world: World, page):
    result = create(app)
    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output
    assert page.submit("/sign-in", {"login": "first", "password": PASSWORD})


@pytest.mark.parametrize(
    "given",
    [{"login": "leader"}, {"login": "x"}, {"unit": "999999"}, {"password": "12345678"}, {"role": "leader"}],
)
def test_what_does_not_fit_is_refused_with_a_sentence(app: Flask, world: World, given: dict[str, str]):
    result = create(app, **given)
    assert result.exit_code == 1
    assert result.stderr.strip()
    assert given.get("login") == "leader" or account_by_login(given.get("login", "first")) is None


def test_a_form_is_stored_and_approved(app: Flask, tmp_path: Path):
    definition = json.loads(SHIPPED.read_text("utf-8")) | {"version": 7, "approved_on": None}
    assert not problems_with_form(definition)
    file = tmp_path / "form.json"
    file.write_text(json.dumps(definition), encoding="utf-8")
    for _ in range(2):
        assert run(app, "forms", "store", str(file)).output.split() == ["monthly@7"]
    assert run(app, "forms", "approve", "monthly@7", "--on", "2026-01-05").exit_code == 0
    assert str(form("monthly@7").approved_on) == "2026-01-05"


def test_a_form_that_is_none_is_refused(app: Flask, tmp_path: Path):
    file = tmp_path / "form.json"
    file.write_text("{", encoding="utf-8")
    assert run(app, "forms", "store", str(file)).exit_code == 1
    file.write_text("{}", encoding="utf-8")
    refused = run(app, "forms", "store", str(file))
    assert refused.exit_code == 1 and "valid_to: 请填写这一项。" in refused.stderr.splitlines()
    for ref in ("monthly@9", "monthly"):
        refused = run(app, "forms", "approve", ref, "--on", "2026-01-05")
        assert (refused.exit_code, refused.stderr.strip()) == (1, f"没有存过 {ref} 这一版表。")
