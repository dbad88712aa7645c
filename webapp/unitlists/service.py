"""Applying a list of units: all of it, or nothing."""

from collections.abc import Iterable, Sequence
from datetime import date

from webapp.core import clock
from webapp.core.errors import N_, Invalid, Problem
from webapp.core.ids import new_id
from webapp.orgs import queries, service
from webapp.orgs.rules import LEVELS, Node
from webapp.unitlists.rules import Row, Verdict, judge


def take(rows: Iterable[Row], on: date, *, actor_id: str | None, dry_run: bool = False) -> list[Verdict]:
    """Return the verdict on each row, and bring the tree up to date unless one is an error or `dry_run` is set.

    Changes of name and parent take effect `on` a day. Never commits. Raises Invalid when `on` is in the future.
    """
    today = clock.today()
    if on > today:
        raise Invalid([Problem("on", "future", N_("生效日期不能晚于今天（%(today)s）。"), {"today": str(today)})])
    verdicts = judge(list(rows), queries.nodes(), on, today, new_id)
    if not dry_run and all(verdict.outcome != "error" for verdict in verdicts):
        _apply(verdicts, on, actor_id)
    return verdicts


def _apply(verdicts: Sequence[Verdict], on: date, actor_id: str | None) -> None:
    """Open what is new from the top down, then change, then close from the bottom up."""
    new = [verdict.node for verdict in verdicts if verdict.outcome == "new" and verdict.node]
    service.open_units(sorted(new, key=_depth), actor_id=actor_id)
    changed = [(v.old, v.node) for v in verdicts if v.outcome == "changed" and v.old and v.node]
    for old, node in changed:
        _change(old, node, on, actor_id)
    closing = [node for old, node in changed if node.closed and not old.closed]
    for node in sorted(closing, key=_depth, reverse=True):
        service.close(node.id, node.closed or on, actor_id=actor_id)


def _change(old: Node, node: Node, on: date, actor_id: str | None) -> None:
    if node.opened != old.opened:
        service.set_opened(node.id, node.opened, actor_id=actor_id)
    if node.name != old.name:
        service.rename(node.id, node.name, on, actor_id=actor_id)
    if node.parent_id and node.parent_id != old.parent_id:
        service.move(node.id, node.parent_id, on, actor_id=actor_id)


def _depth(node: Node) -> int:
    return LEVELS.index(node.level)
