"""What a statistical form is, and when it may be sent to the people who fill it in.

Statistics Law (2024) article 17: a form shows its number, the authority that made it, the approval or filing
reference and its validity; whoever is asked may refuse a form without these marks or beyond its validity.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from webapp.core.errors import N_, Invalid, Problem
from webapp.core.period import Month

LANGUAGES = ("zh-Hans", "zh-Hant", "en")
UNITS = frozenset({"person", "household", "time", "item"})
SOURCES = frozenset({"previous", "events", "balance", "entered", "visits", "round", "needs", "outreach"})
EVENTS = frozenset({"birth", "death", "move_in", "move_out", "service"})
OUTCOMES = frozenset({"met", "not_home", "declined", "rescheduled"})
EVENT_SUMS = frozenset({"persons", "households", "count"})
OUTREACH = frozenset({"notices", "guides", "restocked"})
LARGEST = 999_999
LONGEST_REASON = 200
MONTHS_AFTER = 3  # a due day is never moved beyond the end of the third month after its own

# What no form may ask again: abolished (2021) or nobody's business. Labels only: a definition may say "not counted".
UNLAWFUL = (
    *("孕情", "怀孕", "懷孕", "孕检", "孕檢", "避孕", "节育", "節育", "上环", "上環", "结扎", "結紮", "三查", "婚"),
    *("计划外", "計劃外", "政策内", "政策內", "政策生育", "准生", "生育证", "生育證", "社会抚养费", "社會撫養費"),
    *("民族", "宗教", "信仰", "pregnant", "contracept", "steril", "marri", "birth permit", "ethnic", "religio"),
)

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value comes from.

    `kind` is `previous` (last month's `measure`), `events` (the `sum` of persons, households or count over entries of
    the kind `event`, of one `service` where given), `balance` (worked out) or `entered` (known only to the leader).
    Of groups that keep households also: `visits` (households by the `outcome` of their visits), `round` (households
    that were to be called on) and `needs` (what was asked for); elsewhere these are entered. `outreach` is the `field`
    (of OUTREACH) of work for everybody, entered in a month in which nothing of it was noted.
    """

    kind: str
    measure: str = ""
    event: str = ""
    sum: str = ""
    service: str = ""
    outcome: str = ""
    field: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A group of measures that stand together on the page."""

    code: str
    label: Texts


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of a form; `definition` is its 口径: what counts, what does not, an example."""

    code: str
    section: str
    label: Texts
    short: Texts
    definition: Texts
    unit: str
    min: int
    max: int
    source: Source


@dataclass(frozen=True, slots=True)
class Balance:
    """What must add up: `opening` + every `plus` − every `minus` = `closing`.

    The measure listed last in `plus` and in `minus` is the one most often forgotten; the balance sentence names it.
    """

    opening: str
    plus: tuple[str, ...]
    minus: tuple[str, ...]
    closing: str

    @property
    def measures(self) -> tuple[str, ...]:
        """All codes, in the order in which they are written down."""
        return (self.opening, *self.plus, *self.minus, self.closing)


@dataclass(frozen=True, slots=True)
class Form:
    """One version of a form; `definition` is the JSON it was read from, as phones receive it."""

    code: str
    version: int
    number: str
    authority: str
    reference: str
    valid_from: date
    valid_to: date
    approved_on: date | None
    legal_basis: Texts
    title: Texts
    demo: bool
    supplement_months: int
    sections: tuple[Section, ...]
    measures: tuple[Measure, ...]
    balance: Balance | None
    definition: Mapping[str, Any]

    @property
    def ref(self) -> str:
        """The name that reports carry: `monthly@1`."""
        return f"{self.code}@{self.version}"

    def find(self, code: str) -> Measure | None:
        """Return the measure `code`, or None."""
        return next((measure for measure in self.measures if measure.code == code), None)

    def measures_in(self, section: str) -> list[Measure]:
        """Return the measures of one section in the order of the form."""
        return [measure for measure in self.measures if measure.section == section]


