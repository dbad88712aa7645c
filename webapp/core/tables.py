"""Reading a table that somebody made in a spreadsheet: CSV or XLSX, row by row, every cell as text."""

import codecs
import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from webapp.core.errors import N_, Invalid, Problem

CHUNK = 1 << 16


class Line(NamedTuple):
    """A row with something in it: its number as the spreadsheet shows it, and its cells by column name.

    A cell beyond the last column of the head is kept under the name `""`.
    """

    number: int
    cells: dict[str, str]


def read_table(path: Path, columns: Mapping[str, str], required: Sequence[str]) -> Iterator[Line]:
    """Yield the rows of the file at `path` below its head, blank ones left out.

    `columns` maps each spelling of a column's head (lower case) to its name. Raises Invalid when the file cannot be
    read, has an unknown or doubled column, or lacks one of the `required` names.
    """
    rows = _xlsx_rows(path) if path.suffix.lower() == ".xlsx" else _csv_rows(path)
    names: list[str] | None = None
    for number, cells in rows:
        if not any(cells):
            continue
        if names is None:
            names = _names(cells, columns, required)
            continue
        yield Line(number, {names[at] if at < len(names) else "": cell for at, cell in enumerate(cells) if cell})
    if names is None:
        raise _refusal("empty", N_("文件是空的。"))


def _names(cells: Sequence[str], columns: Mapping[str, str], required: Sequence[str]) -> list[str]:
    heads = [cell.lower() for cell in cells]
    while heads and not heads[-1]:
        heads.pop()
    unknown = [head for head in heads if head not in columns]
    if unknown:
        raise _refusal("column", N_("不认识的列：%(columns)s。"), columns="、".join(unknown))
    names = [columns[head] for head in heads]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise _refusal("column", N_("重复的列：%(columns)s。"), columns="、".join(doubled))
    missing = [name for name in required if name not in names]
    if missing:
        raise _refusal("column", N_("缺少列：%(columns)s。"), columns="、".join(missing))
    return names


def _csv_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        with path.open(encoding=_encoding(path), newline="") as file:
            reader = csv.reader(file, strict=True)
            for cells in reader:
                yield reader.line_num, [cell.strip() for cell in cells]
    except (csv.Error, UnicodeError) as error:
        raise _refusal("unreadable", N_("文件不是有效的 CSV（UTF-8 或 GB18030）。")) from error


def _encoding(path: Path) -> str:
    """Return `utf-8-sig` when the whole file is UTF-8, else `gb18030`, which spreadsheets in China write."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "gb18030"
    return "utf-8-sig"


def _xlsx_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        book = load_workbook(path, read_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise _refusal("unreadable", N_("文件不是有效的 XLSX。")) from error
    try:
        for number, row in enumerate(book.worksheets[0].iter_rows(values_only=True), start=1):
            yield number, [_text(value) for value in row]
    finally:
        book.close()


def _text(value: Any) -> str:
    """Return a spreadsheet's value as a person would have typed it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _refusal(code: str, sentence: str, **params: str) -> Invalid:
    return Invalid([Problem("file", code, sentence, params)])
