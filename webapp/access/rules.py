"""The access table. A role that is not named for an action does not have it."""

OFFICES = frozenset({"officer", "township", "county", "auditor"})
STAFF = OFFICES | {"leader", "coordinator"}
# Who knows households by name, each in their own area only; townships and counties see numbers.
FIELD = frozenset({"leader", "coordinator", "officer"})

PUBLIC = "public"  # not an action: anybody, signed in or not

ACTIONS: dict[str, frozenset[str]] = {
    "staff.use": STAFF,
    "event.write": frozenset({"leader", "coordinator"}),
    "report.write": frozenset({"leader"}),
    "report.read": OFFICES | {"leader"},
    "review.read": OFFICES,
    "report.review": frozenset({"officer"}),
    "month.lock": frozenset({"township", "county"}),
    "board.read": OFFICES | {"coordinator"},
    "totals.read": OFFICES,
    "people.read": OFFICES,
    "people.invite": frozenset({"officer", "township", "county"}),
    "people.manage": frozenset({"officer", "township", "county"}),
    "calendar.read": OFFICES,
    "calendar.extend": frozenset({"officer", "township", "county"}),
    "calendar.except": frozenset({"county"}),
    "office.write": frozenset({"officer", "township", "county"}),
    "sync.use": STAFF,
    "household.read": frozenset({"leader", "coordinator", "officer", "auditor"}),
    "household.write": FIELD,
    "household.reveal": FIELD,
    "household.import": frozenset({"officer"}),
    "household.transfer": frozenset({"officer"}),
    "household.erase": frozenset({"officer"}),
    "card.manage": FIELD,
    "visit.read": frozenset({"leader", "coordinator", "officer", "auditor"}),
    "visit.write": FIELD,
    "need.write": FIELD,
    "feedback.work": FIELD,
    "handover.decide": FIELD,
}

# endpoint -> the action one needs to reach it at all; what one reaches there is bounded by the scope besides.
ROUTES: dict[str, str] = {
    "assets.send": PUBLIC,
    "health.alive": PUBLIC,
    "health.ready": PUBLIC,
    "health.metrics": PUBLIC,
    "health.patterns": PUBLIC,
    "public.home": PUBLIC,
    "public.about": PUBLIC,
    "public.privacy": PUBLIC,
    "public.set_looks": PUBLIC,
    "accounts.sign_in_form": PUBLIC,
    "accounts.sign_in": PUBLIC,
    "accounts.sign_out": PUBLIC,
    "accounts.invitation": PUBLIC,
    "accounts.accept": PUBLIC,
    "accounts.me": "staff.use",
    "accounts.set_password": "staff.use",
    "accounts.rename_device": "staff.use",
    "accounts.revoke_device": "staff.use",
    "leader.home": "staff.use",
    "leader.open_month": "report.write",
    "leader.outbox": "report.write",
    "events.new": "event.write",
    "events.note": "event.write",
    "events.show": "event.write",
    "events.change": "event.write",
    "events.ask": "event.write",
    "events.withdraw": "event.write",
    "reports.show": "report.write",
    "reports.hand_in": "report.write",
    "reports.slip": "report.read",
    "receipts.search": PUBLIC,
    "receipts.show": PUBLIC,
    "receipts.key": PUBLIC,
    "people.show": "people.read",
    "people.invite_form": "people.invite",
    "people.invite": "people.invite",
    "people.withdraw": "people.invite",
    "people.person": "people.read",
    "people.invite_again": "people.manage",
    "people.revoke_device": "people.manage",
    "people.close": "people.manage",
    "calendar.show": "calendar.read",
    "calendar.extend": "calendar.extend",
    "calendar.set_day": "calendar.except",
    "offices.show": "office.write",
    "offices.change": "office.write",
    "dashboards.board": "board.read",
    "dashboards.totals": "totals.read",
    "exports.board": "board.read",
    "exports.totals": "totals.read",
    "review.queue": "review.read",
    "review.show": "review.read",
    "review.accept": "report.review",
    "review.give_back": "report.review",
    "review.ask_accept_all": "report.review",
    "review.accept_all": "report.review",
    "review.ask_lock": "month.lock",
    "review.lock": "month.lock",
    "pwa.worker": PUBLIC,
    "pwa.shell": PUBLIC,
    "pwa.manifest": PUBLIC,
    "sync.push": "sync.use",
    "sync.pull": "sync.use",
}


def may(role: str, action: str) -> bool:
    """Return whether `role` has `action`. Raises KeyError for an action that is not in the table."""
    return role in ACTIONS[action]


def covers(scope_path: str, unit_path: str) -> bool:
    """Return whether the unit at `unit_path` lies at or under the one at `scope_path`."""
    return unit_path.startswith(scope_path)