def in_language(texts: Texts, language: str) -> str:
    """Return the text in `language` (`zh-Hans`, `zh-Hant`, `en`), or in Simplified Chinese."""
    return texts.get(language) or texts["zh-Hans"]


def load_form(data: Mapping[str, Any]) -> Form:
    """Return the form that `data` (of the shape of `schemas.FormSchema`) defines. Raises Invalid."""
    problems = problems_with_form(data)
    if problems:
        raise Invalid(problems)
    approved, balance = data.get("approved_on"), data.get("balance")
    own = ("code", "version", "number", "authority", "reference", "legal_basis", "title", "supplement_months")
    return Form(
        **{name: data[name] for name in own},
        valid_from=date.fromisoformat(data["valid_from"]),
        valid_to=date.fromisoformat(data["valid_to"]),
        approved_on=date.fromisoformat(approved) if approved else None,
        demo=bool(data.get("demo")),
        sections=tuple(Section(**section) for section in data["sections"]),
        measures=tuple(_measure(measure) for measure in data["measures"]),
        balance=_balance(balance) if balance else None,
        definition=data,
    )


def _measure(data: Mapping[str, Any]) -> Measure:
    return Measure(**{"short": data["label"], **data, "source": Source(**data["source"])})


def _balance(data: Mapping[str, Any]) -> Balance:
    return Balance(data["opening"], tuple(data["plus"]), tuple(data["minus"]), data["closing"])


def may_be_sent(form: Form, month: Month) -> list[Problem]:
    """Return why `form` may not be sent to groups for `month`; empty when it may.

    It must be approved and valid on the last day of the month.
    """
    last = month.last
    if form.approved_on and form.approved_on <= last and form.valid_from <= last <= form.valid_to:
        return []
    params = {"number": form.number, "month": month.label}
    if form.approved_on is None or form.approved_on > last:
        sentence = N_("%(number)s 在%(month)s还没有批准，不能下发填报，基层可以拒绝填写。")
        return [Problem("form", "not_approved", sentence, params)]
    if form.valid_from > last:
        sentence = N_("%(number)s 从 %(day)s 起才有效，不能用于%(month)s。")
        return [Problem("form", "not_yet_valid", sentence, {**params, "day": form.valid_from.isoformat()})]
    sentence = N_("%(number)s 的有效期到 %(day)s 为止，不能再用于%(month)s，基层可以拒绝填写。")
    return [Problem("form", "expired", sentence, {**params, "day": form.valid_to.isoformat()})]


def problems_with_moved_due(month: Month, due: date, reason: str) -> list[Problem]:
    """Return what is wrong with moving the due day of `month` to `due`, for everybody or for one unit."""
    problems = []
    latest = month.plus(MONTHS_AFTER).last
    if not month.first <= due <= latest:
        days = {"first": month.first.isoformat(), "last": latest.isoformat()}
        problems.append(Problem("due", "range", N_("截止日要在 %(first)s 到 %(last)s 之间。"), days))
    if not reason.strip():
        problems.append(Problem("reason", "required", N_("请写明理由，大家都能看到。")))
    if len(reason) > LONGEST_REASON:
        longest = {"longest": LONGEST_REASON}
        problems.append(Problem("reason", "long", N_("太长了，最多 %(longest)s 个字。"), longest))
    return problems


def problems_with_extension(month: Month, due: date, reason: str, current: date) -> list[Problem]:
    """Return what is wrong with giving a unit time until `due`, when it already has until `current`."""
    problems = problems_with_moved_due(month, due, reason)
    if due <= current:
        sentence = N_("延期要晚于现在的截止日 %(current)s。")
        problems.append(Problem("due", "not_later", sentence, {"current": current.isoformat()}))
    return problems


