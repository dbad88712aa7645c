"""Reading a form from the sheets of an XLSForm (survey, choices, settings): a part of it, and all its faults at once.

Types: select_one LIST, select_multiple LIST, integer, text, note. Columns: type, name, label, hint, relevant, required,
constraint (the range of an integer), answer and explanation (of a quiz).
"""

import re
from collections.abc import Iterator, Mapping

from webapp.core.conditions import Node, OddCondition, Ref, comparisons, parse
from webapp.core.errors import N_
from webapp.questionnaires.rules import INTEGER, MANY, NOTE, ONE, TEXT, Choice, Question, Questionnaire
from webapp.xlsform.schemas import EMPTY, Book, Fault, Line, Sheets

TYPES = {"select_one": ONE, "select_multiple": MANY, "integer": INTEGER, "text": TEXT, "note": NOTE}
YES, NO = {"yes", "true", "true()", "1"}, {"", "no", "false", "false()", "0"}
MOST_QUESTIONS, MOST_CHOICES = 60, 40
WIDEST = 1_000_000

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,39}\Z")
_CODE = re.compile(r"[A-Za-z0-9_-]{1,40}\Z")
_NUMBER = re.compile(r"(?:0|[1-9]\d{0,6})\Z", re.ASCII)
_BOUND = re.compile(r"\.\s*(>=|<=|>|<)\s*(\d{1,7})\Z", re.ASCII)

ODD_TYPE = N_("不认识的题型“%(name)s”。可用：select_one、select_multiple、integer、text、note。")
NO_LIST = N_("choices 里没有名单“%(name)s”。")
ODD_NAME = N_("名称只用英文字母、数字、“_”和“-”，以字母或“_”开头，最多 40 个字符。")
ODD_CODE = N_("名称只用英文字母、数字、“_”和“-”，最多 40 个字符。")
TWICE = N_("名称“%(name)s”前面已经用过。")
ODD_FLAG = N_("请写 yes 或 no。")
ODD_RELEVANT = N_("看不懂这个条件，从“%(text)s”开始。例如：${q1} = 'yes' and not(selected(${q2}, 'a'))")
UNKNOWN_REF = N_("条件里的“%(name)s”不是前面的题，或者是文字题、说明。")
UNKNOWN_VALUE = N_("“%(name)s”没有选项“%(value)s”。")
NO_RANGE = N_("整数题要写范围，例如 . >= 0 and . <= 120：结果按区间公布。")
NEEDS_NO_RANGE = N_("只有整数题能写范围，请删去这一格。")
NO_ANSWER = N_("测验和知晓率的题要在 answer 里写正确答案。")
NEEDS_NO_ANSWER = N_("满意度调查没有正确答案，请删去这一格。")
ONE_ANSWER = N_("单选题和整数题只能有一个正确答案。")
ODD_NUMBER = N_("正确答案“%(name)s”不是 constraint 范围里的整数。")
ODD_ANSWER = N_("正确答案“%(name)s”不在选项里。")
NO_QUESTION = N_("至少要有一道要回答的题。")
TOO_MANY = N_("太多了，最多 %(most)s 个。")


def read_form(book: Book, *, has_answers: bool) -> tuple[Questionnaire | None, list[Fault]]:
    """Return the form in `book`, and all its faults; with any of them there is no form.

    `has_answers` says whether it is a quiz, or asks what people know: then each question has a right answer.
    """
    sheets = Sheets(book)
    reader = _Reader(sheets, has_answers=has_answers)
    lists = reader.lists(sheets.lines("choices", is_needed=False))
    questions = reader.questions(sheets.lines("survey"), lists)
    title = reader.title(sheets.lines("settings"))
    if sheets.faults:
        return None, sorted(sheets.faults, key=lambda fault: (fault.sheet != "survey", fault.sheet, fault.row))
    return Questionnaire(title, tuple(questions)), []


