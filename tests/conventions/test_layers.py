"""Imports point down only, also inside functions; decisions stay pure."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.support.sources import ROOT, calls_in, each, files, imports_of, module_of, name_of, python_files

GROUND = {
    "access",
    "accounts",
    "attempts",
    "invitations",
    "orgs",
    "unitlists",
    "receipts",
    "ledger",
    "changes",
    "forms",
    "keys",
    "consents",
    "letterbox",
    "offices",
    "search",
}
RECORDS = {
    "amounts",
    "cases",
    "outreach",
    "policies",
    "inforce",
    "claims",
    "households",
    "doorlists",
    "cards",
    "events",
    "visits",
    "feedback",
    "handover",
    "reports",
    "questionnaires",
    "surveys",
    "xlsform",
}
BELOW_DOORS = {"core", *GROUND, "intake", *RECORDS, "rollup", "measures", "retention"}
DOORS = {
    "caseload", "doorstep", "scan", "sync", "leader", "dashboards", "exports", "manage", "polling", "public",
    "publishing", "register", "review", "rounds",
}  # fmt: skip

# What each package may import besides itself. A feature's views.py is a door, wherever the feature stands.
ALLOWED: dict[str, set[str]] = {
    "core": set(),
    "ledger": {"core"},
    "changes": {"core"},
    "orgs": {"core", "ledger", "changes"},
    "unitlists": {"core", "ledger", "changes", "orgs"},
    "receipts": {"core", "ledger", "changes", "orgs"},
    "forms": {"core", "ledger", "changes", "orgs"},
    "attempts": {"core", "keys"},
    "accounts": {"core", "ledger", "changes", "orgs", "attempts"},
    "invitations": {"core", "ledger", "changes", "orgs", "accounts"},
    "access": {"core", "ledger", "changes", "orgs", "accounts"},
    "keys": {"core", "ledger"},
    "letterbox": {"core", "keys", "attempts"},
    "offices": {"core", "ledger", "changes", "orgs", "accounts", "access"},
    "consents": {"core", "ledger", "keys"},
    "claims": {"core"},
    "cases": {"core", *GROUND},
    "search": {"core"},
    "amounts": {"core", *GROUND},
    "policies": {"core", *GROUND, "amounts"},
    "inforce": {"core", *GROUND, "amounts", "policies"},
    "intake": {"core", *GROUND},
    "households": {"core", *GROUND, "intake"},
    "doorlists": {"core", *GROUND, "intake", "households"},
    "cards": {"core", *GROUND, "intake", "households"},
    "events": {"core", *GROUND, "intake"},
    "visits": {"core", *GROUND, "intake", "households", "cards", "events"},
    "feedback": {"core", *GROUND, "intake", "households", "cards"},
    "outreach": {"core", *GROUND, "intake", "events"},
    "reports": {"core", *GROUND, "intake", "events", "visits", "outreach"},
    "xlsform": {"core"},
    "questionnaires": {"core", "xlsform"},
    "surveys": {"core", *GROUND, "questionnaires"},
    "handover": {"core", *GROUND, "intake", "households", "cards", "events", "visits", "feedback"},
    "rollup": {"core", *GROUND, *RECORDS},
    "measures": {"core", *GROUND, *RECORDS},
    "retention": {"core", *GROUND, *RECORDS},
    **dict.fromkeys(DOORS, BELOW_DOORS),
    "review": {*BELOW_DOORS, "dashboards"},  # offices above a community see the board's lines beside the queue
    "exports": {*BELOW_DOORS, "dashboards"},  # a file says what the page says
    "polling": {*BELOW_DOORS, "exports"},  # its files are made as those
}
WIRING = {"", "demo", *(re.sub(r"^cli\w*", "cli", path.stem) for path in files("webapp/*.py"))}

# Room within a package: only these modules of the other one may be used.
NARROW = {("reports", "events"): {"queries", "service"}}

IMPURE = (
    "flask", "flask_babel", "flask_sqlalchemy", "htmx_flask", "marshmallow", "os",
    "random", "secrets", "socket", "sqlalchemy", "subprocess", "sys", "time",
    "webapp.core.clock.now", "webapp.core.clock.today", "webapp.core.db", "webapp.core.fields", "webapp.core.web",
)  # fmt: skip
PURE_TOO = {f"webapp/core/{name}.py" for name in ("canonical", "conditions", "period", "samples", "suppression")}
# The table of record types names the schema of each, as data.
IMPURE_ALL_THE_SAME = {("webapp/intake/rules.py", "marshmallow.Schema")}
FEATURE_FILES = {"__init__", "models", "schemas", "rules", "service", "queries", "views"}


def package(dotted: str) -> str:
    """Return the package or top module of webapp that `dotted` belongs to; `""` for webapp itself."""
    found = [*dotted.split("."), ""][1]
    if found.startswith("cli"):  # commands of one feature may stand in a file of their own
        return "cli"
    is_own = (ROOT / "webapp" / found).is_dir() or (ROOT / "webapp" / f"{found}.py").is_file()
    return found if is_own else ""


def room(path: Path) -> str:
    """Return where `path` lives: a package of webapp, or a top module's name."""
    return package(module_of(path))


