"""The monthly report: what can be worked out, what must be explained, what may happen to it next.

The phone has the same rules in `static/js/domain/report.js`; both are held to `tests/vectors/report.json`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, TypeGuard

from webapp.core.errors import N_, Problem
from webapp.core.period import Month
from webapp.forms.rules import LANGUAGES, LONGEST_REASON, Balance, Form, Measure, Texts, in_language, may_be_sent

Row = Mapping[str, Any]

# (state, step) -> next state; the phone has one state more, 已存本机, of which the server knows nothing.
# Handing in once more before the review replaces what was handed in: that is how a person who was told `stale` chooses.
NEXT: Mapping[tuple[str, str], str] = {
    ("empty", "submit"): "submitted",
    ("submitted", "submit"): "submitted",
    ("returned", "submit"): "submitted",
    ("accepted", "submit"): "submitted",
    ("submitted", "accept"): "accepted",
    ("submitted", "return"): "returned",
    ("accepted", "lock"): "locked",
}

FROM_DOORS = frozenset({"visits", "round", "needs"})

SENTENCES: Mapping[str, str] = {
    "form_version": N_("这份月报用的是旧表，请更新后再核对一次。"),
    "required": N_("请填写“%(label)s”。"),
    "first_month": N_("第一次上报，请先填写“%(label)s”，以后每月自动带出。"),
    "unknown": N_("表里没有 %(measure)s 这一项。"),
    "integer": N_("“%(label)s”请填整数，例如 0、1、12。"),
    "range": N_("“%(label)s”请填 %(min)s 到 %(max)s 之间的数。"),
    "unexplained": N_("“%(label)s”算出来是 %(computed)s，填的是 %(value)s，请写明原因。"),
    "reason_required": N_("请写明原因。"),
    "reason_idle": N_("这个数没有改，原因不会报上去：要改，请先改数；不改，请把原因删掉。"),
    "reason_long": N_("原因太长了，最多 %(longest)s 个字。"),
    "adjustment_differs": N_("说明里的数和填的数不一样，请再核对一次。"),
    "adjusted_twice": N_("同一项写了两次原因，请留一个。"),
    "nil_not_empty": N_("本月有记录或填了数，不能按“本月无变动”上报，请核对后上报。"),
    "balance": N_("%(sum)s = %(expected)s，填的是 %(entered)s，差 %(gap)s 人：可能漏记%(suspect)s %(gap)s 人。"),
    "balance_repeated": N_(
        "%(sum)s = %(expected)s，填的是 %(entered)s，差 %(gap)s 人："
        "可能漏记%(suspect)s %(gap)s 人，或者有 %(count)s 笔 %(gap)s 人的记录记重了。"
    ),
    "locked": N_("%(month)s已经锁定，不能再改。要更正，请告诉社区。"),
    "not_begun": N_("%(month)s还没有开始，不能上报。"),
    "correction": N_("社区已经接收了这份月报，更正请写明原因。"),
}


class Computed(NamedTuple):
    """What a measure comes to by itself.

    `value` is None when only the leader knows it, `where` holds the ids of the entries, visits or needs behind it,
    `from_` is the kind of its source (see forms), `entered` where nothing is known of doors, or noted.
    """

    value: int | None
    where: tuple[str, ...]
    from_: str


@dataclass(frozen=True, slots=True)
class BalanceGap:
    """A month that does not add up.

    It shows at the measure `closing`. `terms` are (measure, sign, value), `difference` is entered − expected, `suspect`
    the measure that may lack entries, `candidates` the ids of entries that may have been noted twice.
    """

    closing: str
    terms: tuple[tuple[str, str, int], ...]
    expected: int
    entered: int
    difference: int
    suspect: str
    candidates: tuple[str, ...]


def computed(
    form: Form, events: Iterable[Row], previous: Mapping[str, int] | None, doors: Row | None = None,
    noted: Sequence[Row] = (),
) -> dict[str, Computed]:  # fmt: skip
    """Return what every measure of `form` comes to.

    `events` are the entries that count in the month, supplementary ones included; `previous` are last month's reported
    values, None when there was no report; `doors` is what the month's visits come to (`{"planned", "visits": [{"id",
    "outcome"}], "needs": [{"id"}]}`), None for a group that keeps no households; `noted` is work for everybody
    (`[{"id", "measure", "counted"}]`). What nothing is known of is entered by the leader.
    """
    entries = list(events)
    found = {measure.code: _computed(measure, entries, previous or {}, doors) for measure in form.measures}
    found |= {m.code: _of_outreach(m, noted) for m in form.measures if m.source.kind == "outreach"}
    if form.balance:
        closing = closing_of(form.balance, {code: cell.value for code, cell in found.items()})
        found[form.balance.closing] = Computed(closing, (), "balance")
    return found


def _computed(measure: Measure, entries: list[Row], previous: Mapping[str, int], doors: Row | None) -> Computed:
    source = measure.source
    if source.kind == "previous":
        return Computed(previous.get(source.measure), (), source.kind)
    if source.kind in FROM_DOORS:
        return _at_doors(measure, doors) if doors else Computed(None, (), "entered")
    if source.kind != "events":
        return Computed(None, (), source.kind)
    mine = [entry for entry in entries if _counts(measure, entry)] if entries else []
    value = sum(1 if source.sum == "count" else int(entry[source.sum]) for entry in mine)
    return Computed(value, tuple(str(entry["id"]) for entry in mine), source.kind)


def _at_doors(measure: Measure, doors: Row) -> Computed:
    kind, outcome = measure.source.kind, measure.source.outcome
    if kind == "round":
        return Computed(doors["planned"], (), kind)
    rows = doors["needs"] if kind == "needs" else [row for row in doors["visits"] if row["outcome"] == outcome]
    return Computed(len(rows), tuple(str(row["id"]) for row in rows), kind)


def _of_outreach(measure: Measure, noted: Sequence[Row]) -> Computed:
    mine = {str(row["id"]): int(row["counted"]) for row in noted if row["measure"] == measure.source.field}
    return Computed(sum(mine.values()), tuple(mine), "outreach") if mine else Computed(None, (), "entered")


def _counts(measure: Measure, entry: Row) -> bool:
    return entry["kind"] == measure.source.event and measure.source.service in ("", entry.get("service"))


def closing_of(rule: Balance, values: Row) -> int | None:
    """Return what the month should close with; None unless all it is made of are whole numbers."""
    plus: list[Any] = [values.get(code) for code in (rule.opening, *rule.plus)]
    minus: list[Any] = [values.get(code) for code in rule.minus]
    return sum(plus) - sum(minus) if all(map(_is_whole, plus + minus)) else None


def is_nil(form: Form, computed: Mapping[str, Computed]) -> bool:
    """Say whether 本月无变动 may be offered: no entries, and last month's numbers are known; visits are no change."""
    nothing = all(not computed[m.code].value for m in form.measures if m.source.kind == "events")
    return nothing and all(computed[m.code].value is not None for m in form.measures if m.source.kind == "previous")


def fill(form: Form, data: Row, computed: Mapping[str, Computed]) -> dict[str, Any]:
    """Return the values of the report `data`; those of a nil report are completed by what was computed, or 0.

    What last month would say stays out when nothing is known of it: an unchanged month is unchanged from a number.
    """
    values = dict(data.get("values") or {})
    if not data.get("nil"):
        return values
    for measure in form.measures:
        cell = computed[measure.code]
        worked_out = 0 if cell.from_ == "entered" else None if cell.from_ == "balance" else cell.value
        if worked_out is not None:
            values.setdefault(measure.code, worked_out)
    if form.balance and form.balance.closing not in values:
        closing = closing_of(form.balance, values)
        values |= {} if closing is None else {form.balance.closing: closing}
    return values


def _is_whole(value: object) -> TypeGuard[int]:
    return type(value) is int  # a boolean is an int, but not a number that somebody counted


def problems_with_report(
    form: Form, data: Row, computed: Mapping[str, Computed], previous: Mapping[str, int] | None
) -> list[Problem]:
    """Return what is wrong with the report `data`, as it came (before `fill`).

    Fields are `values.births`, `adjustments.0.reason`, `nil`, `form`. Params named `label`, `sum` and `suspect` are
    texts by language.
    """
    if data.get("form") != form.ref:
        return [_problem("form", "form_version")]
    values = fill(form, data, computed)
    adjustments = list(data.get("adjustments") or [])
    explained = {adjustment["measure"] for adjustment in adjustments}
    gap = balance(form, values)
    return [
        *_problems_with_nil(form, data, computed),
        *_problems_with_values(form, values, is_first=previous is None),
        *_unexplained(form, values, computed, explained),
        *(problem for i in range(len(adjustments)) for problem in _problems_with_adjustment(i, adjustments, values)),
        *([balance_sentence(form, gap)] if gap and gap.closing not in explained else []),
    ]


def _problems_with_nil(form: Form, data: Row, computed: Mapping[str, Computed]) -> Iterator[Problem]:
    if not data.get("nil"):
        return
    given = data.get("values") or {}
    changes = [m.code for m in form.measures if computed[m.code].from_ in ("events", "entered")]
    if any(computed[code].value or given.get(code) for code in changes):
        yield _problem("nil", "nil_not_empty")


def _problems_with_values(form: Form, values: Row, *, is_first: bool) -> Iterator[Problem]:
    for measure in form.measures:
        value, field = values.get(measure.code), f"values.{measure.code}"
        if _is_whole(value) and measure.min <= value <= measure.max:
            continue
        if value is None or value == "":
            code = "first_month" if is_first and measure.source.kind == "previous" else "required"
            yield _problem(field, code, label=measure.label)
        elif not _is_whole(value):
            yield _problem(field, "integer", label=measure.label)
        else:
            yield _problem(field, "range", label=measure.label, min=measure.min, max=measure.max)
    for code in values.keys() - {measure.code for measure in form.measures}:
        yield _problem(f"values.{code}", "unknown", measure=code)


def _unexplained(form: Form, values: Row, cells: Mapping[str, Computed], said: Collection[str]) -> Iterator[Problem]:
    for measure in form.measures:
        value, cell = values.get(measure.code), cells[measure.code]
        known = cell.from_ != "balance" and cell.value is not None and _is_whole(value)
        if known and value != cell.value and measure.code not in said:
            params = {"label": measure.label, "computed": cell.value, "value": value}
            yield _problem(f"values.{measure.code}", "unexplained", **params)


def _problems_with_adjustment(index: int, rows: list[Row], values: Row) -> Iterator[Problem]:
    row, field = rows[index], f"adjustments.{index}"
    for name in row.keys() - {"measure", "value", "reason"}:
        yield _problem(f"{field}.{name}", "unknown", measure=name)
    if row["measure"] not in values:
        yield _problem(f"{field}.measure", "unknown", measure=row["measure"])
    elif not _is_whole(row.get("value")) or row["value"] != values[row["measure"]]:
        yield _problem(f"{field}.value", "adjustment_differs")
    if row["measure"] in [other["measure"] for other in rows[:index]]:
        yield _problem(f"{field}.measure", "adjusted_twice")
    yield from _problems_with_reason(f"{field}.reason", row.get("reason"), "reason_required")


def _problems_with_reason(field: str, reason: object, code: str) -> Iterator[Problem]:
    if not isinstance(reason, str) or not reason.strip():
        yield _problem(field, code)
    elif len(reason) > LONGEST_REASON:
        yield _problem(field, "reason_long", longest=LONGEST_REASON)


def balance(form: Form, values: Row, events: Iterable[Row] = ()) -> BalanceGap | None:
    """Return how far the month is from adding up; None when it does, or cannot be said yet."""
    rule = form.balance
    if rule is None:
        return None
    entered: Any = values.get(rule.closing)
    expected = closing_of(rule, values)
    if expected is None or not _is_whole(entered) or entered == expected:
        return None
    signs = {rule.opening: "", **dict.fromkeys(rule.plus, "+"), **dict.fromkeys(rule.minus, "−")}
    terms = tuple((m.code, signs[m.code], values[m.code]) for m in form.measures if m.code in signs)
    # Fewer than expected: somebody left unnoted, or an arrival was noted twice; more: the other way round.
    lacking, repeated = (rule.minus, rule.plus) if entered < expected else (rule.plus, rule.minus)
    twice = [m for m in form.measures if m.code in repeated and m.source.kind == "events"]
    alike = [entry for entry in events if entry["persons"] == abs(entered - expected)]
    candidates = tuple(str(entry["id"]) for entry in alike if any(_counts(measure, entry) for measure in twice))
    return BalanceGap(rule.closing, terms, expected, entered, entered - expected, lacking[-1], candidates)


def balance_sentence(form: Form, gap: BalanceGap) -> Problem:
    """Return the one sentence about `gap`: the sum, the difference, where to look."""
    short = {measure.code: measure.short for measure in form.measures}
    params = {
        "sum": {language: _sum(gap, short, language) for language in LANGUAGES},
        "suspect": short[gap.suspect],
        "expected": gap.expected,
        "entered": gap.entered,
        "gap": abs(gap.difference),
        "count": len(gap.candidates),
    }
    sentence = SENTENCES["balance_repeated" if gap.candidates else "balance"]
    return Problem(f"values.{gap.closing}", "balance", sentence, params)


def _sum(gap: BalanceGap, short: Mapping[str, Texts], language: str) -> str:
    return " ".join(f"{sign} {in_language(short[code], language)} {value}".strip() for code, sign, value in gap.terms)


def problems_with_step(data: Row, form: Form, month: Month, today: date, *, corrects: bool) -> list[Problem]:
    """Return why the report of `month` cannot be handed in now.

    `data` carries `state` and, for a correction, `reason`; `corrects` says that the community accepted it before.
    """
    if (data["state"], "submit") not in NEXT:
        return [_problem("month", "locked", month=month.label)]
    if month > Month.of(today):
        return [_problem("month", "not_begun", month=month.label)]
    reason = _problems_with_reason("reason", data.get("reason"), "correction") if corrects else ()
    return [*may_be_sent(form, month), *reason]


def _problem(field: str, code: str, **params: Any) -> Problem:
    return Problem(field, code, SENTENCES[code], params)
