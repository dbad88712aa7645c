"""A group leader with her phone: does by hand what she would do, and waits for the words she would see."""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.pin import PIN, enter_pin
from tests.builders import PASSWORD
from tests.support.server import Server
from webapp.core import clock
from webapp.core.period import Month

PATIENCE = 30  # seconds
ALL_SENT = re.compile("已全部上报（.+）")  # with the time: the phone has heard from the server
# The worker has its shells and knows whose phone this is: from then on the phone starts without a network.
READINESS = """async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    const role = await (await caches.open("sanshi-state")).match("/role");
    const round = await caches.match("/offline/scan", { ignoreVary: true });
    return {
        worker: registration?.active?.state, next: (registration?.installing || registration?.waiting)?.state,
        role: role && await role.text(), round: Boolean(round),
    };
}"""
READY = {"worker": "activated", "role": "leader", "round": True}


# Writers of one part of a database take turns, so whoever gets a turn knows that those before are done.
DONE_WRITING = """async () => {
  for (const { name } of await indexedDB.databases()) {
    const db = await new Promise((done, fail) => {
      const request = indexedDB.open(name);
      request.onsuccess = () => done(request.result);
      request.onerror = () => fail(request.error);
    });
    await new Promise((done) => {
      const tx = db.transaction([...db.objectStoreNames], "readwrite");
      tx.oncomplete = done;
      tx.objectStore(db.objectStoreNames[0]).count();
    });
    db.close();
  }
}"""


def on_the_phone(n: int) -> str:
    """Return the sentence about `n` records that wait."""
    return f"还有 {n} 条在本机"


def this_month() -> str:
    """Return the open month as addresses write it."""
    return str(Month.of(clock.today()))


def day(ago: int = 0) -> str:
    """Return the date `ago` days before today as forms write it."""
    return (clock.today() - timedelta(ago)).isoformat()


def until(page: Page, ask: Callable[[], Any], is_right: Callable[[Any], bool]) -> None:
    """Ask again and again until the answer is right: for what no words on the screen tell."""
    deadline = time.monotonic() + PATIENCE
    while not is_right(answer := ask()):
        assert time.monotonic() < deadline, answer
        page.wait_for_timeout(100)