def problems_with_form(data: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with a definition whose shape is right (`schemas.FormSchema`)."""
    return [
        *_problems_with_dates(data),
        *_repeated("sections", data["sections"]),
        *_repeated("measures", data["measures"]),
        *_unlawful(data),
        *(
            problem
            for i, measure in enumerate(data["measures"])
            for problem in _problems_with_measure(i, measure, data)
        ),
        *_problems_with_balance(data),
    ]


def _problems_with_dates(data: Mapping[str, Any]) -> Iterator[Problem]:
    if data["valid_to"] < data["valid_from"]:
        yield Problem("valid_to", "order", N_("有效期的结束不能早于开始。"))
    if (data.get("approved_on") or "") > data["valid_to"]:
        yield Problem("approved_on", "order", N_("批准日期不能晚于有效期。"))


def _repeated(name: str, rows: Iterable[Mapping[str, Any]]) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, row in enumerate(rows):
        if row["code"] in seen:
            yield Problem(f"{name}.{index}.code", "duplicate", N_("代码 %(code)s 用了两次。"), {"code": row["code"]})
        seen.add(row["code"])


def _unlawful(data: Mapping[str, Any]) -> Iterator[Problem]:
    rows = [
        ("title", data["title"]),
        *((f"sections.{i}.label", row["label"]) for i, row in enumerate(data["sections"])),
    ]
    for i, row in enumerate(data["measures"]):
        rows += [(f"measures.{i}.label", row["label"]), (f"measures.{i}.code", {"": row["code"]})]
        rows.append((f"measures.{i}.short", row.get("short", {})))
    for field, texts in rows:
        found = [word for word in UNLAWFUL for text in texts.values() if word in text.lower()]
        if found:
            yield Problem(field, "unlawful", N_("表里不能再问“%(word)s”。"), {"word": found[0]})


def _problems_with_measure(index: int, measure: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[Problem]:
    field = f"measures.{index}"
    if measure["section"] not in _codes(data["sections"]):
        sentence = N_("没有 %(code)s 这一栏目。")
        yield Problem(f"{field}.section", "unknown", sentence, {"code": measure["section"]})
    if measure["max"] < measure["min"]:
        yield Problem(f"{field}.max", "order", N_("最大值不能小于最小值。"))
    if not _source_is_whole(measure, data):
        sentence = N_("指标 %(code)s 的来源写得不完整。")
        yield Problem(f"{field}.source", "source", sentence, {"code": measure["code"]})


def _source_is_whole(measure: Mapping[str, Any], data: Mapping[str, Any]) -> bool:
    """Say whether the source names all that its kind needs, and nothing else."""
    source = dict(measure["source"])
    kind, names = source.pop("kind"), set(source)
    if kind == "previous":
        return names == {"measure"} and source["measure"] in _codes(data["measures"])
    if kind == "events":
        named = {"event", "sum"} <= names <= {"event", "sum", "service"} and source["event"] in EVENTS
        return named and ("service" not in names or source["event"] == "service")
    if kind == "visits":
        return names == {"outcome"}
    if kind == "outreach":
        return names == {"field"}
    return not names and (
        kind in ("entered", "round", "needs") or measure["code"] == (data.get("balance") or {}).get("closing")
    )


def _problems_with_balance(data: Mapping[str, Any]) -> Iterator[Problem]:
    balance = data.get("balance")
    if not balance:
        return
    units = {measure["code"]: measure["unit"] for measure in data["measures"]}
    named = _balance(balance).measures
    # The sentence about a gap counts persons.
    wrong = [code for code in named if units.get(code) != "person" or named.count(code) > 1]
    if wrong or not balance["plus"] or not balance["minus"]:
        sentence = N_("平衡关系里的每一项都要是表中按人计数的指标，并且只出现一次。")
        yield Problem("balance", "balance", sentence, {"codes": wrong})
    for index, measure in enumerate(data["measures"]):
        if measure["code"] == balance["closing"] and measure["source"]["kind"] != "balance":
            yield Problem(f"measures.{index}.source", "source", N_("平衡出来的指标要写明由平衡得出。"))


def _codes(rows: Iterable[Mapping[str, Any]]) -> set[str]:
    return {row["code"] for row in rows}
