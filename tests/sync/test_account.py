"""A phone names the account whose records it sends; nobody sends under another's name by having signed in since."""

from typing import Any

import pytest

from tests.builders import World, event
from tests.support.pages import SAME_ORIGIN
from tests.support.phone import Phone


def send(phone: Phone, sent: Any, account: str) -> Any:
    """Push one record as a phone that says whose it is."""
    body = {"device": phone.device, "records": [sent]}
    return phone.client.post("/sync/push", json=body, headers={**SAME_ORIGIN, "Sanshi-Account": account})


def test_the_own_account_may_send(leader: Phone, world: World, group: str) -> None:
    response = send(leader, event(group), leader.pull_page()["me"]["account"]["id"])
    assert response.get_json()["results"][0]["outcome"] == "created"


@pytest.mark.parametrize("other", ["leader2", "officer"])
def test_nobody_sends_for_somebody_else(leader: Phone, phone: Any, group: str, other: str) -> None:
    response = send(leader, event(group), phone(other).pull_page()["me"]["account"]["id"])
    assert response.status_code == 401
    assert leader.pull() == []
