"""Commands for keys: make the master key, give phones a new pair to seal to, change to another master key."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import delete

from webapp.core import clock
from webapp.core.db import transaction
from webapp.keys import queries, service
from webapp.keys.models import BoxKey
from webapp.keys.rules import KeyTrouble
from webapp.ledger.service import record

keys = AppGroup("keys", help="The master key, and the pairs that phones seal to.")


@contextmanager
def keys_or_exit() -> Iterator[None]:
    """Tell trouble with the master key in its sentence and leave with status 1."""
    try:
        yield
    except KeyTrouble as trouble:
        click.echo(str(trouble), err=True)
        sys.exit(1)


def open_keys() -> None:
    """Make sure that the master key is there and right before anything is served. Raises KeyTrouble."""
    if not service.are_ready():
        with transaction():
            service.make_ready()


@keys.command("make")
@click.option("--if-new", is_flag=True, help="Do nothing when there is a key, or the database was sealed with one.")
def make(if_new: bool) -> None:
    """Make the master key of a new installation in its file; a key that is there is never replaced."""
    with keys_or_exit():
        if if_new and (service.load() is not None or service.is_known()):
            return
        click.echo(f"master key: {service.make_file()}")
        click.echo("keep a copy apart from the backups of the database; without it nothing personal can be read again")


@keys.command("rotate")
def rotate() -> None:
    """Give phones a new pair to seal to; what is sealed to earlier ones still opens."""
    with keys_or_exit(), transaction():
        kid = service.add_box()
        record("key.rotated", "key", kid, actor_id=None, detail={"kid": kid})
    click.echo(f"phones seal to {kid} once they have heard of it")


@keys.command("retire")
@click.option("--days", default=365, show_default=True, type=click.IntRange(min=365), help="Out of use for so long.")
def retire(days: int) -> None:
    """Forget pairs that phones have not been given for a year or more; until then one may come back."""
    with keys_or_exit(), transaction() as session:
        old = queries.out_of_use_since(clock.now() - timedelta(days=days))
        session.execute(delete(BoxKey).where(BoxKey.kid.in_(old)))
        for kid in old:
            record("key.retired", "key", kid, actor_id=None, detail={"kid": kid})
    click.echo("\n".join(f"{kid} is retired" for kid in old) or "no pair has been out of use for so long")


@keys.command("rewrap")
@click.option("--from", "old", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def rewrap(old: Path) -> None:
    """Wrap all keys with the master key as it is set now; FILE holds the one they are wrapped with."""
    with keys_or_exit(), transaction():
        count = service.rewrap(old)
        record("key.rewrapped", "key", "master", actor_id=None, detail={"keys": count})
    click.echo(f"{count} keys wrapped anew")
