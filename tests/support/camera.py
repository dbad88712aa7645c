"""What a phone's camera sees at a door: printed cards, drawn, and handed to Chromium as the picture of its camera."""

import io
from collections.abc import Iterable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

from webapp.core.qr import matrix_of

FRAME = (640, 480)
WALL, PAPER = (154, 158, 150), (250, 249, 244)
MODULE = 6  # pixels: an arm's length from a label of 40 mm
BLANK = 10  # frames before the card comes into view
DRIFT = (-3, 0, 4, 8, 3)  # degrees: nobody holds a phone quite still


def camera_flags(video: Path) -> list[str]:
    """Return what makes Chromium take `video` for its camera, and its owner for somebody who allows it."""
    return [
        "--no-sandbox",
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={video}",
    ]


def label(text: str, module: int = MODULE) -> Image.Image:
    """Return a card with the code of `text`, as it lies under the camera."""
    rows = matrix_of(text, "Q")
    side = len(rows) * module
    picture = Image.new("RGB", (side, side), PAPER)
    pen = ImageDraw.Draw(picture)
    for y, row in enumerate(rows):
        for x, dark in enumerate(row):
            if dark:
                left, top = x * module, y * module
                pen.rectangle((left, top, left + module - 1, top + module - 1), fill=(20, 20, 20))
    return picture


def look_at(texts: Iterable[str], turned: float = 0, module: int = MODULE) -> Image.Image:
    """Return one frame: the cards of `texts` side by side on a wall, a little turned, a little out of focus."""
    frame = Image.new("RGB", FRAME, WALL)
    cards = [label(text, module).rotate(turned, expand=True, fillcolor=WALL) for text in texts]
    for i, card in enumerate(cards):
        middle = FRAME[0] * (2 * i + 1) // (2 * len(cards))
        frame.paste(card, (middle - card.width // 2, (FRAME[1] - card.height) // 2))
    return frame.filter(ImageFilter.GaussianBlur(0.8))


def film(video: Path, *texts: str, module: int = MODULE, blank: int = BLANK) -> None:
    """Write what the camera sees, again and again: a wall, then the cards of `texts`. In Motion JPEG."""
    frames = [look_at([])] * (blank if texts else 2) + [look_at(texts, angle, module) for angle in DRIFT for _ in "123"]
    video.write_bytes(b"".join(_as_jpeg(frame) for frame in frames))


def _as_jpeg(frame: Image.Image) -> bytes:
    file = io.BytesIO()
    frame.save(file, "JPEG", quality=88)
    return file.getvalue()
