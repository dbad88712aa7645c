"""The access table: what it grants, and what it must never grant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.access.rules import ACTIONS, OFFICES, PUBLIC, ROUTES, STAFF, covers, may
from webapp.core.ids import new_id


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_is_had_by_known_roles(action):
    assert ACTIONS[action]
    assert ACTIONS[action] <= STAFF
    assert not may("nobody", action)
    assert not may("", action)


def test_an_unknown_action_is_a_mistake():
    with pytest.raises(KeyError):
        may("county", "everything")


def test_an_auditor_reads_and_uses_but_changes_nothing():
    had = {action for action in ACTIONS if may("auditor", action)}
    assert {action.split(".")[1] for action in had} == {"read", "use"}


def test_only_who_lives_among_people_writes_what_happened():
    assert ACTIONS["event.note"] == ACTIONS["report.write"] == {"leader"}
    assert ACTIONS["event.write"] == {"leader", "coordinator"}, "who goes round notes what was learned at a door"


def test_leaders_see_no_board_and_no_people():
    assert not [action for action in ("board.read", "totals.read", "people.read") if may("leader", action)]
    assert "leader" not in OFFICES


@pytest.mark.parametrize("endpoint", [endpoint for endpoint, action in ROUTES.items() if action == PUBLIC])
def test_what_is_public_belongs_to_rooms_without_records(endpoint):
    # Residents speak, and read what their office tells everybody; of the register they see nothing.
    for_residents = {"public", "policies", "search", "claims", "cases", "surveys", "doorstep"}
    assert endpoint.split(".")[0] in {"assets", "accounts", "receipts", "health", "pwa", *for_residents}


@given(st.lists(st.uuids(), min_size=1, max_size=6), st.integers(0, 6))
def test_a_scope_covers_itself_and_what_lies_under_it(ids, depth):
    path = "/" + "".join(f"{one}/" for one in ids)
    above = "/" + "".join(f"{one}/" for one in ids[:depth])
    assert covers(above, path)
    assert covers(path, path)
    assert covers(path, above) is (path == above or len(ids) <= depth)


def test_a_scope_covers_nobody_whose_id_only_begins_alike():
    one = new_id()
    assert not covers(f"/{one}/", f"/{one}0/")
    assert not covers(f"/{one}/", f"/{new_id()}/{one}/")
