"""XLSForm sheets: what is read of them, and every fault with its sheet and row."""

import copy
from typing import Any

import pytest

from tests.support.surveys import BOOK, form, rows
from webapp.questionnaires.rules import from_data
from webapp.questionnaires.schemas import read_form

Sheets = dict[str, list[list[Any]]]


def faults(sheets: Sheets, *, has_answers: bool = False) -> list[tuple[str, int, str]]:
    """Return sheet, row and column of what is wrong; there is no form then."""
    found, wrong = read_form(rows(sheets), has_answers=has_answers)
    assert (found is None) == bool(wrong)
    return [(fault.sheet, fault.row, fault.column) for fault in wrong]


def test_a_form_is_read():
    found = form()
    assert found.title == {"zh-Hans": "办事满意度", "en": "Satisfaction"}
    assert [(q.name, q.kind, q.required) for q in found.questions] == [
        ("hello", "note", False), ("known", "one", True), ("service", "one", True), ("ways", "many", False),
        ("minutes", "integer", False), ("words", "text", False),
    ]  # fmt: skip
    assert found.questions[1].label == {"zh-Hans": "您知道育儿补贴吗？", "en": "Do you know of the subsidy?"}
    assert [choice.name for choice in found.questions[3].choices] == ["leader", "phone"]
    assert (found.questions[4].low, found.questions[4].high) == (0, 99)


def test_what_is_stored_is_what_was_read():
    assert from_data(form().as_data()) == form()


@pytest.mark.parametrize(
    ("sheet", "row", "column", "written", "told"),
    [
        ("survey", 3, 0, "select_one nowhere", "type"),
        ("survey", 3, 0, "geopoint", "type"),
        ("survey", 3, 0, "select_one", "type"),
        ("survey", 3, 0, "text yn", "type"),
        ("survey", 3, 0, "", "type"),
        ("survey", 4, 1, "known", "name"),
        ("survey", 4, 1, "no blank", "name"),
        ("survey", 4, 1, "", "name"),
        ("survey", 3, 5, "maybe", "required"),
        ("survey", 5, 6, "${known} = ", "relevant"),
        ("survey", 5, 6, "${nobody} = 'yes'", "relevant"),
        ("survey", 5, 6, "${minutes} > 3", "relevant"),  # a later question
        ("survey", 5, 6, "${known} = 'perhaps'", "relevant"),
        ("survey", 5, 6, "selected(${known}, 'perhaps')", "relevant"),
        ("survey", 5, 6, "${known} = 1", "relevant"),
        ("survey", 3, 7, ". > 5 and . < 9", "constraint"),  # nothing is left out without a word
        ("survey", 6, 7, "", "constraint"),
        ("survey", 6, 7, ". > 5 and . < 3", "constraint"),
        ("survey", 6, 7, "regex(., '[0-9]+')", "constraint"),
        ("survey", 3, 2, "=A1", "label"),
        ("survey", 3, 2, "长" * 501, "label"),
        ("choices", 3, 1, "yes", "name"),
        ("choices", 3, 1, "y s", "name"),
        ("choices", 3, 0, "", "list_name"),
    ],
)
def test_a_fault_says_where_it_is(sheet: str, row: int, column: int, written: str, told: str):
    sheets = copy.deepcopy(BOOK)
    sheets[sheet][row - 1][column] = written
    assert (sheet, row, told) in faults(sheets)


@pytest.mark.parametrize(
    ("sheet", "head", "told"),
    [("survey", "appearance", 1), ("survey", "label::Français (fr)", 1), ("survey", "type::English (en)", 1),
     ("survey", "label", 1), ("choices", "image", 1), ("settings", "style", 1)],
)  # fmt: skip
def test_an_unknown_or_doubled_column_is_a_fault(sheet: str, head: str, told: int):
    sheets = copy.deepcopy(BOOK)
    sheets[sheet][0] = [*sheets[sheet][0], head]
    assert (sheet, told, head) in faults(sheets)


def test_missing_sheets_columns_and_titles_are_faults():
    assert ("settings", 1, "") in faults({"survey": BOOK["survey"], "choices": BOOK["choices"]})
    assert ("survey", 1, "") in faults({"settings": BOOK["settings"]})
    assert ("survey", 1, "name") in faults({**BOOK, "survey": [[head for head in BOOK["survey"][0] if head != "name"]]})
    assert ("settings", 2, "form_title") in faults({**BOOK, "settings": BOOK["settings"][:1]})


def test_all_faults_are_told_at_once_in_the_order_of_the_sheets():
    sheets = copy.deepcopy(BOOK)
    sheets["survey"][2][0], sheets["survey"][3][1], sheets["choices"][1][2] = "barcode", "known", ""
    found = faults(sheets)
    assert [one for one in found if one[2] in ("type", "label")] == [("survey", 3, "type")]
    assert ("choices", 2, "label") not in found  # there is a label in another language
    assert ("survey", 4, "name") in found


def test_a_quiz_needs_right_answers_and_others_have_none():
    sheets = copy.deepcopy(BOOK)
    answers = ["answer", "", "yes", "good", "leader phone", "12", ""]
    sheets["survey"] = [[*line, answer] for line, answer in zip(sheets["survey"], answers, strict=True)]
    assert {row for _, row, column in faults(sheets) if column == "answer"} == {3, 4, 5, 6}
    quiz = form(sheets, has_answers=True)
    assert [question.answer for question in quiz.questions] == [
        (),
        ("yes",),
        ("good",),
        ("leader", "phone"),
        ("12",),
        (),
    ]
    sheets["survey"][2][-1] = "perhaps"
    assert faults(sheets, has_answers=True) == [("survey", 3, "answer")]
    assert {row for _, row, column in faults(BOOK, has_answers=True) if column == "answer"} == {3, 4, 5, 6}


@pytest.mark.parametrize(
    ("row", "right"), [(3, "yes no"), (6, "100"), (6, "012"), (6, "１２"), (6, "12 13")]
)  # one choice of several, a number beyond the range, as nobody's answer is kept, or two of them
def test_a_right_answer_is_one_that_somebody_can_give(row: int, right: str):
    sheets = copy.deepcopy(BOOK)
    answers = ["answer", "", "yes", "good", "leader", "12", ""]
    sheets["survey"] = [[*line, answer] for line, answer in zip(sheets["survey"], answers, strict=True)]
    assert form(sheets, has_answers=True)
    sheets["survey"][row - 1][-1] = right
    assert faults(sheets, has_answers=True) == [("survey", row, "answer")]


def test_languages_are_told_by_their_tag():
    sheets = copy.deepcopy(BOOK)
    sheets["settings"] = [["form_title::繁體 (zh-Hant)", "form_title::中文 (zh)"], ["問卷", "问卷"]]
    assert form(sheets).title == {"zh-Hant": "問卷", "zh-Hans": "问卷"}
