"""Commands for what is published: take in what is shipped, documents and amounts."""

import click
from flask.cli import AppGroup

from webapp.amounts.service import load_shipped as load_amounts
from webapp.cli_tools import carry_out, unit_id_of
from webapp.policies.service import load_shipped as load_policies

policies = AppGroup("policies", help="Policies and guides for residents.")


@policies.command("load")
@click.option("--unit", "code", required=True, help="The code of the unit that publishes them.")
def load(code: str) -> None:
    """Publish what is shipped and not there yet, as documents of a unit, and its amounts; again changes nothing."""

    def take_in() -> None:
        unit_id = unit_id_of(code)
        click.echo(f"{load_policies(unit_id)} editions, {load_amounts(unit_id=unit_id)} amounts")

    carry_out(take_in)
