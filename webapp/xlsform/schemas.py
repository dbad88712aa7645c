"""Reading the sheets of an XLSForm: heads, languages and cells, and all that is wrong with them at once.

A language has columns of its own, like `label::English (en)`; a column without one is in Simplified Chinese.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from webapp.core.errors import N_, Problem

Rows = Sequence[tuple[int, Sequence[str]]]
Book = Mapping[str, Rows]

COLUMNS = {
    "survey": {"type", "name", "label", "hint", "relevant", "required", "constraint", "answer", "explanation"},
    "choices": {"list_name", "name", "label"},
    "settings": {"form_title", "form_id", "version", "default_language"},
}
NEEDED = {"survey": ("type", "name", "label"), "choices": ("list_name", "name", "label"), "settings": ("form_title",)}
SPOKEN = {"label", "hint", "explanation", "form_title"}  # columns that there may be for each language
LANGUAGES = {
    "zh": "zh-Hans", "zh-hans": "zh-Hans", "zh-cn": "zh-Hans", "zh-hant": "zh-Hant", "zh-tw": "zh-Hant",
    "zh-hk": "zh-Hant", "en": "en",
}  # fmt: skip
LONGEST_CELL = 500  # characters

NO_SHEET = N_("没有这个工作表，或者它是空的。")
NO_COLUMN = N_("缺少列“%(name)s”。")
ODD_COLUMN = N_("不认识的列“%(name)s”。")
TWICE_COLUMN = N_("列“%(name)s”写了两次。")
ODD_LANGUAGE = N_("不认识的语言“%(name)s”。可用：zh-Hans、zh-Hant、en。")
EMPTY = N_("请填写这一格。")
LONG = N_("太长了，最多 %(most)s 个字。")
FORMULA = N_("不能以“=”开头：这里不接受公式。")


class Fault(NamedTuple):
    """One thing wrong with one cell: its sheet, the row as the spreadsheet counts, its column, and what."""

    sheet: str
    row: int
    column: str
    problem: Problem


class Line(NamedTuple):
    """One row below the head: its cells by column, those of languages by column and language tag."""

    sheet: str
    row: int
    cells: Mapping[str, str]
    texts: Mapping[str, Mapping[str, str]]


class Sheets:
    """The sheets of a `book`, and the faults that were found in them so far."""

    def __init__(self, book: Book) -> None:
        """Take the rows of each sheet by its name, with the numbers that the spreadsheet gives them."""
        self.book = book
        self.faults: list[Fault] = []

    def fault(self, line: Line, column: str, sentence: str, **params: Any) -> None:
        """Note what is wrong with one cell, or with a whole line (`column` is "")."""
        self.faults.append(Fault(line.sheet, line.row, column, Problem(column, "form", sentence, params)))

    def lines(self, sheet: str, *, is_needed: bool = True) -> list[Line]:
        """Return the rows below the head of a sheet; a sheet that is not there is a fault where it `is_needed`."""
        rows = self.book.get(sheet, ())
        if not rows:
            if is_needed:
                self.fault(Line(sheet, 1, {}, {}), "", NO_SHEET)
            return []
        heads = self._heads(Line(sheet, rows[0][0], {}, {}), rows[0][1])
        return [self._line(sheet, number, heads, cells) for number, cells in rows[1:]]

    def _heads(self, head: Line, cells: Sequence[str]) -> list[tuple[str, str]]:
        """Return column and language tag of each head; both blank for one that is not known, and a fault."""
        found: list[tuple[str, str]] = []
        for cell in cells:
            name, _, language = cell.partition("::")
            name, tag = name.strip().lower().replace(" ", "_"), self._tag(head, cell, language) if language else ""
            if (cell and name not in COLUMNS[head.sheet]) or (language and name not in SPOKEN):
                self.fault(head, cell, ODD_COLUMN, name=cell)
                name = ""
            if name and (name, tag) in found:
                self.fault(head, cell, TWICE_COLUMN, name=cell)
            found.append((name, tag))
        for name in NEEDED[head.sheet]:
            if name not in {one for one, _ in found}:
                self.fault(head, name, NO_COLUMN, name=name)
        return found

    def _tag(self, head: Line, column: str, language: str) -> str:
        inner = re.search(r"\(([^)]+)\)", language)
        tag = LANGUAGES.get((inner[1] if inner else language).strip().lower(), "")
        if not tag:
            self.fault(head, column, ODD_LANGUAGE, name=language.strip())
        return tag

    def _line(self, sheet: str, number: int, heads: list[tuple[str, str]], row: Sequence[str]) -> Line:
        cells, texts = dict[str, str](), dict[str, dict[str, str]]()
        line = Line(sheet, number, cells, texts)
        for (name, tag), cell in zip(heads, row, strict=False):
            if not name or not cell:
                continue
            if cell.startswith("="):
                self.fault(line, name, FORMULA)
            if len(cell) > LONGEST_CELL:
                self.fault(line, name, LONG, most=LONGEST_CELL)
            if name in SPOKEN:
                texts.setdefault(name, {})[tag or "zh-Hans"] = cell
            else:
                cells[name] = cell
        return line

    def spoken(self, line: Line, column: str) -> Mapping[str, str]:
        """Return a text by language that has to be there."""
        found = line.texts.get(column, {})
        if not found:
            self.fault(line, column, EMPTY)
        return found
