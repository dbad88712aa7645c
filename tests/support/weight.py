"""What the leader's first load weighs: all that a new phone fetches until it can do without a network."""

import re
from collections.abc import Iterable

from playwright.sync_api import BrowserContext

from tests.browser.leader import Leader
from tests.browser.pin import enter_pin
from tests.builders import PASSWORD
from tests.support.relay import Exchange, Relay
from tests.support.server import Server

# What each thing is fetched for, by its address; the first that fits. A page is what is neither.
PARTS = (
    # what the worker fetches beforehand
    ("kept for later", r"/offline/|/(report|doors|office|qr|scan)\.\w+\.(js|css)$"),
    ("data", r"/sync/"),  # what belongs to the group, not to the page: fetched once the page is there
    ("home screen", r"\.png$"),  # for a phone that offers to install
    ("css", r"\.css$"),
    ("worker", r"^/sw\.js$"),
    ("js", r"\.js$"),
    ("icon", r"\.svg$"),
    ("manifest", r"^/manifest"),
    ("html", ""),
)
PAGE = ("html", "css", "js", "worker", "icon", "manifest")
BESIDE = ("data", "home screen", "kept for later")


def part_of(exchange: Exchange) -> str:
    """Return which of PARTS an exchange belongs to."""
    return next(name for name, address in PARTS if re.search(address, exchange.path))


def of_parts(exchanges: Iterable[Exchange], *names: str) -> list[Exchange]:
    """Return the exchanges that belong to one of the parts `names`."""
    return [exchange for exchange in exchanges if part_of(exchange) in names]


def sign_in(context: BrowserContext, server: Server) -> None:
    """Give `context` the session of the leader and nothing else: no page is opened, nothing is kept."""
    form, origin = {"login": "leader", "password": PASSWORD}, {"Origin": server.url}
    answer = context.request.post(f"{server.url}/sign-in", form=form, headers=origin, max_redirects=0)
    assert answer.status == 303, answer.text()


def first_load(context: BrowserContext, server: Server, relay: Relay, path: str) -> list[Exchange]:
    """Open `path` on a phone that has never been here but is signed in; return all exchanges until it falls silent.

    `context` must keep its profile on disk: browsers do not read the manifest for one that is thrown away.
    """
    sign_in(context, server)
    page = context.pages[0]
    page.goto(f"{relay.url}{path}")
    enter_pin(page)
    Leader(page, server).is_ready_offline()
    problems = context.new_cdp_session(page).send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert not problems, problems
    relay.wait_until_quiet()
    return list(relay.exchanges)
