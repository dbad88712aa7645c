"""Answers to purposes: which are needed, which hold, and when one may ask again.

An answer is `{"given", "version", "on", "guardian"?}`, `on` being a date or its text. Personal Information Protection
Law, articles 14-16 (informed, separate, withdrawable; no service is refused for a refusal) and 31 (under 14).
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from webapp.core.errors import N_, Problem
from webapp.core.period import months_after

Answers = Mapping[str, Mapping[str, Any]]
Purposes = Mapping[str, Mapping[str, Any]]

CODES = ("contact", "members", "keep_in_touch")
GUARDED_UNDER = 14

SENTENCES = {
    "future": N_("日期不能在今天之后。"),
    "consent_required": N_("住户同意以后才能登记这一项。请先问，再选“同意”。"),
    "consent_version": N_("没有这一版说明。请刷新后再选。"),
    "guardian_required": N_("有未满 14 岁的孩子，请写下同意的监护人。"),
}


def problems_with_answers(answers: Answers, purposes: Purposes, today: date) -> Iterator[Problem]:
    """Yield what is wrong with answers as they are sent: a day to come, a text that there never was."""
    for purpose, answer in answers.items():
        if answer["on"] > today:
            yield problem(purpose, "future")
        if answer["version"] not in {text["version"] for text in purposes[purpose]["versions"]}:
            yield problem(purpose, "consent_version")


def problem(purpose: str, code: str) -> Problem:
    """Return the problem `code` at the field of `purpose`."""
    field = f"consents.{purpose}.guardian" if code == "guardian_required" else f"consents.{purpose}"
    return Problem(field, code, SENTENCES[code])


def missing(answers: Answers, wanted: str) -> Problem | None:
    """Return the problem of keeping what `wanted` is about when nobody was asked; a refusal is no problem: it goes."""
    return None if wanted in answers else problem(wanted, "consent_required")


def missing_guardian(answers: Answers, *, has_child: bool) -> Problem | None:
    """Return the problem of keeping a child's data without the name of the guardian who agreed."""
    answer = answers.get("members", {})
    is_open = has_child and answer.get("given") and not answer.get("guardian")
    return problem("members", "guardian_required") if is_open else None


def refused(answers: Answers) -> set[str]:
    """Return the purposes that were refused or withdrawn."""
    return {purpose for purpose, answer in answers.items() if not answer["given"]}


def new_answers(before: Answers, after: Answers) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the answers of `after` that are not those of `before`, by purpose: each is an event of its own."""
    return [(purpose, answer) for purpose, answer in after.items() if before.get(purpose) != answer]


def text_in_force(purpose: Mapping[str, Any], today: date) -> Mapping[str, Any]:
    """Return the version of a purpose's text that is read out today."""
    valid = [text for text in purpose["versions"] if text["since"] <= today.isoformat()]
    newest: Mapping[str, Any] = max(valid or purpose["versions"][:1], key=lambda text: text["version"])
    return newest


def ask_again_on(answer: Mapping[str, Any], purpose: Mapping[str, Any]) -> date:
    """Return the day from which on a purpose that was refused may be brought up again, by the text that was read."""
    on = answer["on"] if isinstance(answer["on"], date) else date.fromisoformat(answer["on"])
    text = next(text for text in purpose["versions"] if text["version"] == answer["version"])
    return months_after(on, text["ask_again_months"])


def may_ask(answers: Answers, code: str, purposes: Purposes, today: date) -> bool:
    """Return whether staff may bring up a purpose today; the household may do so any day."""
    answer = answers.get(code)
    return answer is None or bool(answer["given"]) or ask_again_on(answer, purposes[code]) <= today


# What is kept of a household, field by field: the notice is made of this table, and a test compares it with the schema.


class Field(NamedTuple):
    """Fields that share purpose, ground and time, by their path in the record; the rest are msgids for the notice."""

    names: tuple[str, ...]
    what: str
    why: str
    law: str
    kept: str
    seen_by: str


