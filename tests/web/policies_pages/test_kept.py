"""Policy pages are the same for everybody, so caches may have them: how long, and for which looks apart."""

from datetime import datetime, timedelta

import pytest

from tests.builders import unit_named
from tests.support import surveys
from tests.support.published import note_amount, publish, take_down
from webapp.core import clock
from webapp.core.db import transaction
from webapp.offices.service import set_page

pytestmark = pytest.mark.one_database
WECHAT = {"User-Agent": "Mozilla/5.0 (Linux; Android 12) Chrome/107 Mobile MicroMessenger/8.0.47"}
PAGES = ("/", "/policies", "/policies/nursery", "/policies/nursery/history", "/claims", "/claims/childcare")


@pytest.mark.parametrize("url", PAGES)
def test_a_page_is_checked_by_its_tag(page, world, url):
    publish(world)
    first = page.client.get(url)
    assert first.headers["Cache-Control"] == "public, max-age=60, stale-while-revalidate=600"
    assert {"Cookie", "Accept-Encoding"} <= set(first.vary)
    again = page.client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert "script-src 'self'" in again.headers["Content-Security-Policy"]
    assert page.client.get(url, headers={"If-None-Match": 'W/"other"'}).status_code == 200


@pytest.mark.parametrize("coding", ["br", "gzip", ""])
def test_a_page_is_packed_as_the_reader_takes_it(page, world, coding):
    publish(world)
    answer = page.client.get("/policies/nursery", headers={"Accept-Encoding": coding})
    assert answer.headers.get("Content-Encoding", "") == coding
    assert len(answer.data) < 5000 if coding else "托育补助" in answer.text


@pytest.mark.parametrize("cookie", [("lang", "en"), ("size", "large"), ("theme", "dark")])
def test_other_looks_are_another_page(page, world, cookie):
    publish(world)
    tag = page.client.get("/policies/nursery").headers["ETag"]
    page.client.set_cookie(*cookie)
    answer = page.client.get("/policies/nursery", headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert answer.headers["ETag"] != tag


def test_what_is_published_taken_down_or_paid_is_seen_at_once(page, world):
    page.get("/policies/nursery", status=404)
    publish(world)
    assert page.get("/policies").find("a", href="/policies/nursery")
    assert "12,000 元" not in page.client.get("/policies/nursery").text
    note_amount()
    assert "12,000 元" in page.client.get("/policies/nursery").text
    with transaction():
        set_page(world.units["county"], {"phone": "0578-6123456"}, actor_id=world.accounts["county"])
    assert "0578-6123456" in page.client.get("/policies/nursery").text
    take_down(world, publish(world, words={"title": "更新的"}))
    assert page.get("/policies/nursery").h1.get_text() == "托育补助", "the one before speaks again"


def test_the_home_says_at_once_what_is_new(page, world):
    home = page.get("/")
    assert "现在施行的" in home.get_text()
    assert not home.find("a", href="/policies/nursery")
    publish(world)
    assert page.get("/").find("a", href="/policies/nursery")
    assert not page.get("/").find("a", href="/surveys")
    surveys.running(world, {}, unit="county", login="county", place=True)
    assert page.get("/").find("a", href="/surveys")


def test_the_home_is_not_kept_for_staff(page, signed_in, world):
    """Whoever signs in goes on to their work, and sees the residents' home after signing out."""
    assert page.client.get("/").headers["Cache-Control"].startswith("public")
    leader = signed_in("leader")
    to_work = leader.client.get("/")
    assert (to_work.status_code, to_work.headers["Cache-Control"]) == (303, "no-store")
    leader.submit("/sign-out", {})
    assert leader.get("/").h1.get_text() == "单位331126居民服务"


@pytest.mark.parametrize(("before", "fresh", "stale"), [(3600, 60, 600), (100, 60, 40), (30, 30, 0), (1, 1, 0)])
def test_no_copy_outlives_the_day(page, world, before, fresh, stale):
    publish(world)
    midnight = datetime(2026, 11, 22, tzinfo=clock.SHANGHAI)
    with clock.frozen(midnight - timedelta(seconds=before)):
        said = page.client.get("/policies/nursery").headers["Cache-Control"]
    assert said == f"public, max-age={fresh}, stale-while-revalidate={stale}"


def test_staff_get_what_everybody_gets_and_no_cookie_with_it(page, signed_in, world):
    publish(world)
    officer = signed_in("officer").client
    with clock.frozen(clock.now() + timedelta(days=30)):  # long enough for a session to be renewed
        answer = officer.get("/policies/nursery")  # the page is made for the officer, and kept for everybody
        everybodys = page.client.get("/policies/nursery")
        assert officer.get("/about").headers.getlist("Set-Cookie"), "it slides on elsewhere"
    assert answer.headers["ETag"] == everybodys.headers["ETag"]
    assert not answer.headers.getlist("Set-Cookie")


def test_wechats_readers_are_told_of_a_browser(page, world):
    publish(world)
    told = page.client.get("/policies/nursery", headers=WECHAT)
    assert "用手机的浏览器打开一次" in told.text
    assert told.headers["Cache-Control"].startswith("private"), "a cache does not tell others"
    others = page.client.get("/policies/nursery")
    assert "用手机的浏览器打开一次" not in others.text
    assert others.headers["Cache-Control"].startswith("public")


def test_what_is_wrong_is_not_kept(page, world):
    publish(world)
    for url, status in (("/policies/nothing", 404), ("/policies/nursery?on=x", 422)):
        answer = page.client.get(url)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (status, "no-store")


def test_a_name_of_another_unit_is_not_mixed_in(page, world):
    """Pages of two places are kept apart."""
    publish(world)
    names = [unit_named(world, name).name for name in ("community", "far_community")]
    texts = [page.client.get(f"/policies?at={code}").text for code in ("331126101201", "331126102201")]
    assert [name in text for text in texts for name in names] == [True, False, False, True]
