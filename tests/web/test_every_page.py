"""Every page there is, as everybody who may see it: it keeps the rules of all pages, in three languages."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from tests.builders import PEOPLE, World, event, report
from tests.support import published, surveys
from tests.support.cases import bring
from tests.support.checks import html_problems
from tests.support.doors import things_at_a_door
from tests.support.outreach import done_for_everybody
from tests.support.pages import Pages
from tests.support.phone import Phone
from tests.support.publishing import document_of
from tests.support.routes import Visit, visits
from webapp.access.rules import PUBLIC
from webapp.accounts.models import Invitation
from webapp.accounts.queries import live_devices
from webapp.accounts.rules import token_hash
from webapp.core import clock
from webapp.core.db import transaction
from webapp.core.ids import new_id

NOBODY = "nobody"
LOGINS = (NOBODY, "leader", "coordinator", "officer", "township", "county", "auditor")
LANGUAGES = ("zh-Hans", "zh-Hant", "en")
pytestmark = pytest.mark.one_database


@pytest.fixture
def places(app: Flask, world: World, phone: Callable[[str], Phone]) -> dict[str, str]:
    """Return a value for every place in an address: things in the group of `leader`, with a month behind it."""
    leader, unit = phone("leader"), world.units["group"]
    noted, sent = event(unit), report(unit, "202610")
    results = leader.push(noted, sent, event(unit, "move_in", households=1))
    assert {result["outcome"] for result in results} == {"created"}
    return {
        **things_at_a_door(world, leader, "leader"), **published.places(world),
        "month": "202610", "unit_id": unit, "report_id": sent["id"],
        "event_id": noted["id"], "record_id": noted["id"], "id": noted["id"],
        "account_id": world.accounts["leader"], "device_id": live_devices([world.accounts["leader"]])[0].id,
        "number": results[1]["receipt"]["number"], "role": "leader", "name": "home",
        "kit": "first", "measure": "births", "kind": "guide",
        "outreach_id": done_for_everybody(world, "leader", "group"),
        "invitation_id": invitation(world), "token": "an-open-invitation",
        "case_id": bring(world, "help", "group").row["id"], **document_of(world, "community"),
        **surveys.places(world),
    }  # fmt: skip


def invitation(world: World) -> str:
    """Store an invitation whose link is not used yet; return its id."""
    made = Invitation(
        id=new_id(), token_hash=token_hash("an-open-invitation"), name="新组长", role="leader",
        unit_id=world.units["group2"], invited_by=world.accounts["officer"],
        expires_at=clock.now() + timedelta(hours=24), used_at=None,
    )  # fmt: skip
    with transaction() as session:
        session.add(made)
    return made.id


@pytest.fixture
def visitor(app: Flask, world: World) -> Callable[[str], Pages]:
    """Return a function: login or `nobody` -> checked pages."""

    def enter(login: str) -> Pages:
        client = app.test_client()
        if login != NOBODY:
            client.set_cookie("sanshi", world.open_session(login))
        return Pages(client)

    return enter


def role_of(login: str) -> str | None:
    """Return the role of `login`, None for nobody."""
    return PEOPLE[login][0] if login in PEOPLE else None


def gets(app: Flask, places: dict[str, str]) -> Iterator[Visit]:
    """Yield the routes that are fetched."""
    return (visit for visit in visits(app, places) if visit.method == "GET")


def pages_for(app: Flask, places: dict[str, str], reader: Pages, login: str) -> dict[str, str]:
    """Return the pages that `login` gets, as address -> HTML."""
    found = {}
    for visit in gets(app, places):
        if visit.allows(role_of(login)):
            response = reader.client.get(visit.url)
            assert response.status_code < 500, visit.url
            if response.mimetype == "text/html" and response.status_code == 200:
                found[visit.url] = response.text
    return found


@pytest.mark.parametrize("login", LOGINS)
def test_pages_keep_the_rules_of_all_pages(
    app: Flask, places: dict[str, str], visitor: Callable[[str], Pages], login: str
):
    reader = visitor(login)
    for url in pages_for(app, places, reader, login):
        for language in LANGUAGES:
            reader.client.set_cookie("lang", language)
            assert reader.get(url).html["lang"] == language


def test_pages_are_valid_html(app: Flask, places: dict[str, str], visitor: Callable[[str], Pages], tmp_path: Path):
    """One run of the W3C's checker over all pages of all roles; the same page of two roles is looked at once."""
    once: dict[str, str] = {}
    for login in LOGINS:
        for url, text in pages_for(app, places, visitor(login), login).items():
            once.setdefault(text, f"{url} as {login}")
    folder = tmp_path / "pages"
    folder.mkdir()
    problems = html_problems({name: text for text, name in once.items()}, folder)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("login", LOGINS)
def test_who_may_not_is_turned_away(app: Flask, places: dict[str, str], visitor: Callable[[str], Pages], login: str):
    """Signed out: shown the way in. Signed in without the action: refused. By every method."""
    reader = visitor(login)
    for visit in visits(app, places):
        if visit.allows(role_of(login)) or visit.endpoint == "sync.push":
            continue
        headers = {"Sec-Fetch-Site": "same-origin"}
        response = reader.client.open(visit.url, method=visit.method, headers=headers)
        if login != NOBODY:
            assert response.status_code == 403, f"{visit.method} {visit.url}"
        elif visit.url.startswith("/sync/"):
            assert response.status_code == 401
        else:
            assert response.headers["Location"].startswith("/sign-in"), visit.url


@pytest.mark.parametrize("login", ["stranger", "leader2", "far_leader", "other_officer", "far_township"])
def test_things_out_of_scope_look_as_if_they_were_not_there(
    app: Flask, places: dict[str, str], visitor: Callable[[str], Pages], login: str
):
    """Every address that names a thing of the first group, asked for by people of other places."""
    names_a_thing = {value for key, value in places.items() if key.endswith("_id") and key != "record_id"}
    if login == "leader2":
        names_a_thing.discard(places["invitation_id"])
    reader = visitor(login)
    for visit in visits(app, places):
        if visit.action == PUBLIC or not any(value in visit.url for value in names_a_thing):
            continue
        headers = {"Sec-Fetch-Site": "same-origin"}
        response = reader.client.open(
            visit.url, method=visit.method, headers=headers, data={"reason": "试试", "name": "试试"}
        )
        assert response.status_code in {403, 404}, f"{visit.method} {visit.url} {response.status_code}"
