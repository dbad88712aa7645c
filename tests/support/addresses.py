"""Addresses of a site, put in order once for all apps that have the same."""

from typing import Any, ClassVar

from werkzeug.routing import Map, Rule, RuleFactory

# What two rules may differ by, besides their methods and defaults.
PARTS = (
    "rule", "endpoint", "subdomain", "host", "strict_slashes", "merge_slashes", "build_only", "redirect_to", "alias",
    "websocket", "provide_automatic_options",
)  # fmt: skip


class Addresses(Map):
    """A map that waits until it is asked: an app with the rules of one before takes over what that one has found."""

    known: ClassVar[dict[tuple[object, ...], Map]] = {}

    def __init__(self, *given: Any, **named: Any) -> None:
        self.noted: list[Rule] = []
        super().__init__(*given, **named)

    def add(self, rulefactory: RuleFactory) -> None:
        """Note rules. Flask itself refuses any after the first request."""
        assert self._remap, "asked already"
        self.noted += rulefactory.get_rules(self)

    def update(self) -> None:
        """Have in order what was noted, as any map before it answers."""
        if self._remap:
            with self._remap_lock:
                ready = self._ready()
                self._matcher, self._rules_by_endpoint = ready._matcher, ready._rules_by_endpoint
                self._remap = False

    def _ready(self) -> Map:
        key = (self.host_matching, frozenset(self.converters.items()), *map(described, self.noted))
        if key not in self.known:
            self.known[key] = Map(self.noted, host_matching=self.host_matching, converters=self.converters)
            self.known[key].update()
        return self.known[key]


def described(rule: Rule) -> tuple[object, ...]:
    """Return what `rule` says: two that say the same are alike."""
    return frozenset(rule.methods or ()), repr(rule.defaults), *(getattr(rule, name, None) for name in PARTS)
