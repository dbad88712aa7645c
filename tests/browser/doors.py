"""Households with real cards: made by the server's own doors, their codes read from the picture it sends."""

import io
import json
from typing import NamedTuple

import zxingcpp
from PIL import Image
from playwright.sync_api import APIRequestContext, Playwright

from tests.browser import books
from tests.builders import PASSWORD, household
from tests.support.server import Server


class Card(NamedTuple):
    """One card: what its code says, the number under it, whose it is."""

    text: str
    number: str
    household: str

    @property
    def token(self) -> str:
        """The secret part of the code."""
        return self.text.rpartition("/")[2]


class Clerk:
    """Somebody who works with the server's doors and no screen."""

    def __init__(self, driver: Playwright, server: Server, login: str = "leader") -> None:
        self.server = server
        self.unit = str(books.account(server, login)["unit_id"])
        self.wire: APIRequestContext = driver.request.new_context(
            base_url=server.url, extra_http_headers={"Origin": server.url}
        )
        answer = self.wire.post("/sign-in", form={"login": login, "password": PASSWORD}, max_redirects=0)
        assert answer.status == 303, answer.text()

    def move_in(self, door: str, name: str = "王小明") -> str:
        """Register a household; return its id."""
        record = household(self.unit, door, name)
        answer = self.wire.post("/sync/push", data=json.dumps({"device": record["id"], "records": [record]}))
        assert [result["outcome"] for result in answer.json()["results"]] == ["created"], answer.text()
        return str(record["id"])

    def card(self, household_id: str) -> Card:
        """Issue a card and look at it."""
        answer = self.wire.post("/app/cards/issue", form={"household": household_id}, max_redirects=0)
        assert answer.status == 303, answer.text()
        page = answer.headers["location"].partition("?")[0]
        number = self.wire.get(f"{page}.png").headers["content-disposition"].split("-")[1][:7]
        found = zxingcpp.read_barcodes(Image.open(io.BytesIO(self.wire.get(f"{page}.png").body())))
        return Card(found[0].text, number, household_id)
