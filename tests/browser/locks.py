"""The screen before the pages of a phone, and what lies behind it."""

import sqlite3
from contextlib import closing

from playwright.sync_api import Locator, Page, expect

from tests.browser.leader import Leader
from tests.support.server import Server


def lock_screen(page: Page, part: str = "closed") -> Locator:
    """Return one part of the screen before the pages."""
    return page.locator(f"#vault [data-part={part}]")


def forget_keys(page: Page) -> None:
    """Let the browser put the worker to sleep: what it had in memory is gone."""
    page.evaluate(
        "() => navigator.serviceWorker.controller.postMessage({type: 'keys-drop'}, [new MessageChannel().port1])"
    )


def close_and_open(leader: Leader) -> None:
    """Close the app and start it anew, as after the phone lay in a pocket."""
    leader.page.goto("about:blank")
    other = leader.page.context.new_page()
    other.goto(f"{leader.url}/about")
    forget_keys(other)
    other.close()
    leader.open()
    expect(lock_screen(leader.page)).to_be_visible()


def try_pin(page: Page, pin: str) -> None:
    """Type a PIN that need not be the right one."""
    form = lock_screen(page)
    form.locator("input").fill(pin)
    form.locator("button[data-kind=primary]").click()


def let_time_pass(server: Server) -> None:
    """Have all sessions begun an hour ago: nobody has just signed in any more."""
    with closing(sqlite3.connect(server.data / "sanshi.db", timeout=10)) as books, books:
        books.execute("UPDATE device SET created_at = datetime(created_at, '-1 hour')")


def end_sessions(server: Server, days_ago: int = 0) -> None:
    """Have all phones been signed out from elsewhere, so many days ago."""
    with closing(sqlite3.connect(server.data / "sanshi.db", timeout=10)) as books, books:
        books.execute("UPDATE device SET revoked_at = datetime(heard_at, ?)", (f"-{days_ago} days",))


def contents(page: Page) -> dict[str, int]:
    """Return how much lies in the parts of the store."""
    found: dict[str, int] = page.evaluate(
        """async () => {
            const { name } = (await indexedDB.databases()).find(({ name }) => name.startsWith("sanshi-"));
            const db = await new Promise((done) => {
                const request = indexedDB.open(name);
                request.onsuccess = () => done(request.result);
            });
            const found = {};
            const ask = (part, request) => new Promise((done) => {
                request.onsuccess = () => { found[part] = request.result; done(); };
            });
            const tx = db.transaction(["mirror", "drafts", "records", "vault"]);
            for (const part of ["mirror", "drafts", "records"]) await ask(part, tx.objectStore(part).count());
            await ask("index", tx.objectStore("vault").count("index"));
            db.close();
            return found;
        }"""
    )
    return found
