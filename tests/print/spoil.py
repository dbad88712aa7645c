"""What happens to a label between the printer and the camera: blur, a tilt, light that lies on it."""

import cv2
import numpy as np
from PIL import Image, ImageFilter

DPI = 200
BLUR = 1.0  # pixels at 200 dpi: an eighth of a millimetre
TILT = 10.0  # degrees
GLARE = 0.30  # of the label's width lies under a lamp that takes away most of the black


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
    """Return `picture` with a slanting band of light over thirty percent of it: its black becomes a pale grey."""
    pixels = np.asarray(picture, dtype=float)
    height, width = pixels.shape
    y, x = np.mgrid[0:height, 0:width]
    place = x / width + 0.3 * (y / height - 0.5)
    light = np.clip(1.3 - np.abs(place - 0.55) / (GLARE / 2), 0, 1)
    return Image.fromarray((pixels + (255 - pixels) * 0.6 * light).astype(np.uint8))


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
        "glare": glaring(picture), "all": worst,
    }  # fmt: skip
