"""A phone that was used all day, locked and switched off: its whole profile is searched for what it knew."""

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browser import books
from tests.browser.doors import Card, Clerk
from tests.browser.leader import ALL_SENT, day
from tests.browser.pin import PIN
from tests.browser.test_round import Walker
from tests.builders import PASSWORD
from tests.support.chromium import Chromium
from tests.support.profile import find
from tests.support.server import Server

PULLED = {"name": "欧阳春晓", "phone": "199-0000-0037", "building": "金桂苑3幢"}
TYPED = {"address.building": "栖霞弄堂", "address.door": "9号后门", "contact.name": "司徒静"}
PHONE = "19900000042"
NOTES = ("打过招呼的备注", "还在打的草稿", "离线记下的备注")
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
def card(playwright: Playwright, server: Server) -> Card:
    """Return the card of a household that phones will hear of."""
    clerk = Clerk(playwright, server)
    return clerk.card(clerk.move_in("501", PULLED["name"]))


def test_a_locked_phone_tells_its_finder_nothing(
    mortal_chromium: Chromium, playwright: Playwright, server: Server, card: Card
):
    leader = Walker(a_phone(mortal_chromium, playwright), server)
    leader.sign_in()
    leader.is_ready_offline()
    leader.has_the_round()
    spend_the_day(leader, card)
    leader.open("/app/me")
    leader.has_started()
    leader.press("现在锁上")
    expect(leader.page.locator("#vault [data-part=closed]")).to_be_visible()
    leader.page.goto(f"{server.url}/about")
    leader.page.evaluate(KEEP, CONTROL)
    mortal_chromium.quit()
    profile = mortal_chromium.profile
    assert find(profile, [CONTROL]), "the search finds what lies open"
    words = [*PULLED.values(), *TYPED.values(), PHONE, PHONE[-8:], *NOTES, card.token, card.number, PASSWORD, PIN]
    owner = books.account(server, "leader")["name"]
    assert not find(profile, [*words, PULLED["phone"].replace("-", ""), owner])


def a_phone(chromium: Chromium, playwright: Playwright) -> Page:
    """Return the page of a fresh phone's browser, whose profile stays on the disk."""
    context = chromium.start(playwright).contexts[0]
    context.set_default_timeout(20_000)
    return context.pages[0] if context.pages else context.new_page()


def spend_the_day(leader: Walker, card: Card) -> None:
    """See a household, note a visit, an entry and a household, with network and without; leave something half typed."""
    leader.open("/app/scan")
    leader.has_started()
    leader.open(f"/app/households/{card.household}")
    leader.press("显示")
    leader.sees(PULLED["name"])
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


def add_household(leader: Walker) -> None:
    """Register a household by hand."""
    leader.open("/app/households/new")
    leader.has_started()
    leader.fill(**{name: text for name, text in TYPED.items() if name.startswith("address")})
    leader.tap(leader.page.locator("main [name=kind][value=resident]").locator("xpath=.."))
    leader.tap(leader.page.locator("main [name='consents.contact'][value=yes]").locator("xpath=.."))
    leader.fill(**{"contact.name": TYPED["contact.name"], "contact.phone": PHONE})
    leader.press("保存")
    leader.page.wait_for_url("**said=*")
    leader.sync_line(ALL_SENT)
