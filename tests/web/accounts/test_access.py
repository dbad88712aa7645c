"""Every role at every door of these rooms: who gets in, who is turned away, who is asked to sign in."""

import pytest

from tests.builders import PEOPLE
from tests.support.pages import SAME_ORIGIN
from webapp.core.ids import new_id

pytestmark = pytest.mark.one_database

IN, ODD, NONE, NO, ON = 200, 422, 404, 403, 303
SOME = new_id()

OFFICES = ("officer", "township", "county")
READERS = (*OFFICES, "auditor")
ROLES = ("leader", "coordinator", *READERS)


def only(roles, status, otherwise=NO):
    return {role: status if role in roles else otherwise for role in ROLES}


# method, address -> what each role gets with an empty form; a stranger is led to the sign-in at all of them.
STAFF_DOORS = {
    ("GET", "/app/me"): only(ROLES, IN),
    ("POST", "/app/me/password"): only(ROLES, ODD),
    ("POST", f"/app/me/devices/{SOME}/name"): only(ROLES, ODD),
    ("POST", f"/app/me/devices/{SOME}/revoke"): only(ROLES, NONE),
    ("GET", "/app/people"): only(READERS, IN),
    ("GET", f"/app/people/{SOME}"): only(READERS, NONE),
    ("POST", f"/app/people/{SOME}/new-password"): only(OFFICES, NONE),
    ("POST", f"/app/people/{SOME}/close"): only(OFFICES, NONE),
    ("POST", f"/app/people/{SOME}/devices/{SOME}/revoke"): only(OFFICES, NONE),
    ("POST", f"/app/people/invitations/{SOME}/withdraw"): only(OFFICES, NONE),
    ("GET", "/app/people/invite/leader"): {**only(OFFICES, NONE), "officer": IN},
    ("POST", "/app/people/invite/leader"): {**only(OFFICES, NONE), "officer": ODD},
    ("GET", "/app/calendar"): only(READERS, IN),
    ("POST", "/app/calendar/extensions"): only(OFFICES, ODD),
    ("POST", "/app/calendar/exceptions"): only(("county",), ODD),
}
PUBLIC_DOORS = {
    ("GET", "/about"): IN,
    ("GET", "/places"): IN,
    ("GET", "/privacy"): IN,
    ("GET", "/privacy/door"): IN,
    ("GET", "/receipts"): IN,
    ("GET", "/receipts/key.pem"): IN,
    ("GET", "/receipts/1234567890123452"): NONE,
    ("GET", "/invitations/x"): NONE,
    ("POST", "/invitations/x"): NONE,
    ("POST", "/settings/looks"): ON,
    ("POST", "/sign-out"): ON,
}


def knock(pages, door):
    method, url = door
    return pages.client.open(url, method=method, headers=SAME_ORIGIN)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_the_table_says(signed_in, role):
    pages = signed_in(role)
    assert {door: knock(pages, door).status_code for door in STAFF_DOORS} == {
        door: answers[role] for door, answers in STAFF_DOORS.items()
    }


def test_a_stranger_is_led_to_the_sign_in(page, world):
    for door in STAFF_DOORS:
        response = knock(page, door)
        assert response.status_code == ON, door
        assert response.headers["Location"].startswith("/sign-in?next=/app/"), door


@pytest.mark.parametrize("role", [None, *ROLES])
def test_public_doors_are_open_to_all(page, signed_in, world, role):
    pages = signed_in(role) if role else page
    assert {door: knock(pages, door).status_code for door in PUBLIC_DOORS} == PUBLIC_DOORS


def test_no_door_is_forgotten(app):
    """What these rooms add later must be put into the tables above."""
    rooms = ("accounts", "public", "receipts", "people", "calendar")
    elsewhere = {"/", "/sign-in"}  # test_sign_in.py, tests/web/public
    routes = app.url_map.bind("localhost")
    knocked = {routes.match(url, method=method)[0] for method, url in {*STAFF_DOORS, *PUBLIC_DOORS}}
    missing = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint.split(".")[0] in rooms and rule.rule not in elsewhere
    } - knocked
    assert not missing


def test_the_tables_speak_of_every_role():
    assert {role for role, _ in PEOPLE.values()} == set(ROLES)
