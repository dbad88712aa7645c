"""A list as a spreadsheet that says on every page who took it and when."""

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

WIDTHS = (28, 10, 14, 16, 14, 8)
Row = Sequence[str | int]


def as_xlsx(title: str, watermark: str, rows: Sequence[Row]) -> bytes:
    """Return a workbook of `rows`, the first of them its head; no text in it is ever run as a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for letter, width in zip("ABCDEF", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.oddHeader.center.text = sheet.oddFooter.center.text = watermark
    sheet.print_title_rows = "1:3"
    for number, row in enumerate([[title], [watermark], *rows, [watermark]]):
        sheet.append([_cell(sheet, value, bold=number in (0, 2)) for value in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(sheet: Any, value: str | int, *, bold: bool) -> Any:
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
    cell.font = Font(bold=bold)
    return cell
