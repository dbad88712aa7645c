"""By every page, file and form: what belongs to somebody else looks exactly like what is not there."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.builders import World, event, report
from tests.support import surveys
from tests.support.cases import bring
from tests.support.doors import things_at_a_door
from tests.support.outreach import done_for_everybody
from tests.support.pages import SAME_ORIGIN, Pages
from tests.support.phone import Phone
from tests.support.publishing import document_of
from tests.support.routes import Visit, visits
from webapp.access.rules import PUBLIC
from webapp.accounts.queries import live_devices
from webapp.core.ids import new_id

pytestmark = pytest.mark.one_database
TYPED = {"reason": "试试", "name": "试试", "version": "1", "nil": "1"}
THINGS = (
    "unit_id", "report_id", "event_id", "account_id", "device_id",
    "household_id", "visit_id", "need_id", "card_id", "feedback_id", "outreach_id", "case_id", "document_id",
)  # fmt: skip


@pytest.fixture
def theirs(app: Flask, world: World, phone: Callable[[str], Phone]) -> dict[str, str]:
    """Return a value for every place in an address; what names a thing names one of a group far away."""
    unit, leader = world.units["far_group"], phone("far_leader")
    noted, sent = event(unit, note="远处的一笔"), report(unit, "202610")
    assert [result["outcome"] for result in leader.push(noted, sent)] == ["created", "created"]
    return {
        **things_at_a_door(world, leader, "far_leader"),
        "month": "202610", "unit_id": unit, "report_id": sent["id"], "event_id": noted["id"],
        "account_id": world.accounts["far_leader"], "device_id": live_devices([world.accounts["far_leader"]])[0].id,
        "invitation_id": new_id(), "number": "0" * 16, "role": "leader", "name": "home",
        "kit": "first", "measure": "births", "kind": "guide",
        "outreach_id": done_for_everybody(world, "far_leader", "far_group"),
        "case_id": bring(world, "help", "far_group").row["id"], **document_of(world, "far_community"),
        **surveys.places(world),
        "topic": "nothing", "edition_id": new_id(), "attachment_id": new_id(),  # of what is public
        "token": "no-token", "id": noted["id"], "record_id": noted["id"],
    }  # fmt: skip


def ask(client: FlaskClient, visit: Visit, thing: str) -> tuple[int, str]:
    """Return the status and the text of an answer, without the name of the `thing` that was asked for."""
    response = client.open(visit.url, method=visit.method, headers=SAME_ORIGIN, data=TYPED)
    return response.status_code, response.text.replace(thing, "…")


@pytest.mark.parametrize("login", ["leader", "officer", "township", "coordinator"])
@pytest.mark.parametrize("place", THINGS)
def test_others_things_look_like_none(
    app: Flask, signed_in: Callable[[str], Pages], theirs: dict[str, str], login: str, place: str
):
    client, nothing = signed_in(login).client, new_id()
    thing = theirs[place]
    named = [visit for visit in visits(app, theirs) if thing in visit.url]
    assert named
    for visit in named:
        found = ask(client, visit, thing)
        assert found[0] in {403, 404}, visit
        none = replace(visit, url=visit.url.replace(thing, nothing))
        assert found == ask(client, none, nothing), visit


@pytest.mark.parametrize("login", ["leader", "officer", "township", "coordinator"])
def test_others_units_cannot_be_asked_for(
    app: Flask, world: World, signed_in: Callable[[str], Pages], theirs: dict[str, str], login: str
):
    """`?unit=` on every page and file, whether it knows what that means or not: nothing from over there comes back."""
    client = signed_in(login).client
    for visit in visits(app, theirs):
        if visit.method != "GET" or visit.action == PUBLIC:
            continue
        for name in ("far_group", "far_community", "far_township"):
            response = client.get(visit.url, query_string={"unit": world.units[name]})
            told = [words for words in ("单位331126102", "远处的一笔") if words.encode() in response.data]
            assert response.status_code < 500 and not told, f"{visit.url} {name}"
