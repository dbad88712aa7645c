"""What a phone keeps to work without a network: the worker, the empty pages, the manifest."""

import json
import re

import pytest
from bs4 import BeautifulSoup

from webapp.core.assets import get_assets
from webapp.public.rules import LOOKS
from webapp.pwa import FIRST_FILES, FIRST_SHELLS, KITS, LATER_FILES, LATER_SHELLS, SHELLS

pytestmark = pytest.mark.one_database

WEARS = re.compile(r"zh-Hant,large,dark\Z")


def manifest_of(script: str) -> dict:
    """Return what the worker says it keeps."""
    return json.loads(script.split("\n", 1)[0].removeprefix("self.MANIFEST=").rstrip(";"))


def test_the_worker_serves_the_whole_site_and_is_never_stale(page):
    response = page.client.get("/sw.js")
    assert response.mimetype == "text/javascript"
    assert response.headers["Cache-Control"] == "no-cache"
    assert "import " not in response.text
    assert "export " not in response.text


def test_what_the_worker_keeps_is_there(page, world):
    kept = manifest_of(page.client.get("/sw.js").text)
    kits = [(kept, FIRST_SHELLS, FIRST_FILES), (kept["later"], LATER_SHELLS, LATER_FILES)]
    for kit, shells, files in kits:
        assert list(kit["shells"]) == list(shells)
        for url in [*kit["files"], *kit["shells"].values()]:
            assert page.client.get(url).status_code == 200, url
        assert kit["files"] == [get_assets().url(name) for name in files]


@pytest.mark.parametrize("name", SHELLS)
def test_what_a_shell_loads_is_kept_with_it(page, world, name):
    kept = manifest_of(page.client.get("/sw.js").text)
    there = {*kept["files"], *(kept["later"]["files"] if name in LATER_SHELLS else [])}
    soup = page.get(f"/offline/{name}")
    assert {script["src"] for script in soup.select("script[src]")} <= there
    assert {sheet["href"] for sheet in soup.select("link[rel=stylesheet]")} <= there


def test_the_version_depends_on_the_release_only(page, signed_in):
    versions = {
        manifest_of(client.get("/sw.js", headers={"Cookie": f"lang={lang}"}).text)["version"]
        for client in (page.client, signed_in("leader").client)
        for lang in LOOKS["lang"]
    }
    assert len(versions) == 1


def test_the_worker_is_small(page):
    assert len(page.client.get("/sw.js", headers={"Accept-Encoding": "gzip"}).data) <= 3 * 1024


@pytest.mark.parametrize("kit", KITS)
def test_all_shells_of_a_kit_come_in_one_answer(page, world, kit):
    page.client.set_cookie("theme", "dark")
    found = page.client.get(f"/offline/{kit}.json").get_json()
    assert set(found) == {f"/offline/{name}" for name in KITS[kit]}
    for path, told in found.items():
        alone = page.client.get(path)
        assert told["body"] == alone.text
        headers = ("Content-Type", "Content-Security-Policy", "Permissions-Policy", "Sanshi-Looks")
        assert [told["headers"][name] for name in headers] == [alone.headers[name] for name in headers]
    assert page.client.get("/offline/other.json").status_code == 404


@pytest.mark.parametrize("lang", LOOKS["lang"])
def test_shells_are_good_pages(page, world, lang):
    page.client.set_cookie("lang", lang)
    for name in SHELLS:
        assert page.get(f"/offline/{name}").html["lang"] == lang


@pytest.mark.parametrize("login", ["leader", "officer", "county"])
def test_shells_are_the_same_for_everybody(signed_in, page, login):
    client = signed_in(login).client
    for name in SHELLS:
        own = client.get(f"/offline/{name}")
        assert own.text == page.client.get(f"/offline/{name}").text
        assert "Set-Cookie" not in own.headers


@pytest.mark.parametrize("name", SHELLS)
def test_no_shell_offers_a_link_that_has_no_address_yet(page, world, name):
    """Somebody quicker than the script would land on a page that was not meant; a step back may lead to the list."""
    for link in page.get(f"/offline/{name}").select('a[data-set*="href:"]:not(.back)'):
        around = [link, *link.parents]
        assert any(tag.name == "template" or tag.has_attr("hidden") for tag in around), link


@pytest.mark.parametrize("name", SHELLS)
def test_shells_wear_the_readers_looks_and_say_so(page, world, name):
    for looks, value in {"lang": "zh-Hant", "size": "large", "theme": "dark"}.items():
        page.client.set_cookie(looks, value)
    response = page.client.get(f"/offline/{name}")
    html = BeautifulSoup(response.text, "html5lib").html
    assert WEARS.match(response.headers["Sanshi-Looks"])
    assert (html["lang"], html["class"], html["data-theme"]) == ("zh-Hant", ["large"], "dark")


def test_there_are_no_other_shells(page, world):
    page.get("/offline/board", status=404)


def test_the_worker_knows_every_shell_by_its_name(page):
    script = page.client.get("/sw.js").text.split("\n", 1)[1]
    assert not [name for name in SHELLS if not re.search(rf'"{name}"|\.{name}\b', script)]


def test_the_manifest_installs(page):
    response = page.client.get("/manifest.webmanifest")
    about = response.get_json(force=True)
    assert response.mimetype == "application/manifest+json"
    assert (about["start_url"], about["scope"], about["display"]) == ("/app", "/", "standalone")
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in about["icons"]}
    for icon in about["icons"]:
        assert page.client.get(icon["src"]).mimetype == "image/png"


def meta(soup: BeautifulSoup, name: str) -> dict | None:
    """Return what a page tells its scripts."""
    found = soup.find("meta", attrs={"name": f"sanshi-{name}"})
    return json.loads(found["content"]) if found else None


@pytest.mark.parametrize("lang", LOOKS["lang"])
def test_scripts_get_all_their_sentences(page, world, lang):
    page.client.set_cookie("lang", lang)
    sentences = meta(page.get("/offline/home"), "messages")
    script = get_assets().find("js/leader.js").content.decode()
    asked = set(re.findall(r'\bt\("([\w.]+)"', script)) | {"attention", "waiting", "sent", "sent_at"}
    missing = sorted(asked - sentences.keys())
    assert not missing
    assert all(sentences.values())


def test_a_page_from_the_server_says_whose_it_is(signed_in):
    account = meta(signed_in("leader").get("/app"), "account")
    assert account.keys() == {"id", "name", "role", "unit", "device", "recent", "seal_key"}
    assert account["role"] == "leader"
    assert account["unit"].keys() == {"id", "name"}
