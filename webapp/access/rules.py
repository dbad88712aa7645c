"""The access table. A role that is not named for an action does not have it."""

OFFICES = frozenset({"officer", "township", "county", "auditor"})
STAFF = OFFICES | {"leader", "coordinator"}

PUBLIC = "public"  # not an action: anybody, signed in or not

ACTIONS: dict[str, frozenset[str]] = {
    "staff.use": STAFF,
    "event.write": frozenset({"leader"}),
    "report.write": frozenset({"leader"}),
    "report.read": OFFICES | {"leader"},
    "report.review": frozenset({"officer"}),
    "month.lock": frozenset({"township", "county"}),
    "board.read": OFFICES | {"coordinator"},
    "totals.read": OFFICES,
    "people.read": OFFICES,
    "people.invite": frozenset({"officer", "township", "county"}),
    "calendar.read": OFFICES,
    "calendar.extend": frozenset({"officer", "township", "county"}),
    "calendar.except": frozenset({"county"}),
    "sync.use": STAFF,
}

# endpoint -> the action one needs to reach it at all; what one reaches there is bounded by the scope besides.
ROUTES: dict[str, str] = {
    "assets.send": PUBLIC,
}


def may(role: str, action: str) -> bool:
    """Return whether `role` has `action`. Raises KeyError for an action that is not in the table."""
    return role in ACTIONS[action]


def covers(scope_path: str, unit_path: str) -> bool:
    """Return whether the unit at `unit_path` lies at or under the one at `scope_path`."""
    return unit_path.startswith(scope_path)
