"""A phone that is killed while its PIN is being changed: one of the two opens it, and nothing on it is lost."""

import pytest
from playwright.sync_api import Playwright, expect

from tests.browser import books
from tests.browser.leader import ALL_SENT, Leader, on_the_phone
from tests.browser.locks import lock_screen, try_pin
from tests.browser.pin import PIN
from tests.builders import PASSWORD
from tests.support.chromium import Chromium
from tests.support.server import Server

NEW = "904817"
NOTES = ("甲家来人", "乙家来人", "丙家来人")


@pytest.mark.parametrize("moment", [0, 150, 400, 900])
def test_one_of_the_two_pins_opens_it_and_what_waited_arrives(
    mortal_chromium: Chromium, playwright: Playwright, server: Server, moment: int
):
    leader = Leader(mortal_chromium.start(playwright).contexts[0].new_page(), server)
    leader.sign_in()
    leader.page.route("**/sync/push", lambda route: route.abort())
    for note in NOTES:
        leader.note("出生", note=note)
    leader.sync_line(on_the_phone(len(NOTES)))
    begin_to_change(leader)
    leader.page.wait_for_timeout(moment)
    mortal_chromium.kill()
    leader = Leader(mortal_chromium.start(playwright).contexts[0].new_page(), server)
    assert opens_with(leader, NEW) or opens_with(leader, PIN)
    sign_in_if_forgotten(leader)
    leader.sync_line(ALL_SENT)
    assert [len(books.noted(server, note)) for note in NOTES] == [1] * len(NOTES)


def begin_to_change(leader: Leader) -> None:
    """Ask for another PIN on one's own page."""
    leader.open("/app/me")
    leader.has_started()
    leader.unfold("改本机密码")
    for name, text in (("old", PIN), ("new", NEW), ("again", NEW)):
        leader.page.fill(f"#pin-{name}", text)
    leader.page.keyboard.press("Enter")


def opens_with(leader: Leader, pin: str) -> bool:
    """Start the app and try `pin`; say whether it opens."""
    leader.open()
    expect(lock_screen(leader.page)).to_be_visible()
    try_pin(leader.page, pin)
    said = lock_screen(leader.page).get_by_role("alert").filter(has_text="密码不对")
    expect(leader.page.locator("[data-sync-line]:visible").or_(said).first).to_be_visible()
    return not said.is_visible()


def sign_in_if_forgotten(leader: Leader) -> None:
    """Sign in where the browser, killed, had not yet written its cookies down."""
    forgotten = leader.page.locator("[data-notice=signin]")
    expect(leader.page.get_by_text(ALL_SENT).or_(forgotten).first).to_be_visible()
    if forgotten.is_visible():
        leader.open("/sign-in?next=/app")
        leader.fill(login="leader", password=PASSWORD)
        leader.press("登录")
        leader.page.wait_for_url("**/app")
