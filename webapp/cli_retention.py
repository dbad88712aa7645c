"""`flask retention run`: what has been kept long enough ends."""

import click
from flask.cli import AppGroup
from flask_babel import gettext

from webapp.core.db import transaction
from webapp.core.spoken import months_text
from webapp.retention import service
from webapp.retention.rules import NAMES, PERIODS

retention = AppGroup("retention", help="How long what is about people is kept.")


@retention.command("run")
@click.option("--dry-run", is_flag=True, help="Print what would end and change nothing.")
@click.option("--keep", multiple=True, type=click.Choice(NAMES), help="A kind that is archived, and stays.")
def run(dry_run: bool, keep: tuple[str, ...]) -> None:
    """End what is due; for a timer, once a day."""
    with transaction():
        counts = service.run(keep, dry_run=dry_run)
    months = service.kept_for()
    for period in PERIODS:
        told = gettext("不动") if period.name in keep else str(counts[period.name])
        click.echo(f"{period.name:<11}{told:>7}  {gettext(period.what, period=months_text(months[period.name]))}")
    if dry_run:
        click.echo(gettext("这是试运行，什么也没有改。"))
