"""The command for the first account of an installation; everybody else is invited."""

import click
from flask.cli import AppGroup

from webapp.accounts.rules import LEVEL_OF_ROLE
from webapp.accounts.service import create_account
from webapp.cli_tools import carry_out, unit_id_of

accounts = AppGroup("accounts", help="Accounts: the first ones; later ones are invited.")


@accounts.command("create")
@click.argument("login")
@click.option("--name", required=True, help="Name of the person.")
@click.option("--role", required=True, type=click.Choice(sorted(LEVEL_OF_ROLE)))
@click.option("--unit", required=True, help="Code of the unit that the account works at.")
@click.password_option(help="Asked for when it is not given, so that it does not stay in the shell's history.")
def create(login: str, name: str, role: str, unit: str, password: str) -> None:
    """Make the account LOGIN."""
    carry_out(lambda: create_account(login=login, name=name, role=role, unit_id=unit_id_of(unit), password=password))
    click.echo(f"{login}: {role} {unit}")
