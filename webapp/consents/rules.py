"""Answers to purposes: which are needed, which hold, and when one may ask again.

An answer is `{"given", "version", "on", "guardian"?}`, `on` being a date or its text. Personal Information Protection
Law, articles 14-16 (informed, separate, withdrawable; no service is refused for a refusal) and 31 (under 14).
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from webapp.core.errors import N_, Problem

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
    year, month = divmod(on.year * 12 + on.month - 1 + text["ask_again_months"], 12)
    return date(year, month + 1, min(on.day, 28))


def may_ask(answers: Answers, code: str, purposes: Purposes, today: date) -> bool:
    """Return whether staff may bring up a purpose today; the household may do so any day."""
    answer = answers.get(code)
    return answer is None or bool(answer["given"]) or ask_again_on(answer, purposes[code]) <= today
