"""QR codes as shapes that a template can draw, and as a picture file: no inline style, no picture library."""

import struct
import zlib
from typing import NamedTuple

from qrcode.constants import ERROR_CORRECT_M, ERROR_CORRECT_Q
from qrcode.main import QRCode

QUIET = 4  # ISO/IEC 18004: four modules of blank around the code
LEVELS = {"M": ERROR_CORRECT_M, "Q": ERROR_CORRECT_Q}  # 15 % and 25 % of a code may be dirty

Matrix = list[list[bool]]


class Drawing(NamedTuple):
    """`size` is the width of the square in modules, blank margin included; `path` its dark runs, as SVG writes them."""

    size: int
    path: str

    @property
    def version(self) -> int:
        """The version of the code: 1 is 21 modules wide, each further one adds four."""
        return (self.size - 2 * QUIET - 17) // 4


def matrix_of(text: str, level: str = "M") -> Matrix:
    """Return the modules of the QR code of `text`, row by row with the blank margin, True where dark.

    `text` is written in one mode: in capitals, digits and `$%*+-./:` it takes little room (ISO/IEC 18004, 7.4.4).
    """
    code = QRCode(error_correction=LEVELS[level], border=QUIET)
    code.add_data(text, optimize=0)
    return code.get_matrix()


def draw(text: str, level: str = "M") -> Drawing:
    """Return the QR code of `text` at error correction `level`."""
    matrix = matrix_of(text, level)
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


def as_png(matrix: Matrix, scale: int) -> bytes:
    """Return `matrix` as a PNG file in black and white, each module `scale` pixels wide (RFC 2083)."""
    width = len(matrix) * scale
    lines = b"".join((b"\0" + _packed(row, scale)) * scale for row in matrix)
    head = struct.pack(">IIBBBBB", width, width, 1, 0, 0, 0, 0)  # one bit of grey for each pixel
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _packed(row: list[bool], scale: int) -> bytes:
    """Return one line of pixels, eight to a byte, 1 for white."""
    bits = "".join(("0" if dark else "1") * scale for dark in row)
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
