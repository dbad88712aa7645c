"""Commands for statistical forms: take one in, note its approval."""

import json
from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from webapp.cli_tools import carry_out
from webapp.core.errors import N_, Invalid, NotFound, Problem
from webapp.forms.service import approve_form, store_form

forms = AppGroup("forms", help="Statistical forms: definitions with versions and approvals.")


@forms.command("store")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def store(file: Path) -> None:
    """Store the form that FILE (JSON) defines; the same version again changes nothing."""
    try:
        definition = json.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise click.ClickException(f"{file}: {error}") from error
    carry_out(lambda: click.echo(store_form(definition).ref), naming_fields=True)


@forms.command("approve")
@click.argument("ref")
@click.option("--on", "day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The day of the approval.")
def approve(ref: str, day: datetime) -> None:
    """Note that the form REF (as monthly@1) was approved; from then on it may be sent to groups."""
    carry_out(lambda: _approve(ref, day))


def _approve(ref: str, day: datetime) -> None:
    try:
        approve_form(ref, on=day.date())
    except NotFound:
        raise Invalid([Problem("ref", "unknown", N_("没有存过 %(ref)s 这一版表。"), {"ref": ref})]) from None
