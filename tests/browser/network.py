"""What a network does to a phone. The requests are real; only their way there and back is disturbed."""

import json
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Request, Route

from tests.support.server import Server

PUSH = "**/sync/push"
SYNC = "**/sync/*"


def cut(context: BrowserContext) -> None:
    """Let nothing through to the server's sync, whatever else works."""
    context.route(SYNC, lambda route: route.abort())


def mend(context: BrowserContext) -> None:
    """Let everything through again."""
    context.unroute_all(behavior="ignoreErrors")


def pushed(context: BrowserContext) -> list[list[str]]:
    """Return a list that grows with every push: the ids of its records."""
    found: list[list[str]] = []

    def remember(request: Request) -> None:
        if request.url.endswith("/sync/push"):
            found.append([record["id"] for record in json.loads(request.post_data or "{}")["records"]])

    context.on("request", remember)
    return found


def answer(context: BrowserContext, by: Callable[[Route, int], None]) -> None:
    """Let `by` answer each push; it gets the route and how many records the push holds."""
    context.route(PUSH, lambda route: by(route, len(json.loads(route.request.post_data or "{}")["records"])))


def lose_the_answer(context: BrowserContext, server: Server, *, kill: bool = False) -> list[int]:
    """Let the server have what is pushed, but not the phone its answer; return the lost statuses, as they come.

    With `kill` the server dies (SIGKILL) as soon as it has answered.
    """
    lost: list[int] = []

    def swallow(route: Route, _: int) -> None:
        if not kill or not lost:
            lost.append(route.fetch().status)
        if kill:
            server.kill()
        route.abort()

    answer(context, swallow)
    return lost