class _Reader:
    """Makes questions of lines; what is wrong is noted with the sheets."""

    def __init__(self, sheets: Sheets, *, has_answers: bool) -> None:
        self.sheets, self.has_answers = sheets, has_answers

    def title(self, lines: list[Line]) -> Mapping[str, str]:
        if lines:
            return self.sheets.spoken(lines[0], "form_title")
        if not any(fault.sheet == "settings" for fault in self.sheets.faults):
            self.sheets.fault(Line("settings", 2, {}, {}), "form_title", EMPTY)
        return {}

    def lists(self, lines: list[Line]) -> dict[str, list[Choice]]:
        found: dict[str, list[Choice]] = {}
        for line in lines:
            name, code = line.cells.get("list_name", ""), line.cells.get("name", "")
            if not name:
                self.sheets.fault(line, "list_name", EMPTY)
            if not _CODE.match(code):
                self.sheets.fault(line, "name", ODD_CODE if code else EMPTY)
            here = found.setdefault(name, [])
            if code and code in {choice.name for choice in here}:
                self.sheets.fault(line, "name", TWICE, name=code)
            if len(here) == MOST_CHOICES:
                self.sheets.fault(line, "list_name", TOO_MANY, most=MOST_CHOICES)
            here.append(Choice(code, self.sheets.spoken(line, "label")))
        return found

    def questions(self, lines: list[Line], lists: Mapping[str, list[Choice]]) -> list[Question]:
        found: list[Question] = []
        for line in lines:
            found.append(self._question(line, lists, found))
        if lines and all(question.kind == NOTE for question in found):
            self.sheets.fault(lines[0], "type", NO_QUESTION)
        if len(found) > MOST_QUESTIONS:
            self.sheets.fault(lines[MOST_QUESTIONS], "", TOO_MANY, most=MOST_QUESTIONS)
        return found

    def _question(self, line: Line, lists: Mapping[str, list[Choice]], before: list[Question]) -> Question:
        kind, choices = self._kind(line, lists)
        low, high = self._range(line, kind)
        return Question(
            name=self._name(line, before), kind=kind, label=self.sheets.spoken(line, "label"),
            hint=line.texts.get("hint", {}), required=self._flag(line), relevant=self._relevant(line, before),
            choices=tuple(choices), low=low, high=high, answer=self._answer(line, kind, choices, range(low, high + 1)),
            explanation=line.texts.get("explanation", {}),
        )  # fmt: skip

    def _kind(self, line: Line, lists: Mapping[str, list[Choice]]) -> tuple[str, list[Choice]]:
        written = line.cells.get("type", "")
        word, name = ([*written.split(), "", ""])[:2]
        kind = TYPES.get(word.lower(), "")
        if not kind or (kind in (ONE, MANY)) != bool(name) or len(written.split()) > 2:
            self.sheets.fault(line, "type", ODD_TYPE if written else EMPTY, **({"name": written} if written else {}))
        elif name and name not in lists:
            self.sheets.fault(line, "type", NO_LIST, name=name)
        return kind, lists.get(name, []) if kind in (ONE, MANY) else []

    def _name(self, line: Line, before: list[Question]) -> str:
        name = line.cells.get("name", "")
        if not _NAME.match(name):
            self.sheets.fault(line, "name", ODD_NAME if name else EMPTY)
        elif name in {question.name for question in before}:
            self.sheets.fault(line, "name", TWICE, name=name)
        return name

    def _flag(self, line: Line) -> bool:
        written = line.cells.get("required", "").lower()
        if written not in YES | NO:
            self.sheets.fault(line, "required", ODD_FLAG)
        return written in YES

    def _range(self, line: Line, kind: str) -> tuple[int, int]:
        """Return the least and the greatest number that `constraint` allows, such as `. >= 0 and . <= 120`."""
        if kind != INTEGER:
            if kind and "constraint" in line.cells:
                self.sheets.fault(line, "constraint", NEEDS_NO_RANGE)
            return 0, 0
        low, high = 0, -1
        for part in re.split(r"\s+and\s+", line.cells.get("constraint", "")):
            found = _BOUND.match(part.strip())
            if not found:
                high = -1
                break
            sign, number = found[1], int(found[2])
            if sign in (">=", ">"):
                low = number + (sign == ">")
            else:
                high = number - (sign == "<")
        if not low <= high <= low + WIDEST:
            self.sheets.fault(line, "constraint", NO_RANGE)
            return 0, WIDEST  # so that a right answer is no second fault
        return low, high

    def _relevant(self, line: Line, before: list[Question]) -> str:
        text = line.cells.get("relevant", "")
        if not text:
            return ""
        try:
            node = parse(text)
        except OddCondition as odd:
            self.sheets.fault(line, "relevant", ODD_RELEVANT, text=str(odd))
            return ""
        known = {question.name: question for question in before if question.kind in (ONE, MANY, INTEGER)}
        for sentence, params in _unknown(node, known):
            self.sheets.fault(line, "relevant", sentence, **params)
        return text

    def _answer(self, line: Line, kind: str, choices: list[Choice], numbers: range) -> tuple[str, ...]:
        names = tuple(line.cells.get("answer", "").split())
        if names and not self.has_answers:
            self.sheets.fault(line, "answer", NEEDS_NO_ANSWER)
        if self.has_answers and not names and kind in (ONE, MANY, INTEGER):
            self.sheets.fault(line, "answer", NO_ANSWER)
        if kind in (ONE, INTEGER) and len(names) > 1:
            self.sheets.fault(line, "answer", ONE_ANSWER)
            return names
        for name in names:
            if kind == INTEGER and not (_NUMBER.match(name) and int(name) in numbers):
                self.sheets.fault(line, "answer", ODD_NUMBER, name=name)
            elif kind != INTEGER and name not in {choice.name for choice in choices}:
                self.sheets.fault(line, "answer", ODD_ANSWER, name=name)
        return names


def _unknown(node: Node, known: Mapping[str, Question]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield what a condition asks for that is not there: questions, or choices of theirs."""
    for one in comparisons(node):
        names = [part.name for part in one.parts if isinstance(part, Ref)]
        values = [str(part) for part in one.parts if isinstance(part, (str, int))]
        for name in names:
            if name not in known:
                yield UNKNOWN_REF, {"name": name}
            elif known[name].kind != INTEGER:
                codes = {"", *(choice.name for choice in known[name].choices)}
                yield from ((UNKNOWN_VALUE, {"name": name, "value": value}) for value in values if value not in codes)
