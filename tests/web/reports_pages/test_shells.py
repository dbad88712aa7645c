"""The empty pages that phones keep: they keep the rules of all pages, and nothing in them is about anybody."""

import pytest

from tests.support.checks import html_problems

pytestmark = pytest.mark.one_database

SHELLS = ("home", "event", "report", "slip", "outbox")


@pytest.mark.parametrize("name", SHELLS)
def test_a_shell_is_a_page_without_anybody(signed_in, world, name):
    pages = signed_in("leader")
    soup = pages.get(f"/offline/{name}")
    assert soup.body["data-page"] == name
    assert soup.find(attrs={"data-shell": True}) or name in ("event", "outbox")
    text = pages.client.get(f"/offline/{name}").text
    assert not [value for value in (*world.units.values(), *world.accounts.values()) if value in text]


def test_shells_are_valid_html(signed_in, tmp_path):
    pages = signed_in("leader")
    assert not html_problems({name: pages.client.get(f"/offline/{name}").text for name in SHELLS}, tmp_path)
