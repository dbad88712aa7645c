"""Passwords, logins, attempts, sessions, and who looks after whom."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.access.rules import ACTIONS, STAFF
from webapp.accounts.rules import (
    ATTEMPTS_PER_ADDRESS,
    ATTEMPTS_PER_LOGIN,
    INVITES,
    LEVEL_OF_ROLE,
    LONGEST_PASSWORD,
    LOOKS_AFTER,
    SESSION,
    clean_login,
    device_name,
    is_blocked,
    is_due_for_renewal,
    problems_with_login,
    problems_with_name,
    problems_with_password,
)
from webapp.orgs.rules import LEVELS

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)


def codes(problems):
    return [problem.code for problem in problems]


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("", ["short"]),
        ("1234567", ["short"]),
        ("天气好去赶集了", ["short"]),
        ("天气好去赶集了呀", []),
        ("12345678", ["common"]),
        ("PASSWORD", ["common"]),
        ("00000000", ["common"]),
        ("abababab", ["common"]),
        ("the-login-itself", ["common"]),
        ("no rule of composition", []),
        ("x" * 100 + "yz", []),
        ("xyz" * LONGEST_PASSWORD, ["long"]),
    ],
)
def test_passwords(password, expected):
    assert codes(problems_with_password(password, "the-login-itself")) == expected


@given(st.text(min_size=8, max_size=LONGEST_PASSWORD))
def test_any_eight_characters_will_do_unless_everybody_has_them(password):
    assert set(codes(problems_with_password(password, "somebody"))) <= {"common"}


@pytest.mark.parametrize("login", ["13800138000", "wang", "w.li-2_x", "a" * 40, "007"])
def test_logins_that_fit(login):
    assert not problems_with_login(login)


@pytest.mark.parametrize(
    "login", ["", "ab", "a" * 41, "王五", "-abc", ".abc", "a b c", "Abc", "abc\n", "a\x00bc", "１２３"]
)
def test_logins_that_do_not(login):
    assert codes(problems_with_login(login)) == ["login"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (" Wang ", "wang"),
        ("１３８００１３８０００", "13800138000"),
        ("138 0013 8000", "13800138000"),
        ("\u3000abc", "abc"),
    ],
)
def test_a_login_as_keyboards_type_it(typed, meant):
    assert clean_login(typed) == meant


@given(st.text(max_size=60))
def test_a_login_that_fits_is_clean_already(typed):
    login = clean_login(typed)
    assert problems_with_login(login) or clean_login(login) == login


@pytest.mark.parametrize(
    ("name", "expected"), [("王五", []), (" ", ["required"]), ("", ["required"]), ("长" * 41, ["required"])]
)
def test_names(name, expected):
    assert codes(problems_with_name(name)) == expected


@pytest.mark.parametrize(
    ("login_failures", "address_failures", "blocked"),
    [
        (0, 0, False),
        (ATTEMPTS_PER_LOGIN - 1, ATTEMPTS_PER_ADDRESS - 1, False),
        (ATTEMPTS_PER_LOGIN, 0, True),
        (0, ATTEMPTS_PER_ADDRESS, True),
    ],
)
def test_when_the_door_closes(login_failures, address_failures, blocked):
    assert is_blocked(login_failures, address_failures) is blocked


@pytest.mark.parametrize(("hours", "due"), [(0, False), (23, False), (25, True), (24 * 364, True)])
def test_a_session_slides_at_most_once_a_day(hours, due):
    assert is_due_for_renewal(NOW + SESSION, NOW + timedelta(hours=hours)) is due


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Linux; Android 12; HarmonyOS)", "鸿蒙手机"),
        ("Mozilla/5.0 (Linux; Android 12)", "安卓手机"),
        ("Mozilla/5.0 (X11; Linux x86_64)", "Linux 电脑"),
        ("Mozilla/5.0 (iPad; CPU OS 16)", "苹果平板"),
        ("", "其他设备"),
    ],
)
def test_a_first_name_for_a_device(agent, name):
    assert device_name(agent) == name


def test_roles_invite_and_look_after_only_what_stands_below_them():
    def rank(role):
        return max(LEVELS.index(level) for level in LEVEL_OF_ROLE[role])

    for role, invited in INVITES.items():
        assert role not in invited
        assert invited <= LOOKS_AFTER[role], "who invites can also undo"
        assert all(rank(other) >= rank(role) for other in invited - {"auditor"})
    assert LOOKS_AFTER["officer"] < LOOKS_AFTER["township"] < LOOKS_AFTER["county"]
    assert not [role for role, under in LOOKS_AFTER.items() if role in under]


def test_every_role_is_invited_by_somebody_but_the_county_and_works_somewhere():
    assert set().union(*INVITES.values()) == STAFF - {"county"}
    assert LEVEL_OF_ROLE.keys() == STAFF
    assert INVITES.keys() == LOOKS_AFTER.keys() == ACTIONS["people.invite"] == ACTIONS["people.manage"]
