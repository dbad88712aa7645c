"""Printed sheets can be read: by two independent readers, and by the one on the phones, from labels in bad shape."""

import io
import os
import random
from itertools import islice
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from tests.print.conftest import SITES, rasterised, texts
from tests.print.readers import by_opencv, by_phone, by_zxing
from tests.print.spoil import DPI, spoiled
from tests.support.doors import SECRET, move_in
from tests.support.office import actor
from webapp.cards import queries, service
from webapp.cards.rules import (
    ALPHABET,
    LARGEST_VERSION,
    LEVEL,
    LONGEST_HOST,
    PER_SHEET,
    TOKEN_LETTERS,
    printed_address,
)  # fmt: skip
from webapp.core.db import db, transaction
from webapp.core.qr import draw

pytestmark = pytest.mark.one_database
SHOTS = Path(__file__).parents[1] / "browser" / "shots"
A4 = (210, 297)
SAMPLE = 6  # labels of a sheet that are spoiled
ROOM = 4  # millimetres kept around a code that is cut out
AT_ONCE = 0.9  # of the labels that are not in the worst state are read by OpenCV in the first frame
# The host's length and the width: every size, and the densest code on the smallest label.
LABELS = [(28, 25), (28, 40), (28, 60), (LONGEST_HOST, 25)]


@pytest.fixture
def cards(world, monkeypatch, site):
    """Return number and address of the cards of one more household than fits on the fullest sheet, always the same."""
    chance = random.Random(30)
    monkeypatch.setattr(service, "new_token", lambda: "".join(chance.choices(ALPHABET, k=TOKEN_LETTERS)))
    homes = [move_in(world, door=str(n)) for n in range(101, 102 + max(PER_SHEET.values()))]
    reader = actor(world, "leader")
    for home in homes:  # one by one: the same door has the same token each time
        with transaction():
            service.issue([home], reader)
    found = [card for cards in queries.cards_of(homes).values() for card in cards]
    tokens = service.tokens_of(found)
    db.session.rollback()
    return {one.number: printed_address(f"{site}/", tokens[one.id]) for one in found}


def printed(visit, client, path) -> bytes:
    """Return the page at `path` as the browser prints it."""
    page = visit(client, path)
    return page.pdf(prefer_css_page_size=True, print_background=False)


def codes_on(sheet: Image.Image) -> list[Image.Image]:
    """Return the codes of a sheet, cut out with a little of what is around them, by place."""
    room = int(ROOM * DPI / 25.4)
    found = []
    for code in zxingcpp.read_barcodes(sheet, formats=zxingcpp.BarcodeFormat.QRCode):
        near, far = code.position.top_left, code.position.bottom_right
        cut = sheet.crop((near.x - room, near.y - room, far.x + room, far.y + room))
        found.append((near.y, near.x, cut))
    return [picture for _, _, picture in sorted(found, key=lambda one: one[:2])]


def keep(name: str, picture: Image.Image) -> None:
    """Keep a picture to look at, when SANSHI_SHOTS=1."""
    if os.environ.get("SANSHI_SHOTS") == "1":
        SHOTS.mkdir(exist_ok=True)
        picture.save(SHOTS / f"{name}.png")


@pytest.mark.parametrize(("site", "size"), LABELS, indirect=["site"])
def test_labels_are_read_blurred_tilted_and_under_a_lamp(signed_in, visit, cards, size, tmp_path):
    pdf = printed(visit, signed_in("officer").client, f"/app/cards/print?size={size}")
    sheets = rasterised(pdf)
    assert len(sheets) == -(-len(cards) // PER_SHEET[size])
    assert {tuple(round(pixels * 25.4 / DPI) for pixels in sheet.size) for sheet in sheets} == {A4}
    codes = [codes_on(sheet) for sheet in sheets]
    assert len(codes[0]) == PER_SHEET[size]
    assert sorted(by_zxing(code) for page in codes for code in page) == sorted(cards.values())
    for number, sheet in enumerate(sheets):
        keep(f"labels-{size}-{number}", sheet)
    labels = codes[0][:SAMPLE]
    states = [spoiled(code) for code in labels]
    keep(f"label-{size}-all", states[0]["all"])
    right, at_once, larger = [by_zxing(code) for code in labels], [], {}
    for state in states[0]:
        pictures = [one[state] for one in states]
        assert [by_zxing(one) for one in pictures] == right, f"ZXing, {state}, {size} mm"
        seen = [by_opencv(one) for one in pictures]
        assert [text for text, _ in seen] == right, f"OpenCV, {state}, {size} mm"
        at_once += [frame == 0 for _, frame in seen if state != "all"]
        larger[state] = [one.resize((one.width * 2, one.height * 2), Image.Resampling.BICUBIC) for one in pictures]
    read = iter(by_phone([one for pictures in larger.values() for one in pictures], tmp_path))
    for state in states[0]:
        assert list(islice(read, len(right))) == right, f"the phone's, {state}, {size} mm"
    assert sum(at_once) >= AT_ONCE * len(at_once), f"OpenCV needs many frames, {size} mm"


@pytest.mark.parametrize(("site", "size"), LABELS, indirect=["site"])
def test_codes_are_as_wide_as_they_say(signed_in, visit, cards, size):
    sheet = rasterised(printed(visit, signed_in("officer").client, f"/app/cards/print?size={size}"))[0]
    found = zxingcpp.read_barcodes(sheet, formats=zxingcpp.BarcodeFormat.QRCode)[0]
    modules = 4 * draw(found.text, LEVEL).version + 17
    dark = size * modules / (modules + 8)  # four modules of blank on either side
    place = found.position
    assert (place.top_right.x - place.top_left.x) * 25.4 / DPI == pytest.approx(dark, abs=0.6)


def test_the_longest_host_makes_a_code_of_the_largest_version(site, cards):
    assert {draw(text, LEVEL).version for text in cards.values()} == {4}
    longest = printed_address(f"{SITES[LONGEST_HOST]}/", "A" * TOKEN_LETTERS)
    assert draw(longest, LEVEL).version == LARGEST_VERSION


def test_paper_says_number_and_place_and_nothing_else(signed_in, visit, cards):
    found = " ".join(texts(printed(visit, signed_in("officer").client, "/app/cards/print")))
    assert all(f"{number[:3]} {number[3:]}" in found for number in cards)
    for number in cards:
        found = found.replace(f"{number[:3]} {number[3:]}", "")
    left = set(found.split())
    assert left == {"单位331126101201", "扫一扫，找社区"}
    assert SECRET not in found


def test_single_files_are_read_too(signed_in, visit, cards, site):
    client = signed_in("officer").client
    number, address = next(iter(cards.items()))
    card = queries.card_by_number(number)
    page = visit(client, "/about")
    picture = Image.open(io.BytesIO(client.get(f"/app/cards/{card.id}.png", base_url=site).data)).convert("L")
    assert by_zxing(picture) == by_opencv(picture)[0] == address
    page.set_content(client.get(f"/app/cards/{card.id}.svg", base_url=site).text)
    drawing = Image.open(io.BytesIO(page.locator("svg").screenshot())).convert("L")
    keep("label-file", drawing)
    assert by_zxing(drawing) == by_opencv(drawing.resize((600, 800)))[0] == address
