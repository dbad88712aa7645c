"""The verdict on a list of doors: what each row means for the register, none of it done yet."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from webapp.core.errors import N_, Problem
from webapp.core.pieces import plain
from webapp.households.rules import names_of, sort_key

NEEDED = ("group", "building", "door")
COLUMNS = {
    "小组": "group", "组": "group", "网格": "group", "所在小组": "group", "group": "group",
    "楼栋": "building", "楼": "building", "幢": "building", "栋": "building", "楼幢": "building",
    "自然村": "building", "小区": "building", "building": "building",
    "单元": "entrance", "entrance": "entrance",
    "门牌": "door", "门牌号": "door", "房号": "door", "室": "door", "户号": "door", "door": "door",
    "类别": "kind", "住户类别": "kind", "户籍情况": "kind", "kind": "kind",
    "场所": "premises", "场所种类": "premises", "premises": "premises",
    "联系人": "name", "姓名": "name", "户主": "name", "name": "name",
    "电话": "phone", "手机": "phone", "联系电话": "phone", "手机号": "phone", "phone": "phone",
    "同意登记": "agreed", "同意": "agreed", "是否同意": "agreed", "agreed": "agreed",
    "同意日期": "agreed_on", "agreed_on": "agreed_on",
    "人数": "size", "人口": "size", "size": "size",
    "备注": "note", "note": "note",
}  # fmt: skip
KINDS = {
    "户籍": "registered", "本地户籍": "registered", "户籍在本地": "registered", "常住": "registered",
    "流动": "resident", "流动人口": "resident", "租户": "resident", "外来": "resident", "外地户籍": "resident",
    "住在这里户籍在外地": "resident", "场所": "premises", "店面": "premises", "商铺": "premises", "出租房": "premises",
    "registered": "registered", "resident": "resident", "premises": "premises",
}  # fmt: skip
NEW_KIND = "registered"  # of a door whose kind the list leaves blank
PREMISES = {
    "店铺": "shop", "店面": "shop", "商铺": "shop", "出租房": "rental", "用工单位": "workplace", "企业": "workplace",
    "shop": "shop", "rental": "rental", "workplace": "workplace",
}  # fmt: skip
YES = frozenset({"是", "同意", "已同意", "y", "yes", "1", "√", "✓"})

OUTCOMES = {"new": N_("新增"), "changed": N_("变更"), "same": N_("不变"), "error": N_("错误")}

UNKNOWN_GROUP = N_("没有叫“%(group)s”的小组，请用系统里的小组名称或代码。")
UNKNOWN_KIND = N_("不认识的类别“%(kind)s”。可用：户籍、流动、场所。")
UNKNOWN_SIZE = N_("人数请填整数，例如 3。")
TWICE = N_("和第 %(row)s 行是同一个地址。")
SEVERAL = N_("系统里有 %(count)s 户是这个地址，请先在系统里核对。")
NO_CONSENT = N_("没有写明同意，联系人和电话没有录入。")
NO_TEXT = N_("%(day)s以前还没有可以同意的说明，联系人和电话没有录入。")
TAKEN_BACK = N_("住户%(day)s没有同意或已撤回，联系人和电话没有录入。后来又同意的，请填同意日期。")
LEFT = N_("这一户%(day)s已搬走，没有再登记。")


class Row(NamedTuple):
    """One row of a list; `problems` are those of its shape, `fields` what it says (`{"unit", "address", …}`).

    `name` is the contact's, agreed or not, so that who left is known again; `agreed_on` is a day that the list names.
    """

    number: int
    fields: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    name: str = ""
    agreed_on: str = ""


class Verdict(NamedTuple):
    """What a row does: `outcome` is `new`, `changed`, `same` or `error`; `notes` are not in the way."""

    number: int
    outcome: str
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


class Planned(NamedTuple):
    """A verdict, and for `new` and `changed` the record that carries it out."""

    verdict: Verdict
    household_id: str = ""
    base_version: int = 0
    data: Mapping[str, Any] = {}


def place_of(fields: Mapping[str, Any]) -> tuple[str, str]:
    """Return what makes a door the same door: its group and its address."""
    return fields["unit"], sort_key(fields["address"])


def merged(stored: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return a stored household's data with what a row says on top; what it leaves blank stays as it is."""
    said = {name: value for name, value in fields.items() if name != "address"}
    answers = stored.get("consents", {})
    fresh = {code: one for code, one in fields.get("consents", {}).items() if not _is_said(answers, code, one)}
    consents = {**answers, **fresh}
    found = {**stored, **said, **({"consents": consents} if consents else {})}
    return {name: value for name, value in found.items() if name != "premises" or found["kind"] == "premises"}


