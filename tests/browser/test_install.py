"""It installs like an app, and what the browser keeps of it holds nothing personal."""

import re
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Playwright

from tests.browser import books
from tests.browser.conftest import PATIENCE, PHONE, serving
from tests.browser.leader import ALL_SENT, Leader, kept_by_worker
from tests.support.server import Server
from webapp.pwa import FIRST_FILES, LATER_FILES, SHELLS


@pytest.fixture(scope="module")
def own_server(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server for this module."""
    yield from serving(demo_data, tmp_path_factory.mktemp("install") / "data")


@pytest.fixture(scope="module")
def leader(
    playwright: Playwright, chromium_path: str, tmp_path_factory: pytest.TempPathFactory, own_server: Server
) -> Iterator[Leader]:
    """Give the leader at a browser with a profile of its own: browsers install nothing from a private window."""
    context = playwright.chromium.launch_persistent_context(
        tmp_path_factory.mktemp("profile"), executable_path=chromium_path, args=["--no-sandbox"], viewport=PHONE,
        locale="zh-CN",
    )  # fmt: skip
    context.set_default_timeout(PATIENCE)
    person = Leader(context.pages[0], own_server)
    person.sign_in()
    person.is_ready_offline()
    yield person
    context.close()


@pytest.fixture
def door(leader: Leader) -> CDPSession:
    """Return the browser's own view of the leader's page."""
    return leader.context.new_cdp_session(leader.page)


def test_the_browser_finds_nothing_in_the_way_of_installing(leader: Leader, door: CDPSession):
    assert door.send("Page.getInstallabilityErrors")["installabilityErrors"] == []
    found = door.send("Page.getAppManifest")
    assert found["errors"] == [] and found["url"] == f"{leader.url}/manifest.webmanifest"
    assert door.send("Page.getAppId")["appId"] == f"{leader.url}/"


def test_the_manifest_says_what_a_home_screen_needs(leader: Leader):
    answer = leader.page.request.get(f"{leader.url}/manifest.webmanifest")
    assert answer.headers["content-type"].startswith("application/manifest+json")
    manifest = answer.json()
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/app", "/", "standalone")
    assert manifest["name"] and manifest["short_name"] and manifest["background_color"] == manifest["theme_color"]
    purposes = {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= purposes
    for icon in manifest["icons"]:
        picture = leader.page.request.get(f"{leader.url}{icon['src']}")
        assert picture.headers["content-type"] == "image/png" and picture.body()[:8] == b"\x89PNG\r\n\x1a\n"
        width, height = struct.unpack(">II", picture.body()[16:24])
        assert icon["sizes"] == f"{width}x{height}"
    touch = leader.page.locator("link[rel=apple-touch-icon]").get_attribute("href")
    assert leader.page.request.get(f"{leader.url}{touch}").ok


def test_one_worker_for_the_whole_site(leader: Leader):
    workers = leader.page.evaluate(
        """async () => (await navigator.serviceWorker.getRegistrations())
            .map(found => [found.scope, found.active.scriptURL, found.updateViaCache])"""
    )
    assert workers == [[f"{leader.url}/", f"{leader.url}/sw.js", "imports"]]
    assert leader.page.request.get(f"{leader.url}/sw.js").headers["cache-control"] == "no-cache"


def test_the_workers_caches_hold_nothing_personal(leader: Leader, own_server: Server):
    leader.note("流入", persons="37", note="只在库里")
    leader.confirm()
    leader.state("已上报")
    code, number = leader.slot("code"), leader.slot("number")
    leader.open("/app/me")
    leader.sees("吴春生")
    leader.open("/app/outbox")
    leader.sync_line(ALL_SENT)
    kept = kept_by_worker(leader.page)
    files = {f"/static/{name}" for name in (*FIRST_FILES, *LATER_FILES)}
    shells = {f"/offline/{name}" for name in SHELLS}
    assert {re.sub(r"\.[0-9a-f]{12}\.", ".", path) for path in kept} == {"/role", *files, *shells}
    account = books.account(own_server, "leader")
    secrets = [account["id"], account["unit_id"], account["name"], account["unit_name"], "只在库里", code, number]
    secrets += [number.replace(" ", ""), "石龙社区", "松源街道", *records_of(leader)]
    text = "\n".join(kept.values())
    assert "记一笔" in text
    assert [secret for secret in secrets if secret in text] == []


def records_of(leader: Leader) -> list[str]:
    """Return the ids of all records the phone knows."""
    found: list[str] = leader.page.evaluate(
        """async () => {
            const name = (await indexedDB.databases()).map(each => each.name).find(each => each.length > 10);
            const db = await new Promise(done => {
                const opening = indexedDB.open(name);
                opening.onsuccess = () => done(opening.result);
            });
            const ids = await new Promise(done => {
                const asking = db.transaction("mirror").objectStore("mirror").getAllKeys();
                asking.onsuccess = () => done(asking.result);
            });
            db.close();
            return ids;
        }"""
    )
    assert len(found) > 2
    return found
