"""Keeping the register on a phone, in a real browser: what is read out, and what is asked before a door is added."""

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.browser.doors import Clerk
from tests.browser.leader import Leader
from tests.browser.test_round import Walker
from tests.support.server import Server
from webapp.consents.queries import purposes


@pytest.fixture
def walker(tab: Page, server: Server, playwright: Playwright) -> Walker:
    """Return a leader whose phone knows one door, and has no network."""
    Clerk(playwright, server).move_in("101", "王春生")
    person = Walker(tab, server)
    person.sign_in()
    person.is_ready_offline()
    person.has_the_round()
    person.go_offline()
    return person


def choose(person: Leader, name: str, value: str) -> None:
    """Touch a radio chip of the form."""
    person.tap(person.page.locator(f"main [name='{name}'][value='{value}']").locator("xpath=.."))


def test_the_text_of_the_consent_is_read_out_without_a_network(walker: Walker) -> None:
    walker.open("/app/households/new")
    walker.has_started()
    text = purposes()["contact"]["versions"][-1]["text"]["zh-Hans"]
    expect(walker.page.locator("[id='consents.contact-hint']")).to_have_text(text)


def test_not_the_same_household_where_buttons_take_no_focus(walker: Walker) -> None:
    walker.open("/app/households/new")
    walker.has_started()
    # As Safari does: a button that is touched does not get the focus.
    walker.page.evaluate("addEventListener('mousedown', (event) => event.preventDefault(), true)")
    walker.fill(**{"address.building": "金桂苑3幢", "address.entrance": "2单元", "address.door": "101"})
    choose(walker, "kind", "resident")
    walker.press("保存")
    walker.sees("这一户可能已经登记过")
    walker.press("不是同一户，照样保存")
    walker.page.wait_for_url("**said=*")
    walker.sees("已存本机")
