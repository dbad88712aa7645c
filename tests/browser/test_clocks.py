"""A phone's clock may be wrong by days or years: what was declared when is told by the server's clock."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser import books
from tests.browser.leader import ALL_SENT, Leader, day, on_the_phone
from tests.support.server import Server
from webapp.core import clock

NewContext = Callable[..., BrowserContext]
WRONG = {
    "two days behind": timedelta(days=-2), "two days ahead": timedelta(days=2),
    "in another year": timedelta(days=-366), "as after an empty battery": timedelta(days=-366 * 50),
    "far ahead": timedelta(days=366 * 6),
}  # fmt: skip
SLACK = timedelta(minutes=5)


def declared(row: dict[str, str]) -> datetime:
    """Return when an entry counts as declared."""
    return datetime.fromisoformat(row["declared_at"]).replace(tzinfo=UTC)


def test_a_wrong_clock_makes_no_wrong_declaration(new_context: NewContext, server: Server):
    for name, wrong in WRONG.items():
        context = new_context()
        context.clock.set_system_time(clock.now() + wrong)
        leader = Leader(context.new_page(), server)
        leader.sign_in()
        leader.go_offline()
        leader.note("出生", note=name)
        leader.sync_line(on_the_phone(1))
        leader.go_online()
        leader.sync_line(ALL_SENT)
        (row,) = books.noted(server, name)
        assert row["date"] == day(), "today is what the server calls today"
        assert abs(declared(row) - clock.now()) < SLACK, name
        context.close()


@pytest.mark.parametrize("turned", [timedelta(days=2), timedelta(days=-2), timedelta(days=-366)], ids=str)
def test_a_clock_that_is_turned_without_a_network_wins_and_loses_nothing(
    new_context: NewContext, server: Server, turned: timedelta
):
    leader = Leader(new_context().new_page(), server)
    leader.sign_in()
    before = clock.now()
    leader.go_offline()
    leader.context.clock.set_system_time(clock.now() + turned)
    leader.open("/app/events/new")
    leader.unlock()  # a clock that was turned says nothing of when it was last touched
    leader.has_started()
    leader.choose("出生")
    leader.fill(date=day(), note="调过钟")
    leader.press("保存")
    leader.sync_line(on_the_phone(1))
    leader.go_online()
    leader.sync_line(ALL_SENT)
    (row,) = books.noted(server, "调过钟")
    assert before - SLACK < declared(row) < clock.now() + timedelta(seconds=1)
    expect(leader.marked("待同步")).to_have_count(0)
