"""QR codes as shapes."""

import io
import re

import numpy as np
from PIL import Image

from webapp.core.qr import QUIET, as_png, draw, matrix_of

RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z")


def modules(drawing):
    """Return the dark modules that the path paints."""
    runs = [tuple(map(int, found)) for found in RUN.findall(drawing.path)]
    assert "".join(f"M{x} {y}h{w}v1h-{back}z" for x, y, w, back in runs) == drawing.path
    assert all(width == back for _, _, width, back in runs)
    return {(x + step, y) for x, y, width, _ in runs for step in range(width)}


def test_a_drawing_has_its_margin_and_three_corners():
    drawing = draw("https://example.org/invitations/" + "x" * 43)
    dark, far = modules(drawing), drawing.size - QUIET
    assert all(QUIET <= place < far for module in dark for place in module)
    corners = [(QUIET, QUIET), (far - 7, QUIET), (QUIET, far - 7)]
    assert all({(x + step, y) for step in range(7)} <= dark for x, y in corners)
    assert (far - 1, far - 7) not in dark or not {(far - 7 + step, far - 7) for step in range(7)} <= dark


def test_the_same_text_gives_the_same_drawing():
    assert draw("a") == draw("a")
    assert draw("a").path != draw("b").path


def test_a_picture_shows_each_module_several_pixels_wide():
    matrix = matrix_of("HTTPS://EXAMPLE.ORG/Q/ABC", "Q")
    picture = Image.open(io.BytesIO(as_png(matrix, 3)))
    assert picture.size == (len(matrix) * 3, len(matrix) * 3)
    pixels = np.asarray(picture.convert("L"))
    assert (pixels[1::3, 1::3] == 0).tolist() == matrix
    assert (pixels[::3, 2::3] == 0).tolist() == matrix


def test_a_higher_level_takes_more_room():
    assert draw("A" * 60, "Q").version > draw("A" * 60).version
