"""The verdict on a list of units: what each row means for the units known, none of it done yet."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from webapp.core.errors import N_, Problem
from webapp.orgs.rules import LEVELS, NOT_KNOWN, Node, in_circles, problems_with_dates, problems_with_parent


class Row(NamedTuple):
    """One row of a list; `problems` are those of its shape, and then the other values may be blank."""

    number: int
    code: str = ""
    name: str = ""
    level: str = ""
    parent_code: str | None = None
    opened: date | None = None
    closed: date | None = None
    problems: tuple[Problem, ...] = ()


class Verdict(NamedTuple):
    """What a row does to its unit: `outcome` is `new`, `changed`, `same` or `error`.

    `old` is the unit before (None: new), `node` the unit after (None: an error).
    """

    row: Row
    outcome: str
    problems: tuple[Problem, ...] = ()
    old: Node | None = None
    node: Node | None = None


class _Plan(NamedTuple):
    """The tree as it would stand after the list."""

    nodes: dict[str, Node]  # every unit, by id
    ids: dict[str, str]  # code -> id
    olds: dict[int, Node | None]  # row number -> the unit before
    first: dict[str, int]  # code -> number of the first row with it
    broken: set[str]  # codes of rows without a sound shape
    circles: set[str]  # ids of units that are above themselves
    closing: set[str]  # ids of units that the list closes
    left: Counter[str]  # id of a closed unit -> how many units under it go on
    top: int  # the highest level there is


def judge(rows: Sequence[Row], known: Iterable[Node], on: date, today: date, fresh: Callable[[], str]) -> list[Verdict]:
    """Return one verdict a row, in order.

    Changes of name and parent take effect `on` a day; `fresh` gives the ids of new units. A blank cell leaves an
    existing unit as it is, so that a list without a column for it can be used again.
    """
    plan = _plan(rows, {node.id: node for node in known}, fresh)
    return [_verdict(plan, row, on, today) for row in rows]


def _verdict(plan: _Plan, row: Row, on: date, today: date) -> Verdict:
    problems = row.problems or tuple(_problems(plan, row, on, today))
    if problems:
        return Verdict(row, "error", problems)
    old, node = plan.olds[row.number], plan.nodes[plan.ids[row.code]]
    outcome = "new" if old is None else "same" if old == node else "changed"
    return Verdict(row, outcome, (), old, node)


def _plan(rows: Sequence[Row], nodes: dict[str, Node], fresh: Callable[[], str]) -> _Plan:
    first: dict[str, int] = {}
    for row in rows:
        first.setdefault(row.code, row.number)
    sound = [row for row in rows if not row.problems and first[row.code] == row.number]
    coded: defaultdict[str, list[Node]] = defaultdict(list)
    for node in nodes.values():
        coded[node.code or ""].append(node)
    olds = {row.number: _match(row, coded[row.code]) for row in sound}
    ids = {code: max(sharing, key=_life).id for code, sharing in coded.items() if code and sharing}
    ids |= {row.code: old.id if (old := olds[row.number]) else fresh() for row in sound}
    planned = [_planned(row, olds[row.number], ids) for row in sound]
    closing = {node.id for node in planned if node.closed and not _was_closed(nodes.get(node.id))}
    nodes = nodes | {node.id: node for node in planned}
    return _Plan(
        nodes=nodes,
        ids=ids,
        olds=olds,
        first=first,
        broken={row.code for row in rows if row.problems},
        circles=in_circles({node.id: node.parent_id for node in nodes.values()}),
        closing=closing,
        left=Counter(node.parent_id or "" for node in nodes.values() if _outlives(node, nodes)),
        top=min((LEVELS.index(node.level) for node in nodes.values()), default=0),
    )


def _life(node: Node) -> tuple[bool, date]:
    """Return the order of units that share a code: the open one is the greatest, then the one closed last."""
    return (node.closed is None, node.closed or node.opened)


def _was_closed(old: Node | None) -> bool:
    return old is not None and old.closed is not None


def _match(row: Row, sharing: Sequence[Node]) -> Node | None:
    """Return the unit among those `sharing` the code of `row` that the row speaks of; None: a new one."""
    if not sharing:
        return None
    exact = [node for node in sharing if node.closed == row.closed]
    old = max(exact or sharing, key=_life)
    begins_anew = old.closed is not None and row.opened is not None and row.opened >= old.closed
    return None if begins_anew else old


def _planned(row: Row, old: Node | None, ids: dict[str, str]) -> Node:
    above = ids.get(row.parent_code) if row.parent_code else None
    if old is None:
        return Node(ids[row.code], row.level, row.name, row.code, above, row.opened or NOT_KNOWN, row.closed)
    return old._replace(
        name=row.name,
        parent_id=above or old.parent_id,
        opened=row.opened or old.opened,
        closed=row.closed or old.closed,
    )


def _outlives(node: Node, nodes: dict[str, Node]) -> bool:
    """Return whether `node` goes on after the unit above it has ended."""
    parent = nodes.get(node.parent_id or "")
    return bool(parent and parent.closed and (node.closed is None or node.closed > parent.closed))


def _problems(plan: _Plan, row: Row, on: date, today: date) -> list[Problem]:
    if plan.first[row.code] != row.number:
        params = {"code": row.code, "row": plan.first[row.code]}
        return [Problem("code", "twice", N_("代码 %(code)s 与第 %(row)s 行重复。"), params)]
    old, node = plan.olds[row.number], plan.nodes[plan.ids[row.code]]
    found = problems_with_dates(node.opened, node.closed, today)
    if old is not None:
        found += _problems_with_update(row, old, node, on)
    return found + _problems_above(plan, row, old, node) + _problems_with_ending(plan, old, node)


def _problems_with_update(row: Row, old: Node, node: Node, on: date) -> list[Problem]:
    """Return why the unit `old` may not become `node`."""
    if row.level != old.level:
        return [Problem("level", "fixed", N_("单位的级别不能改。"))]
    if old.closed and (row.closed != old.closed or node != old):
        return [Problem("closed", "closed", N_("这个单位已于 %(day)s 撤销，不能再改。"), {"day": str(old.closed)})]
    if old.changed and node.opened >= old.changed:
        return [Problem("opened", "order", N_("设立日期必须早于第一次变更（%(day)s）。"), {"day": str(old.changed)})]
    renewed = (node.name, node.parent_id) != (old.name, old.parent_id)
    if renewed and node.closed:
        return [Problem("closed", "both", N_("撤销的同时不能改名或改上级。"))]
    last = old.latest or node.opened
    if renewed and on < last:
        return [Problem("since", "order", N_("生效日期不能早于上一次变更（%(last)s）。"), {"last": str(last)})]
    return []


def _problems_above(plan: _Plan, row: Row, old: Node | None, node: Node) -> list[Problem]:
    """Return what is wrong with the place of `node`, unless it stands there already."""
    if row.parent_code in plan.broken:
        return []  # that row says what is wrong
    if row.parent_code and row.parent_code not in plan.ids:
        return [Problem("parent_code", "orphan", N_("找不到上级代码 %(code)s。"), {"code": row.parent_code})]
    if node.id in plan.circles:
        return [Problem("parent_code", "circle", N_("上级互相指向，绕成了一圈。"))]
    if old is not None and old.parent_id == node.parent_id:
        return []
    if node.parent_id is None and LEVELS.index(node.level) > plan.top:
        return [Problem("parent_code", "required", N_("请填写上级代码。"))]
    return problems_with_parent(node, plan.nodes.get(node.parent_id or ""))


def _problems_with_ending(plan: _Plan, old: Node | None, node: Node) -> list[Problem]:
    """Return whether `node` ends before the units under it, or goes on after the one above it."""
    if node.id in plan.closing and plan.left[node.id]:
        sentence = N_("下面还有 %(count)s 个单位没有撤销，不能撤销这一个。")
        return [Problem("closed", "open_children", sentence, {"count": plan.left[node.id]})]
    parent = plan.nodes.get(node.parent_id or "")
    if parent and parent.id not in plan.closing and old != node and _outlives(node, plan.nodes):
        params = {"parent": parent.name, "day": str(parent.closed)}
        return [Problem("parent_code", "closed", N_("上级“%(parent)s”已于 %(day)s 撤销。"), params)]
    return []
