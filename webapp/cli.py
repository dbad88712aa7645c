"""Commands: `flask serve`, `flask ledger verify`, and those that the rooms bring."""

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from granian import Granian
from granian.constants import Interfaces

from webapp.cli_accounts import accounts
from webapp.cli_cases import cases
from webapp.cli_forms import forms
from webapp.cli_households import households
from webapp.cli_keys import keys, keys_or_exit, open_keys
from webapp.cli_ledger import ledger
from webapp.cli_policies import policies
from webapp.cli_retention import retention
from webapp.cli_units import units
from webapp.config import Settings
from webapp.core.db import db, transaction
from webapp.demo.commands import demo
from webapp.demo.material import STORY
from webapp.rollup import service as totals

rollup = AppGroup("rollup", help="The facts that boards and totals read.")


def init_cli(app: Flask) -> None:
    """Give `app` its commands."""
    for command in (serve, ledger, rollup, units, accounts, forms, keys, households, policies, cases, retention, demo):
        app.cli.add_command(command)


@rollup.command("run")
def run() -> None:
    """Catch up with what changed."""
    with transaction():
        click.echo(f"{totals.catch_up()} changes")


@rollup.command("rebuild")
def rebuild() -> None:
    """Compute all facts anew; gives the same rows."""
    with transaction():
        totals.rebuild()


@click.command("serve")
def serve() -> None:
    """Serve with the production server (Granian), as the settings say."""
    settings: Settings = current_app.extensions["settings"]
    with keys_or_exit():
        open_keys()
    db.engine.dispose()  # the workers open connections of their own
    _announce(settings)
    server = Granian(
        "webapp.wsgi:app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        backlog=8192,  # thousands connect within one second on the evening of the thirtieth
        log_access=False,  # addresses of people are not written down
        respawn_failed_workers=True,
    )
    server.serve()


def _announce(settings: Settings) -> None:
    address = f"http://{settings.host}:{settings.port}"
    click.echo(f"三十 Sanshi  {address}/   (staff: {address}/sign-in)")
    if settings.demo:
        logins = " ".join(account["login"] for account in STORY["accounts"])
        click.echo(f"demo accounts, password {STORY['password']}: {logins}")
