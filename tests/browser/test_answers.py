"""Whatever answers in the server's place, or instead of a whole answer, the phone keeps all and tries again."""

import json
from typing import Any

from playwright.sync_api import Page, Route, expect

from tests.browser import books
from tests.browser.leader import ALL_SENT, Leader, on_the_phone, until
from tests.browser.network import answer, mend
from tests.support.server import Server

HTML = "<!DOCTYPE html><title>登录</title><h1>请先登录本网络</h1>"
JSON = "application/json"
HALF = "…"  # of the real answer
# What a phone gets to see in place of the answer.
GARBAGE: tuple[dict[str, Any], ...] = (
    {"status": 500, "content_type": JSON, "body": '{"error": {"code": "internal", "message": "…"}}'},
    {"status": 502, "content_type": "text/html", "body": "<h1>Bad Gateway</h1>"},
    {"status": 200, "content_type": "text/html", "body": HTML},  # a network that wants a login of its own
    {"status": 302, "headers": {"Location": "/sign-in"}, "body": ""},
    {"status": 200, "content_type": JSON, "body": '{"ok": true}'},
    {"status": 200, "content_type": JSON, "body": '{"results": {}}'},
    {"status": 200, "content_type": JSON, "body": '{"results": []}'},
    {"status": 204, "body": ""},
    {"status": 200, "content_type": JSON, "body": HALF},
)


def test_garbage_instead_of_an_answer_keeps_all(tab: Page, server: Server):
    leader = Leader(tab, server)
    leader.sign_in()
    leader.go_offline()
    leader.note("出生", note="存着一")
    leader.note("死亡", note="存着二")
    given: list[str] = []

    def garble(route: Route, _: int) -> None:
        real = route.fetch()  # the server has it all the while
        fake = GARBAGE[min(len(given), len(GARBAGE) - 1)]
        text = real.text()[: len(real.text()) // 2] if fake["body"] == HALF else fake["body"]
        given.append(text)
        route.fulfill(**{**fake, "body": text})

    answer(leader.context, garble)
    leader.go_online()
    for number in range(1, len(GARBAGE) + 1):
        until(tab, lambda: len(given), lambda found, least=number: found >= least)
        expect(tab.locator("[data-sync-now]").first).to_be_enabled()
        leader.sync_line(on_the_phone(2))
        expect(leader.marked("待同步")).to_have_count(2)
        leader.send_now()
    mend(leader.context)
    leader.open()
    leader.sync_line(ALL_SENT)
    for note in ("存着一", "存着二"):
        (row,) = books.noted(server, note)
        assert (row["version"], len(row["receipts"])) == (1, 1)


def test_too_much_at_once_is_sent_in_halves(tab: Page, server: Server):
    leader = Leader(tab, server)
    leader.sign_in()
    leader.go_offline()
    notes = [f"一半{number}" for number in range(5)]
    for note in notes:
        leader.note("出生", note=note)
    sizes: list[int] = []

    def one_at_a_time(route: Route, count: int) -> None:
        sizes.append(count)
        if count > 1:
            route.fulfill(status=413, content_type="text/html", body="<h1>Request Entity Too Large</h1>")
        else:
            route.continue_()

    answer(leader.context, one_at_a_time)
    leader.go_online()
    leader.sync_line(ALL_SENT)
    assert sizes[:3] == [5, 3, 2]
    assert sizes.count(1) == len(notes)
    assert [len(books.noted(server, note)) for note in notes] == [1] * len(notes)


def test_what_is_too_much_by_itself_is_told_and_holds_up_nothing(tab: Page, server: Server):
    leader = Leader(tab, server)
    leader.sign_in()
    leader.go_offline()
    leader.note("出生", note="太大的一笔")
    leader.note("死亡", note="后面的一笔")

    too_much: list[str] = []

    def not_this_one(route: Route, _: int) -> None:
        ids = [sent["id"] for sent in json.loads(route.request.post_data or "{}")["records"]]
        too_much.extend([] if too_much else ids[:1])  # what is in it is sealed; the oldest is sent first
        if too_much[0] in ids:
            route.fulfill(status=413, body="")
        else:
            route.continue_()

    answer(leader.context, not_this_one)
    leader.go_online()
    leader.sync_line("有 1 条需要你处理")
    expect(leader.marked("待同步")).to_have_count(0)
    assert len(books.noted(server, "后面的一笔")) == 1
    leader.press("去处理")
    leader.sees("这一条太长，传不上去，请改短一些。")
    mend(leader.context)
    leader.press("再传一次")
    leader.sync_line(ALL_SENT)
    assert len(books.noted(server, "太大的一笔")) == 1
