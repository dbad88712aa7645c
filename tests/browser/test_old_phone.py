"""A phone that the first version of the app left open, killed while what lies on it is being sealed."""

import pytest
from playwright.sync_api import Playwright, expect

from tests.browser import books
from tests.browser.leader import ALL_SENT, Leader
from tests.browser.locks import lock_screen
from tests.browser.pin import PIN, enter_pin
from tests.builders import PASSWORD
from tests.support.chromium import Chromium
from tests.support.server import Server

OLD_PHONE = """async (account) => {
    const open = (name, work) => new Promise((done) => {
        const request = indexedDB.open(name, 1);
        request.onupgradeneeded = () => work(request.result);
        request.onsuccess = () => done(request.result);
    });
    const db = await open("sanshi-" + account, (made) => {
        made.createObjectStore("records", { keyPath: "key", autoIncrement: true });
        made.createObjectStore("mirror", { keyPath: "id" }).createIndex("type", "type");
        made.createObjectStore("receipts", { keyPath: "key" }).createIndex("id", "id");
        made.createObjectStore("meta");
        made.createObjectStore("drafts");
    });
    const tx = db.transaction("records", "readwrite");
    const time = new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 19) + "+08:00";
    for (const note of NOTES) tx.objectStore("records").put({
        id: crypto.randomUUID(), type: "event", schema: 1, base_version: 0, declared_at: time, saved_at: time,
        data: { unit: UNIT, kind: "birth", date: time.slice(0, 10), persons: 1, households: 0, note },
        state: "waiting", frozen: false, hash: "", code: "",
    });
    await new Promise((done) => { tx.oncomplete = done; });
    db.close();
}"""


@pytest.mark.parametrize("moment", [0, 30, 80, 200])
def test_an_old_phone_killed_while_it_is_being_sealed_loses_nothing(
    mortal_chromium: Chromium, playwright: Playwright, server: Server, moment: int
):
    notes = [f"旧版本{number}" for number in range(40)]
    page = mortal_chromium.start(playwright).contexts[0].new_page()
    page.goto(f"{server.url}/about")
    account = books.account(server, "leader")
    script = OLD_PHONE.replace("NOTES", str(notes)).replace("UNIT", f'"{account["unit_id"]}"')
    page.evaluate(script, account["id"])
    page.route("**/sync/*", lambda route: route.abort())
    page.goto(f"{server.url}/sign-in?next=/app")
    page.fill("[name=login]", "leader")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    form = lock_screen(page, "new")
    for field in form.locator("input").all():
        field.fill(PIN)
    page.keyboard.press("Enter")
    page.wait_for_timeout(moment)
    mortal_chromium.kill()
    page = mortal_chromium.start(playwright).contexts[0].new_page()
    leader = Leader(page, server)
    sign_in_if_asked(leader)
    leader.sync_line(ALL_SENT)
    assert [len(books.noted(server, note)) for note in notes] == [1] * 40


def sign_in_if_asked(leader: Leader) -> None:
    """Start the app after a kill: the browser may have forgotten the session, or the choice of the PIN."""
    leader.open()
    expect(leader.page.locator("#vault, main [name=login]").first).to_be_visible()
    if leader.page.locator("main [name=login]").count():
        leader.fill(login="leader", password=PASSWORD)
        leader.press("登录")
        leader.page.wait_for_url("**/app")
    enter_pin(leader.page)
