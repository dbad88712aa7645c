"""Commands for the unit tree: take in a list, rename, recode, move, merge, close."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import gettext

from webapp.cli_tools import carry_out, unit_id_of
from webapp.core import clock
from webapp.core.errors import N_, say
from webapp.core.tables import read_table
from webapp.orgs import service
from webapp.rollup import service as totals
from webapp.unitlists.rules import Row, Verdict
from webapp.unitlists.schemas import COLUMNS, NEEDED, read_row
from webapp.unitlists.service import take

# Totals are kept by unit, so whoever moves units has them rebuilt at the end, in the same transaction.
units = AppGroup("units", help="The tree of units: lists, names, codes, mergers.")

OUTCOMES = {"new": N_("新增"), "changed": N_("变更"), "same": N_("不变"), "error": N_("错误")}
LABELS = {
    "code": N_("代码"),
    "name": N_("名称"),
    "parent_code": N_("上级代码"),
    "level": N_("级别"),
    "opened": N_("设立日期"),
    "closed": N_("撤销日期"),
    "since": N_("生效日期"),
}
on_option = click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Day it takes effect; today by default.")


@units.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Print the verdicts and change nothing.")
@on_option
def import_list(file: Path, dry_run: bool, on: datetime | None) -> None:
    """Take in a list of units: CSV or XLSX with code, name, parent_code, level, opened, closed."""
    verdicts: list[Verdict] = []
    carry_out(
        lambda: verdicts.extend(take(_rows(file), _day(on), actor_id=None, dry_run=dry_run)),
        lambda: totals.rebuild() if any(_is_moved(verdict) for verdict in verdicts) else None,
    )
    for verdict in verdicts:
        click.echo(_line(verdict))
    counts = Counter(verdict.outcome for verdict in verdicts)
    click.echo(" · ".join(f"{gettext(label)} {counts[outcome]}" for outcome, label in OUTCOMES.items()))
    if counts["error"]:
        click.echo(gettext("名单里有错误，什么也没有改。"), err=True)
        sys.exit(1)
    if dry_run:
        click.echo(gettext("这是试运行，什么也没有改。"))


@units.command("rename")
@click.argument("code")
@click.argument("name")
@on_option
def rename(code: str, name: str, on: datetime | None) -> None:
    """Give the unit CODE the name NAME."""
    carry_out(lambda: service.rename(unit_id_of(code), name, _day(on), actor_id=None))


@units.command("recode")
@click.argument("code")
@click.argument("new_code")
@on_option
def recode(code: str, new_code: str, on: datetime | None) -> None:
    """Give the unit CODE, and the beginning of the codes under it, NEW_CODE."""
    carry_out(lambda: service.recode(unit_id_of(code), new_code, _day(on), actor_id=None))


@units.command("move")
@click.argument("code")
@click.argument("parent_code")
@on_option
def move(code: str, parent_code: str, on: datetime | None) -> None:
    """Put the unit CODE, with all under it, under PARENT_CODE."""
    carry_out(lambda: service.move(unit_id_of(code), unit_id_of(parent_code), _day(on), actor_id=None), totals.rebuild)


@units.command("merge")
@click.argument("codes", nargs=-1, required=True)
@click.option("--into", required=True, help="Code of the unit that takes over.")
@on_option
def merge(codes: Sequence[str], into: str, on: datetime | None) -> None:
    """Close the units CODES and let another take over from them."""
    sources = (unit_id_of(code) for code in codes)
    carry_out(lambda: service.merge(list(sources), unit_id_of(into), _day(on), actor_id=None), totals.rebuild)


@units.command("close")
@click.argument("code")
@on_option
def close(code: str, on: datetime | None) -> None:
    """End the unit CODE: the day given is the first without it."""
    carry_out(lambda: service.close(unit_id_of(code), _day(on), actor_id=None))


def _rows(file: Path) -> Iterator[Row]:
    return (read_row(line.number, line.cells) for line in read_table(file, COLUMNS, NEEDED))


def _day(on: datetime | None) -> date:
    return on.date() if on else clock.today()


def _is_moved(verdict: Verdict) -> bool:
    return bool(verdict.old and verdict.node and verdict.old.parent_id != verdict.node.parent_id)


def _line(verdict: Verdict) -> str:
    row = verdict.row
    parts = [gettext("第 %(number)s 行", number=row.number), gettext(OUTCOMES[verdict.outcome]), row.code, row.name]
    return " ".join(part for part in [*parts, "；".join(_remarks(verdict))] if part)


def _remarks(verdict: Verdict) -> list[str]:
    """Return what is wrong with a row, or what it changes."""
    if verdict.problems:
        return [f"[{gettext(LABELS[p.field])}] {say(p)}" if p.field in LABELS else say(p) for p in verdict.problems]
    if verdict.outcome != "changed" or verdict.old is None or verdict.node is None:
        return []
    old, new = verdict.old._asdict(), verdict.node._asdict()
    changed = [field for field in ("name", "opened", "closed") if old[field] != new[field]]
    said = [f"{gettext(LABELS[field])} {old[field] or '—'} → {new[field]}" for field in changed]
    if old["parent_id"] != new["parent_id"]:
        said.append(f"{gettext(LABELS['parent_code'])} → {verdict.row.parent_code}")
    return said