def own_imports(path: Path) -> Iterator[tuple[str, int]]:
    """Yield what `path` imports from webapp, with lines."""
    return ((name, line) for name, line in imports_of(path) if name.split(".")[0] == "webapp")


def allowed_for(path: Path) -> set[str]:
    """Return the packages that `path` may import besides its own."""
    home = room(path)
    if home in WIRING:
        return {*BELOW_DOORS, *DOORS, *WIRING}
    return BELOW_DOORS | ALLOWED[home] if path.stem == "views" else ALLOWED[home]


def test_every_package_has_a_layer():
    unknown = {room(path) for path in python_files()} - ALLOWED.keys() - WIRING
    assert not unknown, f"say in ALLOWED what these may import: {sorted(unknown)}"


@each(python_files())
def test_imports_point_down(path: Path):
    home, allowed = room(path), allowed_for(path)
    wrong = [
        f"{name_of(path)}:{line} imports {name}"
        for name, line in own_imports(path)
        if package(name) not in {home, *allowed} or is_too_deep(home, path, name)
    ]
    assert not wrong


def is_too_deep(home: str, path: Path, name: str) -> bool:
    """Return whether `name` is a module of a narrow package that its neighbour must leave alone."""
    rooms = NARROW.get((home, package(name)))
    return bool(rooms) and path.stem != "views" and name.split(".")[2] not in rooms


@each(python_files())
def test_nobody_imports_views_but_the_wiring(path: Path):
    if room(path) in WIRING:
        return
    wrong = [name for name, _ in own_imports(path) if ".views" in name]
    assert not wrong


@each([p for p in python_files() if p.stem == "rules" or name_of(p) in PURE_TOO])
def test_rules_are_pure(path: Path):
    wrong = [
        f"{name_of(path)}:{line} imports {name}"
        for name, line in imports_of(path)
        if (name_of(path), name) not in IMPURE_ALL_THE_SAME
        and any(name == impure or name.startswith(f"{impure}.") for impure in IMPURE)
    ]
    opened = [name for name, _ in calls_in(path) if name in {"input", "open", "print"}]
    assert not wrong
    assert not opened


def test_features_use_the_six_names():
    """A newcomer guesses the path: a feature has models, schemas, rules, service, queries, views, no other modules."""
    features = {*GROUND, *RECORDS, "rollup", "intake"}
    odd = [name_of(p) for p in python_files() if room(p) in features and p.stem not in FEATURE_FILES]
    assert not odd


def test_every_package_says_its_job():
    silent = [
        name_of(p) for p in python_files() if p.name == "__init__.py" and not p.read_text().lstrip().startswith('"""')
    ]
    assert not silent
