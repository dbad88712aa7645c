"""How pages look to this reader: language, size, theme, and what every template may ask."""

from typing import Any

from flask import Flask, has_request_context, request

from webapp.access.rules import may
from webapp.access.service import find_actor
from webapp.config import Settings
from webapp.core import clock
from webapp.core.period import Month
from webapp.core.spoken import FILTERS
from webapp.core.version import VERSION
from webapp.public.rules import LOOKS

LOCALES = {"zh-Hans": "zh_Hans", "zh-Hant": "zh_Hant", "en": "en"}


def locale() -> str:
    """Return the locale of the reader: the chosen one, else what the browser asks for, else Simplified Chinese."""
    return LOCALES[language()]


def language() -> str:
    """Return the reader's language tag: `zh-Hans`, `zh-Hant` or `en`."""
    chosen = request.cookies.get("lang", "") if has_request_context() else ""
    return chosen if chosen in LOCALES else "zh-Hans"


def current() -> dict[str, str]:
    """Return `{"lang", "size", "theme"}` of the reader; unknown cookies count as not set."""
    chosen = {name: request.cookies.get(name, "") for name in LOOKS}
    return {name: chosen[name] if chosen[name] in choices else choices[0] for name, choices in LOOKS.items()}


def init_looks(app: Flask) -> None:
    """Give all templates of `app` the reader's looks, the person signed in and what they may do."""
    settings: Settings = app.extensions["settings"]
    fixed = {"demo": settings.demo, "development": settings.development, "version": VERSION}
    app.jinja_env.filters.update(FILTERS)

    @app.context_processor
    def for_templates() -> dict[str, Any]:
        actor = find_actor() if request.endpoint != "sync.push" else None
        return {
            **fixed,
            "looks": current(),
            "actor": actor,
            "me": {"name": actor.name, "role": actor.role, "unit": actor.unit_name} if actor else None,
            "may": lambda action: actor is not None and may(actor.role, action),
            "nav_month": str(Month.of(clock.today())),
            "path": request.full_path if request.method == "GET" else request.path,
        }
