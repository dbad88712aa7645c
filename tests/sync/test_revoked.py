"""A phone learns whether its session ran out or was ended by somebody: then it closes what lies on it.

What it had noted is still taken for a while: test_ended_phone.py.
"""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from tests.builders import event
from tests.support.pages import SAME_ORIGIN
from tests.support.phone import Phone
from webapp.accounts.models import Account, Device
from webapp.core import clock
from webapp.core.db import transaction


def said(phone: Phone, path: str, records: list[Any] | None = None) -> tuple[int, str]:
    """Return the status and the code that the server answers at `path`."""
    body = {"device": phone.device, "records": records}
    answer = (
        phone.client.get(path) if records is None else phone.client.post(path, json=body, headers=dict(SAME_ORIGIN))
    )
    return answer.status_code, answer.get_json()["error"]["code"]


ENDS: dict[str, Callable[[], Any]] = {
    "revoked": lambda: update(Device).values(revoked_at=clock.now()),
    "closed account": lambda: update(Account).where(Account.role == "leader").values(closed_at=clock.now()),
}


@pytest.mark.parametrize("how", ENDS)
def test_ended_by_somebody(leader: Phone, group: str, how: str) -> None:
    leader.pull_page()
    with transaction() as session:
        session.execute(ENDS[how]())
    assert said(leader, "/sync/pull") == (401, "revoked")
    assert said(leader, "/sync/close", []) == (401, "revoked")


def test_ended_by_time(leader: Phone, group: str) -> None:
    leader.pull_page()
    with transaction() as session:
        session.execute(update(Device).values(expires_at=clock.now()))
    assert said(leader, "/sync/pull") == (401, "signed_out")
    assert said(leader, "/sync/push", [event(group)]) == (401, "signed_out")
