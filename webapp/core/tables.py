"""Reading a table that somebody made in a spreadsheet: CSV or XLSX, row by row, every cell as text."""

import codecs
import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import chain, islice, zip_longest
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from webapp.core.errors import N_, Invalid, Problem

CHUNK = 1 << 16
HEAD_WITHIN = 10  # rows; above the head of a list stand its title, who made it and when


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


class Head(NamedTuple):
    """The head of a list as it was found: the names of its columns, `""` for the ones that are passed over."""

    names: list[str]
    passed_over: list[str]


def read_list(
    path: Path, columns: Mapping[str, str], required: Sequence[str], on_head: Callable[[Head], object] = lambda _: None
) -> Iterator[Line]:
    """Yield the rows of a list below its head, wherever within the first rows that stands.

    Titles above it are passed over; a head of two rows, the upper one merged over several columns, counts as one.
    Columns that are not in `columns` are left out, and told to `on_head`. Raises Invalid as `read_table` does.
    """
    rows = _xlsx_rows(path) if path.suffix.lower() == ".xlsx" else _csv_rows(path)
    written = ((number, cells) for number, cells in rows if any(cells))
    head, behind = _find_head(written, columns, required)
    on_head(head)
    for number, cells in chain(behind, written):
        found = {name: cell for name, cell in zip(head.names, cells, strict=False) if name and cell}
        if found:
            yield Line(number, found)


Rows = Iterator[tuple[int, list[str]]]


def _find_head(
    rows: Rows, columns: Mapping[str, str], required: Sequence[str]
) -> tuple[Head, list[tuple[int, list[str]]]]:
    """Return the head of a list, and what was read behind it to know its end: one row, or none.

    A head is one row that has what is required, alone or with the row above, or with the one below that goes on.
    """
    above: Sequence[str] = ()
    for _, cells in islice(rows, HEAD_WITHIN):
        if _has(cells, columns, required):
            behind = next(rows, None)
            if behind and _goes_on(cells, behind[1], columns, required):
                return _head(_joined(cells, behind[1], columns), columns), []
            return _head(cells, columns), [behind] if behind else []
        both = _joined(above, cells, columns)
        if _has(both, columns, required):
            return _head(both, columns), []
        above = cells
    needed = _spelled(columns, required)
    raise _refusal("column", N_("前十行里没有找到表头。至少要有这几列：%(columns)s。"), columns=needed)


def _has(heads: Sequence[str], columns: Mapping[str, str], required: Sequence[str]) -> bool:
    return set(required) <= {columns.get(_bare(head), "") for head in heads}


def _goes_on(upper: Sequence[str], lower: Sequence[str], columns: Mapping[str, str], required: Sequence[str]) -> bool:
    """Say whether the row `lower` is a part of the head `upper`: heads only, some of them under a merged cell's end.

    What is required was merged down, so the cells under it are blank.
    """
    if not all(_bare(cell) in columns for cell in lower if cell):
        return False
    pairs = list(zip_longest(upper, lower, fillvalue=""))
    is_blank = not any(under for over, under in pairs if columns.get(_bare(over), "") in required)
    return is_blank and any(under and not over for over, under in pairs)


def _head(heads: Sequence[str], columns: Mapping[str, str]) -> Head:
    """Return the head that the texts `heads` are. Raises Invalid when a column is told twice."""
    names = [columns.get(_bare(head), "") for head in heads]
    doubled = sorted({name for name in names if name and names.count(name) > 1})
    if doubled:
        raise _refusal("column", N_("重复的列：%(columns)s。"), columns=_spelled(columns, doubled))
    return Head(names, [head for head, name in zip(heads, names, strict=True) if head and not name])


def _joined(upper: Sequence[str], lower: Sequence[str], columns: Mapping[str, str]) -> list[str]:
    """Return the texts of a head of two rows, of which the upper one is spread only over what stands under it."""
    rows = zip_longest(upper, _spread(upper), lower, fillvalue="")
    return [_either(wide, under, columns) if under else over for over, wide, under in rows]


def _spread(cells: Sequence[str]) -> list[str]:
    """Return a row of a head with each text spread over the blank cells behind it: it was merged over them."""
    found: list[str] = []
    for cell in cells:
        found.append(cell or (found[-1] if found else ""))
    return found


def _either(upper: str, lower: str, columns: Mapping[str, str]) -> str:
    """Return what two rows of a head say of one column: the lower one says more, where it says anything."""
    is_known = _bare(lower) in columns or _bare(upper) not in columns
    return lower if lower and is_known else upper


def _bare(head: str) -> str:
    """Return a column's head as `columns` spells it: without blanks, signs that mark what is needed, or hints."""
    return re.sub(r"[\s*＊]|[（(].*?[)）]", "", head).lower()


def _spelled(columns: Mapping[str, str], names: Iterable[str]) -> str:
    first = {name: head for head, name in reversed(list(columns.items()))}
    return "、".join(first[name] for name in names)


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


def read_book(path: Path, most: int) -> dict[str, list[tuple[int, list[str]]]]:
    """Return the rows with anything in them of every sheet of the XLSX at `path`, by the sheet's name in lower case.

    Raises Invalid when the file cannot be read, or a sheet has more than `most` rows.
    """
    found: dict[str, list[tuple[int, list[str]]]] = {}
    for title, number, cells in _rows_of_sheets(path):
        if number > most:
            raise _refusal("long", N_("工作表“%(sheet)s”太长了，最多 %(most)s 行。"), sheet=title, most=str(most))
        if any(cells):
            found.setdefault(title, []).append((number, cells))
    return found


def _rows_of_sheets(path: Path) -> Iterator[tuple[str, int, list[str]]]:
    try:
        book = load_workbook(path, read_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise _refusal("unreadable", N_("文件不是有效的 XLSX。")) from error
    try:
        for sheet in book.worksheets:
            for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
                yield sheet.title.strip().lower(), number, [_text(value) for value in row]
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
