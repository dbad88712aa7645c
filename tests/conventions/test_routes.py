"""Every route has an access rule, and addresses are written alike."""

import re

import pytest
from flask import Flask

from webapp.access.rules import ACTIONS, PUBLIC, ROUTES

ENDINGS = "csv|xlsx|js|webmanifest|svg|png|json|pem"
SEGMENT = re.compile(rf"(?:[a-z0-9]+(?:-[a-z0-9]+)*|<[a-z]+:[a-z_]+>)(?:\.(?:{ENDINGS}))?\Z")
# Free text by nature: secrets and numbers that only the database can judge.
UNTYPED = {"<token>", "<number>", "<name>", "Q", "S"}  # printed codes are all in capitals, which makes them small

pytestmark = pytest.mark.one_database


def test_every_route_has_an_access_rule(app: Flask):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert not endpoints - ROUTES.keys(), "say in webapp/access/rules.py who may reach these"
    assert not ROUTES.keys() - endpoints, "these are gone"


def test_access_rules_name_actions_that_exist():
    assert not {action for action in ROUTES.values() if action != PUBLIC} - ACTIONS.keys()


def test_no_action_is_left_over():
    """An action that guards no route is asked for by its name elsewhere."""
    from tests.support.sources import python_files

    sources = "\n".join(path.read_text() for path in python_files() if path.parent.name != "access")
    dead = [action for action in ACTIONS if action not in ROUTES.values() and f'"{action}"' not in sources]
    assert not dead


def test_addresses_are_kebab_case_and_typed(app: Flask):
    wrong = [
        rule.rule
        for rule in app.url_map.iter_rules()
        for segment in rule.rule.strip("/").split("/")
        if segment and segment not in UNTYPED and not SEGMENT.match(segment)
    ]
    assert not wrong


def test_unsafe_methods_have_addresses_that_say_so(app: Flask):
    """No route changes anything on GET: those that change take POST only."""
    both = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if {"POST", "PUT", "PATCH", "DELETE"} & (rule.methods or set()) and {"PUT", "PATCH", "DELETE"} & rule.methods
    ]
    assert not both, "forms know GET and POST only"
