"""All routes of the app with their places filled, for tests that walk through every one of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import Rule

from webapp.access.rules import PUBLIC, ROUTES, may

SKIPPED = {"assets.send"}  # files, not pages


@dataclass(frozen=True)
class Visit:
    """One address to fetch: `method`, the `url` with its places filled, and the `action` that guards it."""

    endpoint: str
    method: str
    url: str
    action: str

    def allows(self, role: str | None) -> bool:
        """Return whether `role` (None: not signed in) passes the guard."""
        return self.action == PUBLIC or (role is not None and may(role, self.action))


def visits(app: Flask, places: Mapping[str, str]) -> Iterator[Visit]:
    """Yield every route of `app` and method; a place in its rule takes the value of its name in `places`.

    Raises KeyError for a place without a value: a new kind of address must be walked through too.
    """
    for rule in app.url_map.iter_rules():
        if rule.endpoint not in SKIPPED:
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield Visit(rule.endpoint, method, filled(app, rule, places), ROUTES[rule.endpoint])


def filled(app: Flask, rule: Rule, places: Mapping[str, str]) -> str:
    """Return the address of `rule` with its places filled."""
    values = {name: rule._converters[name].to_python(places[name]) for name in rule.arguments}
    built = rule.build(values)
    assert built is not None, f"{rule} does not take {values}"
    return built[1]
