"""Two readers of codes that share no code: ZXing's C++ port and OpenCV; and the decoder that phones carry."""

import json
import subprocess
from pathlib import Path

import cv2
import numpy as np
import zxingcpp
from PIL import Image

from tests.support.sources import ROOT

SCRIPT = """
import decodeQR from "qr/decode.js";
import { readFileSync } from "node:fs";
const found = JSON.parse(readFileSync(0, "utf8")).map(({ path, width, height }) => {
  try { return decodeQR({ width, height, data: readFileSync(path) }, { effort: 3 }); } catch { return ""; }
});
console.log(JSON.stringify(found));
"""


def by_zxing(picture: Image.Image) -> str:
    """Return the text that ZXing reads, `""` for none."""
    found = zxingcpp.read_barcodes(np.asarray(picture), formats=zxingcpp.BarcodeFormat.QRCode)
    return found[0].text if found else ""


# Half a second of a camera over a label: larger than at 200 dpi, from a hand that is not quite still.
FRAMES = [(scale, turn) for turn in (0, 4, -4, 2, -2) for scale in (3, 2, 4)]  # times as large, degrees


def by_opencv(picture: Image.Image) -> tuple[str, int]:
    """Return the text that OpenCV reads, `""` for none, and in which of FRAMES it did, from 0 on.

    A camera gives it thirty frames a second and it needs one of them. Of single ones it misses some, also of codes
    that nothing is wrong with: its finder of corners is a coarse one.
    """
    for number, (scale, turn) in enumerate(FRAMES):
        frame = picture.resize((picture.width * scale, picture.height * scale), Image.Resampling.BICUBIC)
        frame = frame.rotate(turn, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255)
        text, _, _ = cv2.QRCodeDetector().detectAndDecode(np.asarray(frame))
        if text:
            return str(text), number
    return "", len(FRAMES)


def by_phone(pictures: list[Image.Image], folder: Path) -> list[str]:
    """Return the text that the decoder of the scan page reads in each picture, `""` for none."""
    asked = []
    for number, picture in enumerate(pictures):
        path = folder / f"{number}.rgba"
        path.write_bytes(picture.convert("RGBA").tobytes())
        asked.append({"path": str(path), "width": picture.width, "height": picture.height})
    done = subprocess.run(
        ["node", "--input-type=module", "-e", SCRIPT],
        input=json.dumps(asked), capture_output=True, text=True, check=True, cwd=ROOT, timeout=240,
    )  # fmt: skip
    found: list[str] = json.loads(done.stdout)
    return found
