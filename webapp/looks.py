"""How pages look to this reader: language, size, theme, and what every template may ask."""

from typing import Any

from flask import Flask, has_request_context, request
from flask_babel import force_locale, get_translations

from webapp.access.rules import may
from webapp.access.service import find_actor
from webapp.config import Settings
from webapp.core import clock
from webapp.core.period import Month
from webapp.core.spoken import FILTERS
from webapp.core.version import VERSION
from webapp.keys.service import seal_key
from webapp.public.rules import LOOKS

LOCALES = {"zh-Hans": "zh_Hans", "zh-Hant": "zh_Hant", "en": "en"}
SOURCE = "zh_Hans"  # sentences are written in it, so it has no catalog


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


def load_catalogs(app: Flask) -> None:
    """Have `app` read its catalogs now and keep them. Raises ValueError when one has not been compiled.

    Left to the first reader of a language, a catalog that is missing then would be taken for an empty one.
    """
    with app.app_context():
        for name in LOCALES.values():
            with force_locale(name):
                if not get_translations().files and name != SOURCE:
                    raise ValueError(f"no compiled catalog for {name}: run `make setup`")


def init_looks(app: Flask) -> None:
    """Give all templates of `app` the reader's looks, the person signed in and what they may do.

    Raises ValueError when sentences of one of the languages are missing.
    """
    load_catalogs(app)
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
            "seal_key": seal_key,
            "may": lambda action: actor is not None and may(actor.role, action),
            "nav_month": str(Month.of(clock.today())),
            "path": request.full_path if request.method == "GET" else request.path,
        }
