"""How long a session lives: a sliding year, until somebody ends it."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.support.pages import SAME_ORIGIN
from webapp.accounts.models import Account, Device
from webapp.core import clock
from webapp.core.db import db, transaction

YEAR = timedelta(days=365)


def status(pages):
    db.session.rollback()
    return pages.client.get("/app/me").status_code


def test_a_session_ends_after_a_year_of_silence(signed_in, noon):
    pages = signed_in("leader")
    with clock.frozen(noon + YEAR - timedelta(seconds=1)):
        assert status(pages) == 200
    pages = signed_in("leader")
    with clock.frozen(noon + YEAR):
        assert status(pages) == 303


def test_every_visit_starts_the_year_anew(signed_in, noon):
    pages = signed_in("leader")
    for month in range(1, 30):
        with clock.frozen(noon + timedelta(days=30 * month)):
            assert status(pages) == 200


def test_the_cookie_slides_along_once_a_day(signed_in, noon):
    pages = signed_in("leader")
    assert not pages.client.get("/app/me").headers.getlist("Set-Cookie")
    with clock.frozen(noon + timedelta(days=1, hours=1)):
        sent = pages.client.get("/app/me").headers.getlist("Set-Cookie")
        assert len(sent) == 1
        assert "Max-Age=31536000" in sent[0]
        db.session.rollback()
        assert not pages.client.get("/app/me").headers.getlist("Set-Cookie")


def test_a_revoked_device_is_out_at_once_and_only_it(signed_in, world):
    here, there = signed_in("leader"), signed_in("leader")
    other = there.client.get("/app/me")
    assert other.status_code == 200
    mine = device_ids(here)
    assert len(mine) == 2
    soup = here.get("/app/me")
    forms = [f["action"] for f in soup.find_all("form") if f["action"].endswith("/revoke")]
    [theirs] = [action for action in forms if current_device(here) not in action]
    assert here.submit(theirs) == "/app/me?said=revoked#devices"
    assert status(there) == 303
    assert status(here) == 200


def device_ids(pages):
    soup = pages.get("/app/me")
    return [f["action"].split("/")[4] for f in soup.find_all("form") if f["action"].endswith("/revoke")]


def current_device(pages):
    soup = pages.get("/app/me")
    [row] = [li for li in soup.find_all("li", class_="entry") if "就是现在这台" in li.get_text()]
    return row.find("form")["action"].split("/")[4]


def test_revoking_the_device_in_hand_signs_out(signed_in):
    pages = signed_in("leader")
    assert pages.submit(f"/app/me/devices/{current_device(pages)}/revoke") == "/sign-in?said=out"
    assert status(pages) == 303


def test_a_closed_account_is_out_at_once_on_every_device(signed_in, world, noon):
    first, second = signed_in("leader"), signed_in("leader")
    with transaction() as session:
        session.execute(update(Account).where(Account.id == world.accounts["leader"]).values(closed_at=noon))
    assert (status(first), status(second)) == (303, 303)


@pytest.mark.parametrize("cookie", ["", "x", "'; DROP TABLE device;--", "a" * 4000])
def test_a_made_up_cookie_is_nobody(page, world, cookie):
    page.client.set_cookie("sanshi", cookie)
    assert status(page) == 303


def test_a_page_says_when_a_device_was_heard_only_by_time(signed_in, world, noon):
    """Sync health, never diligence: no count of visits is kept.

    How many records arrived from a device is told to its owner alone, when her phone has lost them (我的).
    """
    assert {column.name for column in Device.__table__.columns} == {
        "id", "account_id", "token_hash", "name", "created_at", "heard_at", "expires_at", "revoked_at",
        "received", "received_at", "opening_hash",
    }  # fmt: skip


def test_nobody_renames_or_revokes_the_device_of_another(signed_in):
    leader, other = signed_in("leader"), signed_in("leader2")
    device = current_device(other)
    for door in ("name", "revoke"):
        url = f"/app/me/devices/{device}/{door}"
        assert leader.client.post(url, data={"name": "x"}, headers=SAME_ORIGIN).status_code == 404
    assert status(other) == 200


def test_a_page_says_whether_somebody_has_just_signed_in(signed_in, noon):
    """Only then a phone whose vault is gone lets a new PIN be chosen."""
    pages = signed_in("leader")
    for later, recent in ((timedelta(minutes=14), True), (timedelta(minutes=15), False)):
        with clock.frozen(noon + later):
            said = pages.get("/app").find("meta", attrs={"name": "sanshi-account"})["content"]
            assert json.loads(said)["recent"] is recent
