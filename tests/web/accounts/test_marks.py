"""The mark that a phone keeps of having had a store: scripts' own marks go with the store in some browsers."""

from typing import Any

from sqlalchemy import select, update

from tests.builders import PASSWORD, event
from tests.support.pages import SAME_ORIGIN
from tests.support.phone import Phone
from webapp.accounts.models import Device
from webapp.core import clock
from webapp.core.db import db, transaction


def pull(phone: Phone, world: Any) -> Any:
    """Pull as a phone whose vault is open."""
    headers = {"Sanshi-Account": world.accounts["leader"], "Sanshi-Opening": "5" * 32}
    return phone.client.get("/sync/pull", headers=headers)


def name_of(world: Any) -> str:
    """Return how the leader's mark is called."""
    return f"had-{world.accounts['leader'][:8]}"


def newest() -> Device:
    """Return the device that was signed in last."""
    db.session.rollback()
    return db.session.scalars(select(Device).order_by(Device.created_at.desc())).all()[0]


def sign_in(phone: Phone, login: str) -> None:
    """Sign in on the phone, a moment after all that was before."""
    with transaction() as session:
        session.execute(update(Device).values(created_at=clock.now().replace(year=2025)))
    phone.client.delete_cookie("sanshi")
    sent = phone.client.post("/sign-in", data={"login": login, "password": PASSWORD}, headers=SAME_ORIGIN)
    assert sent.status_code == 303


def test_a_phone_with_a_store_gets_a_mark_for_a_year_that_its_script_can_read(phone: Any, world: Any) -> None:
    leader = phone("leader")
    assert not leader.client.get("/sync/pull").headers.getlist("Set-Cookie"), "none without a store"
    (mark,) = [each for each in pull(leader, world).headers.getlist("Set-Cookie") if each.startswith("had-")]
    assert mark.startswith(f"{name_of(world)}={newest().id}; ")
    assert "Max-Age=31536000" in mark
    assert "SameSite=Lax" in mark
    assert "HttpOnly" not in mark
    again = pull(leader, world).headers.getlist("Set-Cookie")
    assert not [each for each in again if each.startswith("had-")], "once is enough"


def test_what_a_phone_sent_is_still_known_after_it_signs_in_again(phone: Any, world: Any) -> None:
    leader = phone("leader")
    pull(leader, world)
    sent = event(world.units["group"])
    leader.client.post(
        "/sync/push", json={"device": leader.device, "records": [sent]},
        headers={**SAME_ORIGIN, "Sanshi-Opening": "5" * 32},
    )  # fmt: skip
    sign_in(leader, "leader")
    assert pull(leader, world).get_json()["me"]["device"]["received"] == 1
    sign_in(leader, "leader")
    assert newest().received == 1, "over more than one session"


def test_nobody_gets_the_count_of_somebody_else_or_of_nothing(phone: Any, world: Any) -> None:
    leader = phone("leader")
    pull(leader, world)
    with transaction() as session:
        session.execute(update(Device).values(received=7))
    theirs = leader.client.get_cookie(name_of(world)).value
    for mark in (theirs, "", "x", "9" * 500):
        leader.client.set_cookie(f"had-{world.accounts['leader2'][:8]}", mark)
        sign_in(leader, "leader2")
        assert newest().received == 0
