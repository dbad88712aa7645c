"""Decisions about units: codes, who may stand under whom, dated history, mergers."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from webapp.core.errors import N_, Problem

LEVELS = ("province", "city", "county", "township", "community", "group")

# Some counties stand directly under a province, and some cities (东莞, 中山) have townships but no counties.
PARENTS = {
    "province": (),
    "city": ("province",),
    "county": ("city", "province"),
    "township": ("county", "city"),
    "community": ("township",),
    "group": ("community",),
}

# GB/T 2260 (2+2+2 digits), GB/T 10114 (+3), the statistical code of villages and communities (+3); a group adds two
# digits as the 18-digit household code did (12 + 2 + 4), or three where a community has a hundred groups or more.
CODE_LENGTHS = {"province": (2,), "city": (4,), "county": (6,), "township": (9,), "community": (12,), "group": (14, 15)}

NOT_KNOWN = date(1900, 1, 1)  # opened on a day that nobody wrote down: before every month that we count

_PADDING = ((12, 9, "000"), (9, 6, "000"), (6, 4, "00"), (4, 2, "00"))
_DIGITS = re.compile(r"\d+\Z", re.ASCII)


class Term(NamedTuple):
    """A value that held from `since` up to the day before `until`; `until` None: it still holds."""

    value: str | None
    since: date
    until: date | None


class Node(NamedTuple):
    """A unit as rules see it; `parent_id` None is a root.

    `changed` and `latest` are the days of its first and last change after `opened`; None when there was none.
    """

    id: str
    level: str
    name: str
    code: str | None
    parent_id: str | None
    opened: date
    closed: date | None = None
    changed: date | None = None
    latest: date | None = None


def short_code(text: str) -> str:
    """Return the code without the zeros that some lists pad it with: `331126000000` is `331126`, `330000` is `33`."""
    for length, shorter, zeros in _PADDING:
        if len(text) == length and text.endswith(zeros):
            text = text[:shorter]
    return text


def problems_with_code(level: str, code: str) -> list[Problem]:
    """Return what is wrong with the shape of `code` (already short) for a unit of `level`."""
    if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", code):
        sentence = N_("代码 %(code)s 被表格软件改写了，请把这一列设为文本格式再导出。")
        return [Problem("code", "mangled", sentence, {"code": code})]
    if not _DIGITS.match(code):
        return [Problem("code", "shape", N_("代码 %(code)s 只能由数字组成。"), {"code": code})]
    lengths = CODE_LENGTHS[level]
    if len(code) in lengths:
        return []
    params = {"code": code, "lengths": " / ".join(map(str, lengths)), "found": len(code)}
    return [Problem("code", "shape", N_("代码 %(code)s 有 %(found)s 位，这一级应为 %(lengths)s 位。"), params)]


def problems_with_parent(node: Node, parent: Node | None) -> list[Problem]:
    """Return why `node` may not stand under `parent` (None: it is to be a root)."""
    if parent is None:
        sentence = N_("小组必须有上级社区（村）。")
        return [Problem("parent_code", "required", sentence)] if node.level == "group" else []
    if parent.level not in PARENTS[node.level]:
        sentence = N_("上级“%(parent)s”的级别不对，这一级不能放在它下面。")
        return [Problem("parent_code", "level", sentence, {"parent": parent.name})]
    if node.code and parent.code and not node.code.startswith(parent.code):
        params = {"code": node.code, "parent_code": parent.code}
        return [Problem("code", "prefix", N_("代码 %(code)s 应以上级代码 %(parent_code)s 开头。"), params)]
    return []


def problems_with_dates(opened: date, closed: date | None, today: date) -> list[Problem]:
    """Return what is wrong with the first day of a unit and the first day without it."""
    found, params = [], {"today": str(today)}
    if opened > today:
        found.append(Problem("opened", "future", N_("设立日期不能晚于今天（%(today)s）。"), params))
    if closed and closed > today:
        found.append(Problem("closed", "future", N_("撤销日期不能晚于今天（%(today)s）。"), params))
    if closed and closed <= opened:
        found.append(Problem("closed", "order", N_("撤销日期必须晚于设立日期。")))
    return found


def problems_with_change(terms: Sequence[Term], since: date, today: date) -> list[Problem]:
    """Return why the history `terms` (oldest first) may not take another value on `since`."""
    if since > today:
        return [Problem("since", "future", N_("生效日期不能晚于今天（%(today)s）。"), {"today": str(today)})]
    if terms[-1].until is not None:
        return [Problem("since", "closed", N_("这个单位已经撤销，不能再改。"))]
    if since < terms[-1].since:
        params = {"last": str(terms[-1].since)}
        return [Problem("since", "order", N_("生效日期不能早于上一次变更（%(last)s）。"), params)]
    return []


def with_change(terms: Sequence[Term], value: str | None, since: date) -> list[Term]:
    """Return the history `terms` with `value` from `since` on; a second change on one day replaces the first."""
    *before, last = terms
    if value == last.value:
        return list(terms)
    if since > last.since:
        return [*before, last._replace(until=since), Term(value, since, None)]
    if before and before[-1].value == value:
        return [*before[:-1], before[-1]._replace(until=None)]
    return [*before, Term(value, since, None)]


def with_end(terms: Sequence[Term], on: date) -> list[Term]:
    """Return the history `terms` ended `on` a day; a value given on that very day never held."""
    *before, last = terms
    if last.since < on:
        return [*before, last._replace(until=on)]
    return before


def value_on(terms: Iterable[Term], day: date) -> str | None:
    """Return the value that held on `day`; None when none did."""
    return next((t.value for t in terms if t.since <= day and (t.until is None or day < t.until)), None)


def is_unbroken(terms: Sequence[Term], opened: date, closed: date | None) -> bool:
    """Return whether `terms` (oldest first, none empty) cover the life of a unit without a gap or an overlap."""
    meets = all(one.until == two.since and one.since < two.since for one, two in pairwise(terms))
    return meets and terms[0].since == opened and terms[-1].until == closed


def in_circles(parents: Mapping[str, str | None]) -> set[str]:
    """Return the units (child -> parent) that are, through their parents, above themselves."""
    settled: set[str] = set()
    circles: set[str] = set()
    for start in parents:
        walk: dict[str, None] = {}
        at: str | None = start
        while at is not None and at not in settled and at not in walk:
            walk[at] = None
            at = parents.get(at)
        if at in walk:
            trail = list(walk)
            circles.update(trail[trail.index(at) :])
        settled.update(walk)
    return circles


def problems_with_merger(sources: Sequence[Node], into: Node) -> list[Problem]:
    """Return why the units `sources` may not be merged into `into`."""
    if into.closed or any(source.closed for source in sources):
        return [Problem("codes", "closed", N_("已经撤销的单位不能合并。"))]
    if into.id in {source.id for source in sources} or max(Counter(s.id for s in sources).values(), default=0) != 1:
        return [Problem("codes", "twice", N_("同一个单位在合并里只能出现一次。"))]
    if any(source.level != into.level for source in sources):
        return [Problem("codes", "level", N_("只有同一级的单位才能合并。"))]
    return []
