"""`flask households import`: a list of doors from a spreadsheet."""

import sys
from collections.abc import Sequence
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import gettext

from webapp.accounts.queries import Actor, actor_of
from webapp.core.db import transaction
from webapp.core.errors import N_, Invalid, Problem, say
from webapp.core.tables import Head
from webapp.doorlists.queries import digest_of, rows_in
from webapp.doorlists.rules import COLUMNS, OUTCOMES, Verdict, counted
from webapp.doorlists.service import judge, take

households = AppGroup("households", help="The register of doors.")

LABELS = {name: head for head, name in reversed(list(COLUMNS.items()))}


@households.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", "login", required=True, help="Login of the officer in whose name, and in whose area, it is done.")
@click.option("--dry-run", is_flag=True, help="Print the verdicts and change nothing.")
def import_list(file: Path, login: str, dry_run: bool) -> None:
    """Take in a list of doors: CSV or XLSX with group, building, door and more. With an error nothing is changed."""
    try:
        actor = _officer(login)
        verdicts = [plan.verdict for plan in judge(rows_in(file, actor.unit_path, _tell_passed_over))]
    except Invalid as error:
        for problem in error.problems:
            click.echo(say(problem), err=True)
        sys.exit(1)
    _tell(verdicts)
    if any(verdict.outcome == "error" for verdict in verdicts):
        click.echo(gettext("名单里有错误，什么也没有改。"), err=True)
        sys.exit(1)
    if dry_run:
        click.echo(gettext("这是试运行，什么也没有改。"))
        return
    refused = [v for v in take(rows_in(file, actor.unit_path), digest_of(file), actor, transaction) if v.problems]
    for verdict in refused:  # only what somebody else changed meanwhile
        click.echo(_line(verdict), err=True)
    sys.exit(1 if refused else 0)


def _officer(login: str) -> Actor:
    actor = actor_of(login)
    if actor is None or actor.role != "officer":
        raise Invalid([Problem("by", "not_an_officer", N_("没有叫 %(login)s 的社区专干账号。"), {"login": login})])
    return actor


def _tell_passed_over(head: Head) -> None:
    if head.passed_over:
        click.echo(gettext("这些列没有读：%(columns)s", columns="、".join(head.passed_over)))


def _tell(verdicts: Sequence[Verdict]) -> None:
    """Print the verdict on each row that is not the same as before, or has a note; then the sums."""
    for verdict in verdicts:
        if verdict.outcome != "same" or verdict.notes:
            click.echo(_line(verdict))
    sums = counted(verdicts)
    click.echo(" · ".join(f"{gettext(label)} {sums[outcome]}" for outcome, label in OUTCOMES.items()))


def _line(verdict: Verdict) -> str:
    told = "；".join(f"{LABELS.get(p.field, p.field)}：{say(p)}" for p in (*verdict.problems, *verdict.notes))
    outcome = gettext(OUTCOMES[verdict.outcome])
    return str(gettext("第 %(row)s 行  %(outcome)s  ", row=verdict.number, outcome=outcome)) + told
