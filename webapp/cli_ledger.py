"""The command that looks through the ledger of who did what."""

import sys
from collections.abc import Iterator

import click
from flask.cli import AppGroup

from webapp.cli_keys import keys_or_exit
from webapp.core.db import db
from webapp.ledger import queries
from webapp.ledger.rules import GENESIS, Tip, parse_tip
from webapp.receipts.queries import receipts_without_line

ledger = AppGroup("ledger", help="The ledger of who did what.")


class TipNoted(click.ParamType[Tip]):
    """A tip as this command printed it some time ago."""

    name = "number:hash"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Tip:
        """Return the tip that was typed; say so when it is none."""
        try:
            return parse_tip(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


@ledger.command("verify")
@click.option("--expect", type=TipNoted(), help="The tip as it was printed, and noted elsewhere, some time ago.")
def verify(expect: Tip | None) -> None:
    """Find any line that was changed, removed or put elsewhere, and any receipt without its line; exit 1 then.

    The last line says where the ledger ends. Noted outside this machine it proves later that nothing up to there was
    written anew, even by somebody who had the master key.
    """
    _see_one_state()
    count = 0
    with keys_or_exit():
        for sentence in _wrong(expect):
            click.echo(sentence)
            count += 1
        end = queries.tip() or Tip(0, GENESIS)
    click.echo("the ledger is whole" if not count else f"{count} broken")
    click.echo(f"tip {end}")
    sys.exit(1 if count else 0)


def _see_one_state() -> None:
    """Read all as it is at one moment, while others go on writing."""
    db.session.rollback()
    if db.engine.dialect.name == "postgresql":
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _wrong(expect: Tip | None) -> Iterator[str]:
    for seq, what in queries.broken_lines():
        yield f"line {seq}: {what}"
    if expect and expect.seq and queries.hash_of(expect.seq) != expect.hash:
        yield f"line {expect.seq}: not the line that was noted elsewhere"
    for receipt in receipts_without_line():
        yield f"receipt {receipt.number}: no line about version {receipt.version} of {receipt.record_id}"
