"""A phone that was used all day, locked and switched off: its whole profile is searched for what it knew."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browser import books
from tests.browser.doors import Card, Clerk
from tests.browser.leader import ALL_SENT, day
from tests.browser.pin import PIN
from tests.browser.test_round import Walker
from tests.builders import PASSWORD
from tests.support.camera import camera_flags, film
from tests.support.chromium import Chromium
from tests.support.profile import find
from tests.support.server import Server

PULLED = {"name": "欧阳春晓", "phone": "199-0000-0037", "building": "金桂苑3幢"}
TYPED = {"address.building": "栖霞弄堂", "address.door": "9号后门", "contact.name": "司徒静"}
PHONE = "19900000042"
MEMBER = "司徒小满"
TOLD = {"text": "楼道的灯坏了三天", "phone": "199-0000-0077"}
SEARCHED = "ouyang"
VISIT_NOTES = ("走访时说的备注", "已换了灯泡")
NOTES = ("打过招呼的备注", "还在打的草稿", "离线记下的备注")
OF_HISTORY = re.compile(r"Default/(History|Favicons|Top Sites|Sessions/|Shortcuts)|segmentation_platform/ukm_db")
CONTROL = "对照用的明文"
KEEP = """(text) => new Promise((done) => {
    const request = indexedDB.open("control", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("texts");
    request.onsuccess = () => {
        const tx = request.result.transaction("texts", "readwrite", { durability: "strict" });
        for (let n = 0; n < 3000; n++) tx.objectStore("texts").put(text + "平".repeat(500), n);
        tx.oncomplete = () => { request.result.close(); done(); };
    };
})"""


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """Return the file that the phone's camera sees."""
    return tmp_path / "door.mjpeg"


@pytest.fixture
def chromium(chromium_path: str, tmp_path: Path, video: Path) -> Iterator[Chromium]:
    """Give the phone's browser, with a camera; the test starts it."""
    film(video)
    found = Chromium(chromium_path, tmp_path / "profile", *camera_flags(video))
    yield found
    found.kill()


class Door(NamedTuple):
    """Two cards of one household: for the camera of the app, and for the phone's own scanner."""

    card: Card
    other: Card


@pytest.fixture
def door(playwright: Playwright, server: Server) -> Door:
    """Return the cards of a household that phones will hear of; somebody has left a word there."""
    clerk = Clerk(playwright, server)
    household = clerk.move_in("501", PULLED["name"])
    found = Door(clerk.card(household), clerk.card(household))
    tell(playwright, server, found.card)
    return found


def tell(playwright: Playwright, server: Server, card: Card) -> None:
    """Leave a word at the door, as a resident with a phone of their own does."""
    wire = playwright.request.new_context(base_url=server.url, extra_http_headers={"Origin": server.url})
    stamp = re.search(r'name="stamp" value="([^"]+)"', wire.get(f"/q/{card.token}").text())
    assert stamp
    time.sleep(4)  # nobody fills a form in faster
    form = {"kind": "help", "stamp": stamp[1], **TOLD}
    answer = wire.post(f"/q/{card.token}/tell", form=form, max_redirects=0)
    assert answer.status == 303, answer.text()


def test_a_locked_phone_tells_its_finder_nothing(
    chromium: Chromium, playwright: Playwright, server: Server, door: Door, video: Path
):
    """But for one thing: the address of a code that was opened by the phone's own scanner stands in the history."""
    leader = Walker(a_phone(chromium, playwright), server)
    leader.sign_in()
    leader.is_ready_offline()
    leader.has_the_round()
    spend_the_day(leader, door, video)
    leader.open("/app/me")
    leader.has_started()
    leader.press("现在锁上")
    expect(leader.page.locator("#vault [data-part=closed]")).to_be_visible()
    leader.page.goto(f"{server.url}/about")
    leader.page.evaluate(KEEP, CONTROL)
    chromium.quit()
    profile = chromium.profile
    assert find(profile, [CONTROL]), "the search finds what lies open"
    assert not find(profile, [*known_words(door), books.account(server, "leader")["name"]])
    # The browser writes down which addresses it was sent to, also when the worker leads on from there at once.
    places = {line.partition(":")[0] for line in find(profile, [door.other.token, door.other.token.lower()])}
    assert {place for place in places if not OF_HISTORY.match(place)} == set()


def known_words(door: Door) -> list[str]:
    """Return what the phone was told, by the server or by hand, and must not lie on its disk."""
    cards = [door.card.token, door.card.token.lower(), door.card.number, door.other.number]
    phones = [PHONE, PHONE[-8:], PULLED["phone"].replace("-", ""), TOLD["phone"].replace("-", "")]
    typed = [*TYPED.values(), *NOTES, *VISIT_NOTES, MEMBER, SEARCHED, PASSWORD, PIN]
    return [*cards, *phones, *typed, *PULLED.values(), *TOLD.values()]


def a_phone(chromium: Chromium, playwright: Playwright) -> Page:
    """Return the page of a fresh phone's browser, whose profile stays on the disk."""
    context = chromium.start(playwright).contexts[0]
    context.set_default_timeout(20_000)
    return context.pages[0] if context.pages else context.new_page()


def spend_the_day(leader: Walker, door: Door, video: Path) -> None:
    """Scan, see a household, note a visit, answer a resident, search; note entries and a household, also half typed."""
    scan(leader, door, video)
    leader.press("显示")
    leader.sees(PULLED["name"])
    visit(leader)
    answer_resident(leader)
    leader.open("/app/round")
    leader.has_started()
    leader.page.fill("#q", SEARCHED)
    leader.sees("找到 1 户")
    leader.open()
    leader.note("出生", note=NOTES[0])
    leader.sync_line(ALL_SENT)
    add_household(leader)
    leader.go_offline()
    leader.open()
    leader.note("流入", persons="2", date=day(), note=NOTES[2])
    leader.press("记一笔")
    leader.has_started()
    leader.choose("出生")
    leader.fill(note=NOTES[1])
    leader.rests()
    leader.go_online()
    leader.open()
    leader.sync_line(ALL_SENT)


def scan(leader: Walker, door: Door, video: Path) -> None:
    """Open the door by the phone's own scanner, which leads to its address, then by the camera of the app."""
    household = f"**/app/households/{door.card.household}"
    leader.page.goto(f"{leader.url}/q/{door.other.token}")
    leader.page.wait_for_url(household)
    film(video, door.card.text)
    leader.open("/app/scan")
    leader.page.wait_for_url(household)
    leader.has_started()


def visit(leader: Walker) -> None:
    """Note a visit with a need and a remark at the door that is open."""
    leader.press("记走访")
    leader.has_started()
    leader.chip("已访")
    leader.unfold("有需求")
    leader.tap(leader.page.locator("#needs .chip:visible").first)
    leader.fill(note=VISIT_NOTES[0])
    leader.press("保存")
    leader.sees("已存本机")
    leader.sync_line(ALL_SENT)


def answer_resident(leader: Walker) -> None:
    """Read what was told at the door, and say what was done."""
    leader.open("/app/feedback")
    leader.has_started()
    leader.tap(leader.page.locator("main a[href^='/app/feedback/']:visible", has_text="501").first)
    leader.page.wait_for_url("**/app/feedback/*")
    leader.has_started()
    leader.sees(TOLD["text"])
    leader.chip("办好了")
    leader.fill(answer=VISIT_NOTES[1])
    leader.press("保存")
    leader.page.wait_for_url("**said=*")
    leader.sync_line(ALL_SENT)


def add_member(leader: Walker) -> None:
    """Note somebody of the household, as agreed."""
    leader.unfold("家里有谁")
    leader.tap(leader.page.locator("main [name='consents.members'][value=yes]").locator("xpath=.."))
    leader.page.locator("[data-add-member]").click()
    leader.fill(**{"members.0.name": MEMBER})


def add_household(leader: Walker) -> None:
    """Register a household by hand."""
    leader.open("/app/households/new")
    leader.has_started()
    leader.fill(**{name: text for name, text in TYPED.items() if name.startswith("address")})
    leader.tap(leader.page.locator("main [name=kind][value=resident]").locator("xpath=.."))
    leader.tap(leader.page.locator("main [name='consents.contact'][value=yes]").locator("xpath=.."))
    leader.fill(**{"contact.name": TYPED["contact.name"], "contact.phone": PHONE})
    add_member(leader)
    leader.press("保存")
    leader.page.wait_for_url("**said=*")
    leader.sync_line(ALL_SENT)
