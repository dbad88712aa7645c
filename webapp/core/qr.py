"""QR codes as shapes that a template can draw: no picture file, no inline style."""

from typing import NamedTuple

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

QUIET = 4  # ISO/IEC 18004: four modules of blank around the code


class Drawing(NamedTuple):
    """`size` is the width of the square in modules, blank margin included; `path` its dark runs, as SVG writes them."""

    size: int
    path: str


def draw(text: str) -> Drawing:
    """Return the QR code of `text` at error correction level M (15 % may be dirty)."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET)
    code.add_data(text)
    matrix = code.get_matrix()
    return Drawing(len(matrix), "".join(_runs(y, row) for y, row in enumerate(matrix)))


def _runs(y: int, row: list[bool]) -> str:
    """Return one row as rectangles of one module's height."""
    found, start = [], None
    for x, dark in enumerate([*row, False]):
        if dark and start is None:
            start = x
        elif not dark and start is not None:
            found.append(f"M{start} {y}h{x - start}v1h{start - x}z")
            start = None
    return "".join(found)
