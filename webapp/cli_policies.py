"""Commands for what is published: take in what is shipped."""

import click
from flask.cli import AppGroup

from webapp.cli_tools import carry_out, unit_id_of
from webapp.policies.service import load_shipped

policies = AppGroup("policies", help="Policies and guides for residents.")


@policies.command("load")
@click.option("--unit", "code", required=True, help="The code of the unit that publishes them.")
def load(code: str) -> None:
    """Publish what is shipped and not there yet, as documents of a unit; again changes nothing."""
    carry_out(lambda: click.echo(f"{load_shipped(unit_id_of(code))} editions"))
