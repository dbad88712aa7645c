"""Who may see which board and totals: one's own unit and what lies under it."""

import pytest

from tests.builders import World
from tests.support.office import plain

pytestmark = pytest.mark.one_database

# login -> the units it reaches; all others look as if they were not there
REACH = {
    "coordinator": {"community", "group", "group2"},
    "officer": {"community", "group", "group2"},
    "township": {"township", "community", "group", "group2", "other_community", "other_group"},
    "far_township": {"far_township", "far_community", "far_group"},
    "county": None,
    "auditor": None,
}


@pytest.mark.parametrize("login", REACH)
@pytest.mark.parametrize("place", ["board", "totals", "review"])
def test_a_unit_out_of_scope_looks_as_if_it_were_not_there(signed_in, world: World, login: str, place: str):
    client, reach = signed_in(login).client, REACH[login]
    statuses = {
        name: client.get(f"/app/{place}/202611?unit={unit_id}").status_code for name, unit_id in world.units.items()
    }
    forbidden = login == "coordinator" and place != "board"
    for name, status in statuses.items():
        if forbidden:
            assert status == 403
        elif reach is None or name in reach:
            assert status in (200, 303), name
        else:
            assert status == 404, name


@pytest.mark.parametrize("place", ["board", "totals", "review"])
def test_leaders_have_no_office_pages(signed_in, world: World, place: str):
    signed_in("leader").get(f"/app/{place}/202611", 403)
    signed_in("leader").get(f"/app/{place}/202611?unit={world.units['community']}", 403)


@pytest.mark.parametrize("place", ["board", "totals", "review"])
@pytest.mark.parametrize("unit", ["nonsense", "0", "../x", "%00", "11111111-2222-4333-8444-555555555555", "'"])
def test_guessed_units_are_not_found(signed_in, place: str, unit: str):
    signed_in("county").get(f"/app/{place}/202611?unit={unit}", 404)


def test_who_is_signed_out_is_shown_the_way_in(page):
    response = page.client.get("/app/board/202611")
    assert (response.status_code, response.location.partition("?")[0]) == (303, "/sign-in")


def test_a_coordinator_sees_who_reported_but_not_what(signed_in, phone, world: World):
    plain(phone("leader"), world.units["group"])
    soup = signed_in("coordinator").get("/app/board/202611")
    assert not [a for a in soup.select("main a") if "/app/reports/" in a["href"]]
