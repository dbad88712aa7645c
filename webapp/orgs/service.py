"""Changing the unit tree: every change is dated, and what was before stays readable.

Each use-case raises Invalid when a rule is broken and NotFound for an unknown unit. None of them commits.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from webapp.changes.service import Changed, note
from webapp.core import clock
from webapp.core.db import db
from webapp.core.errors import N_, Invalid, Problem
from webapp.core.ids import new_id
from webapp.ledger.rules import Line
from webapp.ledger.service import record_many
from webapp.orgs import queries, rules
from webapp.orgs.models import Unit, UnitTerm
from webapp.orgs.rules import Node, Term

ATTRIBUTES = ("name", "code", "parent")
EVERY_MONTH = 0  # so that phones, which ask for the months they hold, are not told


def open_units(nodes: Sequence[Node], *, actor_id: str | None) -> None:
    """Add new units that the rules have judged; the ids in `nodes` are kept.

    The parent of each is in the tree already or stands before it in `nodes`.
    """
    if not nodes:
        return
    paths = {above.id: above.path for above in queries.units({n.parent_id for n in nodes if n.parent_id}).values()}
    for node in nodes:
        paths[node.id] = f"{paths[node.parent_id] if node.parent_id else '/'}{node.id}/"
    db.session.execute(insert(Unit), [_unit_row(node, paths[node.id]) for node in nodes])
    db.session.execute(insert(UnitTerm), [row for node in nodes for row in _first_terms(node)])
    record_many([line for node in nodes for line in _opening_lines(node, actor_id)])


def rename(unit_id: str, name: str, since: date, *, actor_id: str | None) -> None:
    """Give a unit the name `name` (1 to 60 characters) from `since` on."""
    name = name.strip()
    if not 1 <= len(name) <= 60:
        raise Invalid([Problem("name", "length", N_("名称应为 1 到 60 个字。"))])
    unit = queries.unit(unit_id)
    _change({unit_id: name}, "name", since, actor_id)
    unit.name = name


def recode(unit_id: str, code: str, since: date, *, actor_id: str | None) -> None:
    """Give a unit the code `code` from `since` on, and its new beginning to the codes of the units under it."""
    unit, code = queries.unit(unit_id), rules.short_code(code.strip())
    _refuse(_problems_with_new_code(unit, code))
    renewed = {each.id: code + (each.code or "")[len(unit.code or "") :] for each in _coded_alike(unit)}
    taken = [held for held, holder in queries.holders(renewed.values()).items() if holder not in renewed]
    if taken:
        raise Invalid([Problem("code", "taken", N_("代码 %(code)s 已经有单位在用。"), {"code": min(taken)})])
    _change(renewed, "code", since, actor_id)
    db.session.execute(update(Unit), [{"id": unit_id, "code": new} for unit_id, new in renewed.items()])
    db.session.expire_all()


def move(unit_id: str, parent_id: str, since: date, *, actor_id: str | None) -> None:
    """Put a unit and all under it under another parent from `since` on; codes stay until they are changed."""
    unit, parent = queries.unit(unit_id), queries.unit(parent_id)
    _refuse(_problems_with_new_parent(unit, parent))
    _change({unit_id: parent_id}, "parent", since, actor_id)
    unit.parent_id = parent_id
    _hang(unit.path, f"{parent.path}{unit_id}/")
    note([Changed("unit", unit_id, 0, unit_id, EVERY_MONTH)])  # what it came to in any month counts elsewhere now


def close(unit_id: str, on: date, *, actor_id: str | None, successor_id: str | None = None) -> None:
    """End a unit: `on` is the first day without it. The units under it must have ended or moved by then."""
    unit = queries.unit(unit_id)
    histories = {attribute: queries.histories([unit_id], attribute)[unit_id] for attribute in ATTRIBUTES}
    _refuse(_problems_with_end(unit, on, histories.values()))
    for attribute, terms in histories.items():
        _store(attribute, {unit_id: rules.with_end(terms, on)})
    unit.closed, unit.successor_id = on, successor_id
    db.session.flush()
    detail = {"on": on.isoformat(), "successor_id": successor_id}
    record_many([Line("unit.closed", "unit", unit_id, actor_id, unit_id, None, detail)])


def merge(source_ids: Sequence[str], into_id: str, on: date, *, actor_id: str | None) -> None:
    """Let the unit `into_id` take over from the units `source_ids`, of its level, and take the units under them."""
    found = {node.id: node for node in queries.nodes([*source_ids, into_id])}
    queries.unit(into_id)
    sources = [found[queries.unit(source_id).id] for source_id in source_ids]
    _refuse(rules.problems_with_merger(sources, found[into_id]))
    for source_id in source_ids:
        for child in queries.children(source_id):
            move(child.id, into_id, on, actor_id=actor_id)
        close(source_id, on, actor_id=actor_id, successor_id=into_id)


def set_opened(unit_id: str, opened: date, *, actor_id: str | None) -> None:
    """Correct the day a unit began; its first name, code and parent begin with it."""
    unit = queries.unit(unit_id)
    _refuse(rules.problems_with_dates(opened, unit.closed, clock.today()))
    for attribute in ATTRIBUTES:
        first, *later = queries.histories([unit_id], attribute)[unit_id]
        if later and opened >= later[0].since:
            params = {"day": str(later[0].since)}
            raise Invalid([Problem("opened", "order", N_("设立日期必须早于第一次变更（%(day)s）。"), params)])
        _store(attribute, {unit_id: [first._replace(since=opened), *later]})
    record_many([_line(unit_id, "opened", str(unit.opened), str(opened), opened, actor_id)])
    unit.opened = opened
    db.session.flush()


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise Invalid(problems)


def _problems_with_new_code(unit: Unit, code: str) -> list[Problem]:
    parent = queries.nodes([unit.parent_id])[0] if unit.parent_id else None
    node = queries.nodes([unit.id])[0]._replace(code=code)
    return rules.problems_with_code(unit.level, code) or rules.problems_with_parent(node, parent)


def _coded_alike(unit: Unit) -> list[Unit]:
    """Return the unit and the open units under it whose code begins with its own."""
    if not unit.code:
        return [unit]
    alike = select(Unit).where(queries.within(unit.path), Unit.closed.is_(None), Unit.code.startswith(unit.code))
    return [unit, *(each for each in db.session.execute(alike).scalars() if each is not unit)]


def _problems_with_new_parent(unit: Unit, parent: Unit) -> list[Problem]:
    if parent.closed:
        params = {"parent": parent.name, "day": str(parent.closed)}
        return [Problem("parent_code", "closed", N_("上级“%(parent)s”已于 %(day)s 撤销。"), params)]
    if unit.id in queries.ids_on_path(parent.path):
        return [Problem("parent_code", "circle", N_("一个单位不能放到它自己下面。"))]
    node, above = (queries.nodes([one.id])[0] for one in (unit, parent))
    return rules.problems_with_parent(node._replace(code=None), above)


def _problems_with_end(unit: Unit, on: date, histories: Iterable[Sequence[Term]]) -> list[Problem]:
    today = clock.today()
    found = [problem for terms in histories for problem in rules.problems_with_change(terms, on, today)]
    found = found or rules.problems_with_dates(unit.opened, on, today)
    left = queries.count_under(unit.id, on)
    if left and not found:
        sentence = N_("下面还有 %(count)s 个单位没有撤销，不能撤销这一个。")
        return [Problem("closed", "open_children", sentence, {"count": left})]
    return found


def _change(values: Mapping[str, str], attribute: str, since: date, actor_id: str | None) -> None:
    """Write new values (unit id -> value) into the histories of an attribute. Raises Invalid for a wrong day."""
    histories = queries.histories(values, attribute)
    for terms in histories.values():
        _refuse(rules.problems_with_change(terms, since, clock.today()))
    changed = {unit_id: terms for unit_id, terms in histories.items() if terms[-1].value != values[unit_id]}
    _store(attribute, {unit_id: rules.with_change(terms, values[unit_id], since) for unit_id, terms in changed.items()})
    record_many([
        _line(unit_id, attribute, terms[-1].value, values[unit_id], since, actor_id)
        for unit_id, terms in changed.items()
    ])  # fmt: skip


def _line(unit_id: str, attribute: str, before: str | None, after: str, since: date, actor_id: str | None) -> Line:
    detail = {"attribute": attribute, "before": before, "after": after, "since": since.isoformat()}
    return Line("unit.changed", "unit", unit_id, actor_id, unit_id, None, detail)


def _store(attribute: str, histories: Mapping[str, Sequence[Term]]) -> None:
    """Replace the histories of an attribute (unit id -> terms)."""
    if not histories:
        return
    gone = delete(UnitTerm).where(UnitTerm.attribute == attribute, UnitTerm.unit_id == bindparam("gone"))
    db.session.connection().execute(gone, [{"gone": unit_id} for unit_id in histories])
    rows = [_term_row(unit_id, attribute, term) for unit_id, terms in histories.items() for term in terms]
    db.session.execute(insert(UnitTerm), rows)


def _hang(old: str, new: str) -> None:
    """Give the sub-tree with the path `old` the path `new`."""
    db.session.flush()
    path = new + func.substr(Unit.path, len(old) + 1)
    below = update(Unit).where(queries.within(old)).values(path=path)
    db.session.execute(below, execution_options={"synchronize_session": False})
    db.session.expire_all()


def _unit_row(node: Node, path: str) -> dict[str, Any]:
    kept = {key: getattr(node, key) for key in ("id", "parent_id", "level", "name", "code", "opened", "closed")}
    return {**kept, "path": path, "successor_id": None}


def _first_terms(node: Node) -> list[dict[str, Any]]:
    values = zip(ATTRIBUTES, (node.name, node.code, node.parent_id), strict=True)
    return [_term_row(node.id, attribute, Term(value, node.opened, node.closed)) for attribute, value in values]


def _term_row(unit_id: str, attribute: str, term: Term) -> dict[str, Any]:
    return {"id": new_id(), "unit_id": unit_id, "attribute": attribute, **term._asdict()}


def _opening_lines(node: Node, actor_id: str | None) -> list[Line]:
    detail = {"name": node.name, "code": node.code, "level": node.level}
    lines = [Line("unit.opened", "unit", node.id, actor_id, node.id, None, detail)]
    if node.closed:
        ended = {"on": node.closed.isoformat(), "successor_id": None}
        lines.append(Line("unit.closed", "unit", node.id, actor_id, node.id, None, ended))
    return lines