DUTY = N_("《个人信息保护法》第十三条第三项、第三十四条：履行法定职责所必需")
AGREED = N_("《个人信息保护法》第十三条第一项、第十四条、第十五条：本人同意，随时可以撤回")
ALONE = N_("《个人信息保护法》第二十九条：本人单独同意，随时可以撤回")
LOCAL = N_("本组组长，本社区（村）的协管员和干事；审计只看到打码的")
A_YEAR = N_("住在这里期间；搬走满一年后销毁密钥，再也读不出来")
UNTIL_WITHDRAWN = N_("到撤回同意为止，撤回后马上删除；最迟搬走满一年后销毁密钥")

FIELDS: tuple[Field, ...] = (
    Field(
        ("unit", "kind", "premises", "address.building", "address.entrance", "address.door", "left_on"),
        N_("住户的地址、所在小组、类别（户籍在本地、住在这里、场所）和搬走日期"),
        N_("知道有哪些门、每月该走访哪几家，不漏也不重复打扰"),
        DUTY,
        A_YEAR,
        LOCAL,
    ),
    Field(
        ("contact.name", "contact.phone"),
        N_("一位联系人的称呼和电话"),
        N_("约上门时间，回复您提出的事"),
        AGREED,
        UNTIL_WITHDRAWN,
        N_("本组组长，本社区（村）的协管员和干事；列表里打码，干事看全部要写明理由并留下记录；审计只看到打码的"),
    ),
    Field(
        ("size", "language", "preference.time", "preference.not_before", "needs", "note"),
        N_("大约几口人、说什么话方便、什么时候去方便、希望得到的服务、备注"),
        N_("安排走访和服务，带懂的人去，不在不方便的时候去"),
        N_("《个人信息保护法》第十三条第一项、第三项：自愿提供，用于提供服务"),
        A_YEAR,
        LOCAL,
    ),
    Field(
        (
            "members.id", "members.name", "members.sex", "members.birth", "members.relation", "members.home",
            "members.arrived",
        ),
        N_("住在这里的人：姓名、性别、出生日期、和户主的关系、户籍所在县、搬来日期"),
        N_("提醒合适的服务，例如预防接种、育儿补贴、养老"),
        AGREED,
        UNTIL_WITHDRAWN,
        N_("本组组长，本社区（村）的协管员和干事；审计看不到"),
    ),
    Field(
        ("members.id_number", "members.id_masked"),
        N_("身份证号（可以不填）"),
        N_("同名的人不弄混，同一个人不重复登记"),
        ALONE,
        UNTIL_WITHDRAWN,
        N_("平时只显示 110105********002X 这样；干事看全部要写明理由并留下记录；手机上没有"),
    ),
    Field(
        ("consents.given", "consents.version", "consents.on", "consents.guardian"),
        N_("您的每一次同意或不同意：哪一项、哪一天、哪一版说明；孩子的监护人姓名"),
        N_("证明问过您；您不同意的，一段时间内不再问"),
        N_("《个人信息保护法》第十四条、第十五条：同意由本人作出，可以撤回"),
        N_("住在这里期间；销毁密钥后只剩哪一项、哪一天"),
        LOCAL,
    ),
)  # fmt: skip

# What holds for children besides (article 31): rules of their own, as the law asks.
FOR_CHILDREN: tuple[str, ...] = (
    N_("未满 14 岁的孩子，只有监护人同意才登记，写下监护人是谁、哪一天、看的是哪一版说明。"),
    N_("只登记姓名、性别、出生日期、和户主的关系、户籍所在县和搬来日期，用来提醒预防接种、托育和育儿补贴。"),
    N_("不登记学校、健康状况、照片，不评价孩子，也不评价家长。"),
    N_("只有本组组长、本社区（村）的协管员和干事能看到；审计和上级单位看不到。"),
    N_("搬走当天就删除，不等一年；监护人随时可以撤回，撤回后马上删除。"),
)