def _is_said(answers: Mapping[str, Any], code: str, answer: Mapping[str, Any]) -> bool:
    """Say whether an answer is known already: it keeps its day, its text and its guardian."""
    return bool(answers.get(code, {}).get("given") == answer["given"])


def is_same(stored: Mapping[str, Any], fields: Mapping[str, Any]) -> bool:
    """Say whether a stored household says all that a row says. An answer counts by what it says, not by its day."""
    told = {name: value for name, value in fields.items() if name not in ("address", "consents")}
    answers = stored.get("consents", {})
    agreed = all(_is_said(answers, code, one) for code, one in fields.get("consents", {}).items())
    return agreed and all(stored.get(name) == value for name, value in told.items())


def heeded(row: Row, stored: Mapping[str, Any]) -> Row:
    """Return a row without what the household refused or took back, unless it names a later day of agreeing.

    Article 15: what was withdrawn is not to be had again from a list that is older.
    """
    answer = stored.get("consents", {}).get("contact", {"given": True})
    if answer["given"] or "consents" not in row.fields or row.agreed_on > answer["on"]:
        return row
    fields = {name: value for name, value in row.fields.items() if name not in ("contact", "consents")}
    return row._replace(fields=fields, notes=(*row.notes, _note(TAKEN_BACK, answer["on"])))


def note_of_leaving(row: Row, there: Sequence[Mapping[str, Any]], gone: Sequence[Mapping[str, Any]]) -> Problem | None:
    """Return the note that a row names somebody who left its door (one of `gone`), and is not one of those `there`."""
    name = plain(row.name)
    if not name or any(name in map(plain, names_of(home)) for home in there):
        return None
    left = [str(home["left_on"]) for home in gone if name in map(plain, names_of(home))]
    return _note(LEFT, max(left)) if left else None


def _note(sentence: str, day: str) -> Problem:
    return Problem("name", "not_taken", sentence, {"day": day})


MOST_WRONG = 2000  # rows that are wrong on one page; the file of verdicts has all


def listed(verdicts: Sequence[Verdict], most: int) -> tuple[list[Verdict], int]:
    """Return the verdicts to be shown, and how many are not: what is wrong first, then what has a note, then the rest.

    What is wrong is shown whatever `most` says; rows that stay the same without a note are not counted.
    """
    wrong = [verdict for verdict in verdicts if verdict.outcome == "error"]
    others = [verdict for verdict in verdicts if verdict.outcome != "error"]
    noted = [verdict for verdict in others if verdict.notes]
    plain_ones = [verdict for verdict in others if not verdict.notes and verdict.outcome != "same"]
    all_of_them = [*wrong, *noted, *plain_ones]
    shown = all_of_them[: max(most, min(len(wrong), MOST_WRONG))]
    return shown, len(all_of_them) - len(shown)


def counted(verdicts: Sequence[Verdict]) -> dict[str, int]:
    """Return how many rows there are of each outcome."""
    found = dict.fromkeys(("new", "changed", "same", "error"), 0)
    for verdict in verdicts:
        found[verdict.outcome] += 1
    return found
