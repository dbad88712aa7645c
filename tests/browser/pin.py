"""The screen before the pages of a phone, and the PIN that opens it."""

from playwright.sync_api import Page, expect

PIN = "730418"


def enter_pin(page: Page, pin: str = PIN) -> None:
    """Give the phone its PIN: twice on a new phone, where it is chosen. Wait until it shows its pages."""
    part = page.locator("#vault form:visible")
    expect(part.locator("input").first).to_be_focused()
    for field in part.locator("input").all():
        field.fill(pin)
    part.locator("button[data-kind=primary]").click()
    expect(page.locator("#vault")).to_be_hidden()


def asks_each_time(page: Page) -> None:
    """Give the PIN whenever it is asked for: without a worker no page can hand the keys on."""
    page.add_locator_handler(page.locator("#vault form[data-part=closed]"), lambda _: enter_pin(page))
