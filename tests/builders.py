"""A small county and its people, and records with defaults: a test states only what matters to it."""

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from typing import Any

from argon2 import PasswordHasher

from webapp.accounts.models import Account, Device
from webapp.accounts.rules import token_hash
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.core.ids import new_id
from webapp.forms.queries import form
from webapp.forms.service import store_shipped_forms
from webapp.orgs.models import Unit
from webapp.orgs.rules import Node
from webapp.orgs.service import open_units

PASSWORD = "sanshi-demo"
OPENED = date(2020, 1, 1)

# name -> (level, code, parent). Two communities in one township, and a township beside it.
UNITS = {
    "county": ("county", "331126", None),
    "township": ("township", "331126101", "county"),
    "community": ("community", "331126101201", "township"),
    "group": ("group", "33112610120101", "community"),
    "group2": ("group", "33112610120102", "community"),
    "other_community": ("community", "331126101202", "township"),
    "other_group": ("group", "33112610120201", "other_community"),
    "far_township": ("township", "331126102", "county"),
    "far_community": ("community", "331126102201", "far_township"),
    "far_group": ("group", "33112610220101", "far_community"),
}
# login -> (role, unit)
PEOPLE = {
    "leader": ("leader", "group"),
    "leader2": ("leader", "group2"),
    "stranger": ("leader", "other_group"),
    "far_leader": ("leader", "far_group"),
    "coordinator": ("coordinator", "community"),
    "officer": ("officer", "community"),
    "other_officer": ("officer", "other_community"),
    "township": ("township", "township"),
    "far_township": ("township", "far_township"),
    "county": ("county", "county"),
    "auditor": ("auditor", "county"),
}


@dataclass
class World:
    """Ids of the units by the names above, and of the accounts by login."""

    units: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)

    def open_session(self, login: str, device: str = "测试手机") -> str:
        """Return the cookie of a new session of `login`, without the tenth of a second that a password takes."""
        token, now = f"token-{uuid.uuid4()}", clock.now()
        with transaction() as session:
            session.add(
                Device(
                    id=new_id(), account_id=self.accounts[login], token_hash=token_hash(token), name=device,
                    created_at=now, heard_at=now, expires_at=now + timedelta(days=365), revoked_at=None,
                )
            )  # fmt: skip
        return token


# The weakest there is: what a password costs is a promise of tests/unit/accounts, and nothing for each other test.
HASTY = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@cache
def password_hash() -> str:
    """Return the hash of the one password all people of the world have."""
    return HASTY.hash(PASSWORD)


def build_world() -> World:
    """Store the units and people above; return their ids."""
    world = World({name: new_id() for name in UNITS}, {login: new_id() for login in PEOPLE})
    nodes = [
        Node(world.units[name], level, f"单位{code}", code, world.units[parent] if parent else None, OPENED)
        for name, (level, code, parent) in UNITS.items()
    ]
    with transaction() as session:
        store_shipped_forms()
        open_units(nodes, actor_id=None)
        session.add_all(
            Account(
                id=world.accounts[login], login=login, name=f"人员{number}", role=role, unit_id=world.units[unit],
                password_hash=password_hash(), created_at=clock.now(), closed_at=None,
            )
            for number, (login, (role, unit)) in enumerate(PEOPLE.items())
        )  # fmt: skip
    return world


def unit_named(world: World, name: str) -> Unit:
    """Return the unit that the world calls `name`."""
    unit = db.session.get(Unit, world.units[name])
    assert unit is not None
    return unit


def record(kind: str, data: dict[str, Any], **given: Any) -> dict[str, Any]:
    """Return a record as a phone sends it; `given` replaces parts of the envelope."""
    declared = clock.to_local(clock.now()).isoformat(timespec="seconds")
    envelope = {"id": new_id(), "type": kind, "schema": 1, "base_version": 0, "declared_at": declared}
    return {**envelope, "data": data, **given}


def event(unit: str, kind: str = "birth", **given: Any) -> dict[str, Any]:
    """Return an event record of `unit` (id): one person today, unless `given` says otherwise."""
    data = {"unit": unit, "kind": kind, "date": clock.today().isoformat(), "persons": 1, "households": 0}
    data |= {"service": "policy_explained"} if kind == "service" else {}
    return record("event", {**data, **given})


def report(unit: str, month: str = "202611", **given: Any) -> dict[str, Any]:
    """Return a report record of `unit` (id) for `month`: 100 people and nothing happened, unless `given` differs."""
    values = {"opening_persons": 100}
    data = {"unit": unit, "month": month, "form": "monthly@1", "values": values, "adjustments": [], "nil": True}
    return record("report", {**data, **given})


def household(unit: str, door: str = "501", name: str = "王小明", **given: Any) -> dict[str, Any]:
    """Return a household record of `unit` (id), whose contact agreed to be called; `given` replaces parts of it."""
    address = {"building": "金桂苑3幢", "entrance": "2单元", "door": door}
    data = {"unit": unit, "kind": "resident", "address": address, "contact": {"name": name, "phone": "199-0000-0037"}}
    return record("household", {**data, "consents": {"contact": answer()}, **given})


def visit(unit: str, household_id: str, outcome: str = "met", **given: Any) -> dict[str, Any]:
    """Return the record of a visit today, with the day that its outcome wants, unless `given` says otherwise."""
    data = {"unit": unit, "household": household_id, "date": clock.today().isoformat(), "outcome": outcome}
    data |= {"not_before": "2026-11-25"} if outcome == "rescheduled" else {}
    return record("visit", {**data, **given})


def need(unit: str, household_id: str, service: str = "residence_permit_help", **given: Any) -> dict[str, Any]:
    """Return the record of a need opened today, unless `given` says otherwise."""
    data = {"unit": unit, "household": household_id, "service": service, "state": "open"}
    return record("need", {**data, "opened": clock.today().isoformat(), **given})


def answer(given: bool = True, **more: Any) -> dict[str, Any]:
    """Return an answer to a purpose, given today to the first text there is."""
    return {"given": given, "version": 1, "on": clock.today().isoformat(), **more}


def complete(**given: int) -> dict[str, int]:
    """Return values for every measure of monthly@1: 100 people and nothing else, unless `given` says otherwise."""
    found = {measure.code: 0 for measure in form("monthly@1").measures} | {"opening_persons": 100} | given
    flow = found["births"] + found["persons_in"] - found["deaths"] - found["persons_out"]
    return {**found, "closing_persons": given.get("closing_persons", found["opening_persons"] + flow)}