class Leader:
    """One leader at one `page`; `taps` counts every touch of the screen since it was last set."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page = page
        self.url = server.url
        self.taps = 0

    @property
    def context(self) -> BrowserContext:
        """The phone: its network, its clock, its other tabs."""
        return self.page.context

    def open(self, path: str = "/app") -> None:
        """Open the app as by its icon, or at `path`."""
        self.page.goto(f"{self.url}{path}")

    def has_started(self) -> None:
        """Wait until the page's script has taken over: before that, links and forms go to the server."""
        expect(self.page.locator("[data-sync-line]")).not_to_be_empty()

    def tap(self, target: Locator) -> None:
        """Touch something."""
        target.click()
        self.taps += 1

    def press(self, name: str) -> None:
        """Touch the button or the link that is called `name`, whatever else it says."""
        target = self.page.get_by_role("button", name=name).or_(self.page.get_by_role("link", name=name))
        self.tap(target.filter(visible=True).first)

    def unfold(self, name: str) -> None:
        """Touch what opens in place."""
        self.tap(self.page.locator("summary:visible", has_text=name).first)

    def fill(self, **fields: str) -> None:
        """Type into fields by their names; one is chosen from, when it is a list."""
        for name, text in fields.items():
            field = self.page.locator(f"main [name='{name}']").filter(visible=True).first
            if not field.count():
                fold = self.page.locator("main details", has=self.page.locator(f"[name='{name}']"))
                self.tap(fold.locator("summary").first)
            if field.evaluate("node => node.localName") == "select":
                field.select_option(field.locator("option", has_text=text).first.get_attribute("value"))
            else:
                field.fill(text)

    def rests(self) -> None:
        """Wait until the phone's database has done what it was told: a person's finger is slower than a script's."""
        self.page.evaluate(DONE_WRITING)

    def sees(self, text: str | re.Pattern[str]) -> None:
        """Wait until `text` stands somewhere on the screen."""
        expect(self.page.get_by_text(text).filter(visible=True).first).to_be_visible()

    def sync_line(self, text: str | re.Pattern[str]) -> None:
        """Wait until the one sentence about sync says `text`."""
        expect(self.page.locator("[data-sync-line]")).to_contain_text(text)

    def state(self, text: str) -> None:
        """Wait until the month, or the slip, has the state `text`."""
        expect(self.page.locator("main [data-slot=state]:visible").first).to_have_text(text)

    def sign_in(self, login: str = "leader") -> None:
        """Sign in, open the vault or choose its PIN on a new phone, and wait until the phone has what it needs."""
        self.open("/sign-in?next=/app")
        expect(self.page.locator("main [name=login]")).to_be_visible()  # an offline sign-out may first have to be told
        self.fill(login=login, password=PASSWORD)
        self.press("登录")
        self.page.wait_for_url("**/app")
        enter_pin(self.page)
        self.sync_line(ALL_SENT)

    def unlock(self, pin: str = PIN) -> None:
        """Open the vault of a phone that was started anew."""
        enter_pin(self.page, pin)

    def is_ready_offline(self) -> None:
        """Wait until the phone can do without a network: a few seconds after the first sign-in."""
        until(self.page, lambda: self.page.evaluate(READINESS), lambda found: READY.items() <= found.items())

    def has_the_round(self) -> None:
        """Wait until the pages of the round are there, too, which come after the first ones."""
        until(self.page, lambda: self.page.evaluate(READINESS), lambda found: bool(found["round"]))

    def go_offline(self) -> None:
        """Walk out of the network."""
        self.is_ready_offline()
        self.context.set_offline(True)

    def go_online(self) -> None:
        """Come back into it."""
        self.context.set_offline(False)

    def choose(self, kind: str) -> None:
        """Touch the chip of a kind of entry."""
        self.tap(self.page.locator("main .chip", has_text=kind))

    def note(self, kind: str, **fields: str) -> None:
        """Note an entry from the home page, and wait until it is on the phone."""
        self.press("记一笔")
        self.choose(kind)
        self.fill(**fields)
        self.press("保存")
        self.page.wait_for_url("**/app?said=*")
        self.sees(re.compile("已存本机|已记下"))

    def entries(self) -> Locator:
        """The lines of what was noted, on the home page."""
        return self.page.locator("[data-list=entries] > li")

    def marked(self, words: str) -> Locator:
        """The lines of the home page that bear the mark `words`, such as 待同步."""
        return self.entries().filter(has=self.page.locator(".badge:visible", has_text=words))

    def withdraw(self, entry: Locator) -> None:
        """Delete one of the lines of the home page."""
        self.tap(entry.get_by_role("link"))
        self.page.wait_for_url("**/app/events/*")
        self.has_started()
        self.press("删除这一笔")
        self.tap(self.page.get_by_role("dialog").get_by_role("button", name="删除"))
        self.page.wait_for_url("**/app?said=withdrawn")
        self.sees("已删除")

    def confirm(self) -> None:
        """Confirm the month from the home page; ends on the slip."""
        self.press("核对并上报")
        self.has_started()
        self.press("确认上报")
        self.page.wait_for_url("**/app/slip/*")
        self.sees("月报凭条")

    def slot(self, name: str) -> str:
        """Return what stands in one place of the page, such as `code` of the slip."""
        place = self.page.locator(f"main [data-slot='{name}']:visible").first
        expect(place).not_to_be_empty()
        return str(place.text_content()).strip()

    def sentence_at(self, name: str, text: str) -> None:
        """Wait until the field called `name` is marked as wrong and described by a sentence with `text`."""
        field = self.page.locator(f"main [name='{name}']").first
        group = field.locator("xpath=ancestor-or-self::*[@aria-describedby][1]")
        expect(group).to_have_attribute("aria-invalid", "true")
        described = str(group.get_attribute("aria-describedby")).split()
        place = self.page.locator(",".join(f"[id='{ident}']" for ident in described if ident.endswith("-problem")))
        expect(place).to_contain_text(text)
        expect(place).to_be_visible()

    def holds(self, **fields: str) -> None:
        """Check that fields hold what was typed into them; one of several to choose from is told by its value."""
        for name, text in fields.items():
            field = self.page.locator(f"main [name='{name}']")
            if field.first.get_attribute("type") == "radio":
                expect(field.and_(self.page.locator(f"[value='{text}']"))).to_be_checked()
            else:
                expect(field.first).to_have_value(text)

    def send_now(self) -> None:
        """Touch 立即上传 where it is offered."""
        self.press("立即上传")


def kept_by_worker(page: Page) -> dict[str, str]:
    """Return what the worker's caches hold, as path -> text."""
    found: dict[str, str] = page.evaluate(
        """async () => {
            const found = {};
            for (const name of await caches.keys()) {
                const cache = await caches.open(name);
                for (const request of await cache.keys())
                    found[new URL(request.url).pathname] = await (await cache.match(request)).text();
            }
            return found;
        }"""
    )
    return found
