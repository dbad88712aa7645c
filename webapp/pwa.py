"""What makes a site an app that works without a network: the worker, the empty pages it keeps, the manifest."""

import hashlib
import json
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify
from flask_babel import gettext

from webapp import looks
from webapp.access.service import forget_actor
from webapp.core.assets import ROOT, TYPES, Asset, compressed, get_assets
from webapp.core.errors import NotFound
from webapp.core.web import CAMERA_HERE, add_headers, page

# The pages that fill themselves from the phone, by the name the worker knows them by: sw/routes.js.
# A new phone fetches the first ones before anything else, so that its first form is ready soon; those of the round,
# with their script and the reader of codes, come once it has turned out to be a leader's or a coordinator's.
FIRST_SHELLS = {
    "home": "reports/home.html",
    "event": "events/form.html",
    "me": "accounts/me.html",
    "none": "offline/none.html",
}
LATER_SHELLS = {
    "report": "reports/form.html",
    "slip": "reports/slip.html",
    "outbox": "outbox/list.html",
    "scan": "scan/scan.html",
    "round": "visits/round.html",
    "household": "households/show.html",
    "household-form": "households/form.html",
    "visit-form": "visits/form.html",
    "visit": "visits/show.html",
    "need": "visits/need.html",
    "coordinator": "visits/home.html",
    "needs": "visits/needs.html",
    "told": "feedback/list.html",
    "message": "feedback/message.html",
}
# The one page that residents' phones keep beside those that were read.
READER_SHELLS = {"policies": "offline/policies.html"}
SHELLS = {**FIRST_SHELLS, **LATER_SHELLS}
KITS = {"first": FIRST_SHELLS, "later": LATER_SHELLS}
FIRST_FILES = ("css/app.css", "js/leader.js", "img/icon.svg")
LATER_FILES = ("js/report.js", "js/doors.js", "css/office.css", "css/doors.css", "css/scan.css", "vendor/qr.js")
READER_FILES = ("css/app.css", "css/public.css", "js/public.js", "img/icon.svg")
ICONS = (
    ("img/icon-192.png", "192x192", "any"),
    ("img/icon-512.png", "512x512", "any"),
    ("img/icon-maskable-512.png", "512x512", "maskable"),
)

blueprint = Blueprint("pwa", __name__)


@blueprint.get("/sw.js")
def worker() -> Response:
    """Send the service worker of this version, which says what it keeps. Browsers ask for it again and again."""
    first, later = _kit("first", FIRST_FILES), _kit("later", LATER_FILES)
    script = get_assets().worker
    version = _digest([script, json.dumps([first, later]), _sources()])
    manifest = json.dumps({"version": version, **first, "later": later}, separators=(",", ":"))
    return compressed(_worker(f"self.MANIFEST={manifest};\n{script}"), "no-cache")


@blueprint.get("/reader.js")
def reader() -> Response:
    """Send the worker of residents' home, policies and claims, which knows nothing of the staff's."""
    files, script = [get_assets().url(name) for name in READER_FILES], get_assets().reader
    about = {"version": _digest([script, _sources()]), "none": "/offline/policies", "files": files}
    manifest = json.dumps(about, separators=(",", ":"))
    return compressed(_worker(f"self.MANIFEST={manifest};\n{script}"), "no-cache")


@lru_cache(maxsize=2)
def _worker(script: str) -> Asset:
    return Asset(script.encode(), TYPES[".js"])  # packing it takes longer than all the rest of the answer


def _kit(kit: str, files: Iterable[str]) -> dict[str, Any]:
    """Return the addresses of the shells of `kit` by their names, of all of them together, and of `files`."""
    shells = {name: f"/offline/{name}" for name in KITS[kit]}
    return {"shells": shells, "pages": f"/offline/{kit}.json", "files": [get_assets().url(name) for name in files]}


@blueprint.get("/offline/<string:kit>.json")
def pages(kit: str) -> Response:
    """Send all shells of a kit in one answer, in which what they share weighs once: `{path: {"headers", "body"}}`."""
    if kit not in KITS:
        raise NotFound
    return jsonify({f"/offline/{name}": _told(add_headers(shell(name))) for name in KITS[kit]})


def _told(response: Response) -> dict[str, Any]:
    return {"headers": dict(response.headers), "body": response.get_data(as_text=True)}


@blueprint.get("/offline/<name>")
def shell(name: str) -> Response:
    """Show an empty page in the reader's looks: nothing in it is about anybody, so that the phone may keep it."""
    template = {**SHELLS, **READER_SHELLS}.get(name)
    if template is None:
        raise NotFound
    forget_actor()
    empty: dict[str, Any] = {"shell": True, "nav_month": None, "path": "/app"}
    response = page(template, **empty)
    if name in READER_SHELLS:
        response.headers["Cache-Control"] = "no-cache"  # the readers' worker keeps nothing that says otherwise
    if name == "scan":
        response.headers["Permissions-Policy"] = CAMERA_HERE
    worn = looks.current()
    # The worker compares this with what the page wears, and fetches its shells anew when they differ.
    response.headers["Sanshi-Looks"] = f"{worn['lang']},{worn['size']},{worn['theme']}"
    return response


@blueprint.get("/manifest.webmanifest")
def manifest() -> Response:
    """Send what a phone needs to know to put this on its home screen."""
    icons = [
        {"src": get_assets().url(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
        for name, sizes, purpose in ICONS
    ]
    about = {
        "id": "/",
        "name": gettext("三十 · 月报"),
        "short_name": gettext("三十"),
        "lang": looks.language(),
        "start_url": "/app",
        "scope": "/",
        "display": "standalone",
        "background_color": "#fffefa",
        "theme_color": "#fffefa",
        "icons": icons,
    }
    body = json.dumps(about, ensure_ascii=False)
    return Response(body, mimetype="application/manifest+json", headers={"Cache-Control": "no-cache"})


@cache
def _sources() -> str:
    """Return what changes with the templates and catalogs. Not with the rendered shells: those name today."""
    paths = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "translations").rglob("*.mo")]
    return _digest(hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(paths, key=Path.as_posix))


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
