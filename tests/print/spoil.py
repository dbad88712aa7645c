"""What happens to a label between the printer and the camera: blur, a tilt, light that lies on it."""

import cv2
import numpy as np
from PIL import Image, ImageFilter

DPI = 200
BLUR = 1.0  # pixels at 200 dpi: an eighth of a millimetre
TILT = 10.0  # degrees
GLARE = 0.30  # of the label's area lies in the reflection of a lamp; or of a white's light lies on all of it
BURNT = 0.05  # of the reflection is pure white: nothing of the label is left there


def blurred(picture: Image.Image) -> Image.Image:
    """Return `picture` as a lens that is not quite sharp sees it."""
    return picture.filter(ImageFilter.GaussianBlur(BLUR))


def turned(picture: Image.Image) -> Image.Image:
    """Return `picture` turned by ten degrees on white."""
    return picture.rotate(TILT, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255)


def leaning(picture: Image.Image) -> Image.Image:
    """Return `picture` as seen from ten degrees off its middle, from three times its width away."""
    width, height = picture.size
    across, away = np.cos(np.radians(TILT)), np.sin(np.radians(TILT)) / (3 * width)
    flat = np.float32([[x, y] for x in (0, width) for y in (0, height)])
    seen = []
    for x, y in flat - (width / 2, height / 2):
        nearer = 1 / (1 + x * away)
        seen.append((x * across * nearer + width / 2, y * nearer + height / 2))
    turn = cv2.getPerspectiveTransform(flat, np.float32(seen))
    return Image.fromarray(cv2.warpPerspective(np.asarray(picture), turn, picture.size, borderValue=255))


def glaring(picture: Image.Image) -> Image.Image:
    """Return `picture` with a lamp's reflection over thirty percent of its area: a band, a little slanting.

    Its light is added and saturates. From the edges of the band, where there is none, it grows evenly until nothing of
    the black is left; its middle is pure white. White throughout it would cover 37 % of the code's columns, and
    level Q repairs a quarter of a code: no reader could. Nor could one where it hides one of the three eyes, which is
    why people turn a label; so the band lies between them.
    """
    pixels = np.asarray(picture, dtype=float)
    height, width = pixels.shape
    y, x = np.mgrid[0:height, 0:width]
    from_middle = np.abs(x / width + 0.1 * (y / height - 0.5) - 0.5) / (GLARE / 2)
    light = np.clip((1 - from_middle) / (1 - BURNT), 0, 1)
    return Image.fromarray(np.clip(pixels + 255 * light, 0, 255).astype(np.uint8))


def veiled(picture: Image.Image) -> Image.Image:
    """Return `picture` under light from everywhere: thirty percent of a white is added to all of it, and saturates."""
    pixels = np.asarray(picture, dtype=float)
    return Image.fromarray(np.clip(pixels + 255 * GLARE, 0, 255).astype(np.uint8))


def grainy(picture: Image.Image) -> Image.Image:
    """Return `picture` with the noise of a cheap camera, the same each time."""
    pixels = np.asarray(picture, dtype=float)
    noise = np.random.default_rng(30).normal(0, 8, pixels.shape)
    return Image.fromarray(np.clip(pixels + noise, 0, 255).astype(np.uint8))


def spoiled(picture: Image.Image) -> dict[str, Image.Image]:
    """Return `picture` in each state a label may be found in, and in all of them at once."""
    worst = grainy(blurred(turned(glaring(picture))))
    return {
        "clean": picture, "blur": blurred(picture), "tilt": turned(picture), "side": leaning(picture),
        "glare": glaring(picture), "veil": veiled(picture), "all": worst,
    }  # fmt: skip
