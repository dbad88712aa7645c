"""Commands for keys: make the master key, give phones a new pair to seal to, change to another master key."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask.cli import AppGroup

from webapp.core.db import transaction
from webapp.keys import service
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


@keys.command("rewrap")
@click.option("--from", "old", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def rewrap(old: Path) -> None:
    """Wrap all keys with the master key as it is set now; FILE holds the one they are wrapped with."""
    with keys_or_exit(), transaction():
        count = service.rewrap(old)
        record("key.rewrapped", "key", "master", actor_id=None, detail={"keys": count})
    click.echo(f"{count} keys wrapped anew")
