"""A new version comes while the outbox is full: it waits, asks, and loses nothing."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import books
from tests.browser.leader import ALL_SENT, Leader, kept_by_worker, on_the_phone, until
from tests.browser.network import cut, mend
from tests.support.server import Server
from tests.support.sources import ROOT

OFFER = "有新版本。更新不影响本机的记录。"
OLD, NEW = "有事随手记", "有事随手记（新版）"
PARTS = ("webapp", "templates", "static", "sw", "translations", "migrations")
# The next version is there and waits: nothing on the screen tells, since somebody is typing.
WAITS = """async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    await registration.update();
    return Boolean(registration.waiting);
}"""


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the program that a test may change; servers that are started from now on run it."""
    copy = tmp_path / "house"
    for folder in PARTS:
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "node_modules").symlink_to(ROOT / "node_modules")
    monkeypatch.setattr("tests.support.server.ROOT", copy)
    return copy


def release(house: Path, server: Server) -> None:
    """Put a new version of pages and worker on the server."""
    server.stop()
    home, worker = house / "templates/reports/home.html", house / "sw/main.js"
    assert OLD in home.read_text("utf-8")
    home.write_text(home.read_text("utf-8").replace(OLD, NEW), "utf-8")
    worker.write_text(worker.read_text("utf-8") + "\nworker.VERSION_OF_A_TEST = 2;\n", "utf-8")
    server.start()


def test_it_waits_asks_and_loses_nothing(tab: Page, server: Server, house: Path):
    leader = Leader(tab, server)
    leader.sign_in()
    leader.is_ready_offline()
    cut(leader.context)
    notes = [f"更新前{number}" for number in range(3)]
    for note in notes:
        leader.note("出生", note=note)
    leader.sync_line(on_the_phone(3))
    release(house, server)
    leader.press("记一笔")
    leader.has_started()
    leader.choose("死亡")
    leader.fill(note="正在写")
    until(tab, lambda: tab.evaluate(WAITS), bool)
    expect(tab.get_by_text(OFFER)).to_have_count(0)
    leader.holds(note="正在写")
    leader.press("保存")
    leader.sees(OFFER)
    leader.sync_line(on_the_phone(4))
    leader.open()
    leader.sees(OFFER)
    expect(tab.get_by_text(NEW)).to_have_count(0)
    leader.press("更新")
    leader.sees(NEW)
    leader.sync_line(on_the_phone(4))
    expect(leader.marked("待同步")).to_have_count(4)
    expect(tab.get_by_text(OFFER)).to_have_count(0)
    assert len({path for path in kept_by_worker(tab) if "leader." in path}) == 1, "the old version's files are gone"
    mend(leader.context)
    leader.open()
    leader.sync_line(ALL_SENT)
    for note in (*notes, "正在写"):
        (row,) = books.noted(server, note)
        assert (row["version"], len(row["receipts"])) == (1, 1)
