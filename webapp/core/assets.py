"""Static files: named by what is in them, kept compressed in memory, never stale."""

import gzip
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import brotli  # type: ignore[import-untyped]
from flask import Blueprint, Flask, Response, current_app, request

from webapp.core.errors import NotFound
from webapp.core.joining import join_modules, strip_styles
from webapp.core.shaking import take
from webapp.core.squeezing import squeeze

ROOT = Path(__file__).resolve().parents[2]
# What a page's script is, by its name: each page loads one of them, and each holds all that its pages need.
BUNDLES = ("js/leader.js", "js/report.js", "js/doors.js", "js/scan.js", "js/office.js", "js/claims.js", "js/public.js")
# Sheets by their names. The first is all that the first pages of a new phone take.
STYLES = {
    "css/app.css": ("tokens", "base", "frame", "buttons", "forms", "components", "lists", "sheets"),
    "css/office.css": ("tables", "office", "paper", "review", "cards", "told", "publishing", "surveys"),
    "css/claims.css": ("tables",),
    "css/doors.css": ("doors",),
    "css/scan.css": ("scan",),
    "css/public.css": ("paper", "public", "search", "told", "cases", "surveys"),
}
VENDOR = {"vendor/htmx.js": "htmx.org/dist/htmx.min.js"}
# What is taken out of modules of the package lock: the file, the module, the names that a page uses.
TAKEN = {"vendor/qr.js": ("qr/decode.js", ("_QRScanner",))}
WORKER, READER = "sw/main.js", "sw/reader.js"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
CODINGS = ("br", "gzip")  # the tighter one first
FOREVER = "public, max-age=31536000, immutable"

blueprint = Blueprint("assets", __name__)


@dataclass(frozen=True)
class Asset:
    """One file as it is sent: its content and type."""

    content: bytes
    type: str

    @cached_property
    def digest(self) -> str:
        """Return twelve hexadecimal digits that change with the content."""
        return hashlib.sha256(self.content).hexdigest()[:12]

    @cached_property
    def brotli(self) -> bytes:
        """Return the content packed as tightly as brotli can: slow, once for each file."""
        packed: bytes = brotli.compress(self.content, quality=11)
        return packed

    @cached_property
    def gzip(self) -> bytes:
        """Return the content packed by gzip, for readers that know nothing else."""
        return gzip.compress(self.content, 9, mtime=0)


class Assets:
    """All static files of the app by their plain names, such as `css/app.css`."""

    def __init__(self, root: Path = ROOT) -> None:
        """Read the files under `root`/static, the joined ones and the ones from the package lock."""
        self.root = root
        self._files = {**self._plain(), **self._joined(), **self._vendor()}

    def find(self, name: str) -> Asset:
        """Return the file called `name`. Raises KeyError when there is none."""
        return self._files[name]

    def url(self, name: str) -> str:
        """Return the address of `name`, with its hash. Raises KeyError when there is none."""
        stem, dot, ending = name.rpartition(".")
        return f"/static/{stem}.{self.find(name).digest}{dot}{ending}"

    def _plain(self) -> dict[str, Asset]:
        static = self.root / "static"
        paths = [p for p in static.rglob("*") if p.suffix in {".svg", ".png"}]
        return {p.relative_to(static).as_posix(): Asset(p.read_bytes(), TYPES[p.suffix]) for p in paths}

    def _joined(self) -> dict[str, Asset]:
        static = self.root / "static"
        sheets = {
            name: Asset(_sheet(static / f"css/{part}.css" for part in parts), TYPES[".css"])
            for name, parts in STYLES.items()
        }
        scripts = {
            name: Asset(squeeze(join_modules(static / name)).encode(), TYPES[".js"])
            for name in BUNDLES
            if (static / name).exists()
        }
        return {**sheets, **scripts}

    def _vendor(self) -> dict[str, Asset]:
        modules = self.root / "node_modules"
        found = {name: modules / path for name, path in VENDOR.items() if (modules / path).exists()}
        taken = {name: modules / path for name, (path, _) in TAKEN.items() if (modules / path).exists()}
        return {
            **{name: Asset(path.read_bytes(), TYPES[path.suffix]) for name, path in found.items()},
            **{name: Asset(squeeze(take(path, TAKEN[name][1])).encode(), TYPES[".js"]) for name, path in taken.items()},
        }

    @cached_property
    def worker(self) -> str:
        """Return the service worker: its modules joined to one classic script."""
        return squeeze(join_modules(self.root / WORKER))

    @cached_property
    def reader(self) -> str:
        """Return the worker of residents' pages, joined alike."""
        return squeeze(join_modules(self.root / READER))


def _sheet(parts: Iterable[Path]) -> bytes:
    return strip_styles("".join(path.read_text() for path in parts if path.exists())).encode()


@cache
def shipped() -> Assets:
    """Return the files of this release, read and squeezed once however many apps a process makes."""
    return Assets()


def init_assets(app: Flask) -> None:
    """Give `app` its static files and the template function `static_url`."""
    assets = shipped()
    app.extensions["assets"] = assets
    app.jinja_env.globals["static_url"] = assets.url
    app.register_blueprint(blueprint)


def get_assets() -> Assets:
    """Return the static files of the running app."""
    assets = current_app.extensions["assets"]
    assert isinstance(assets, Assets)
    return assets


@blueprint.get("/static/<path:name>")
def send(name: str) -> Response:
    """Send one static file; only the address with the right hash may be kept for ever."""
    stem, dot, ending = name.rpartition(".")
    plain, _, digest = stem.rpartition(".")
    try:
        asset = get_assets().find(f"{plain}{dot}{ending}")
    except KeyError:
        raise NotFound from None
    if digest != asset.digest:
        raise NotFound
    return compressed(asset, FOREVER)


def compressed(asset: Asset, cache: str) -> Response:
    """Return `asset` as a response, packed in the best way the reader takes; pictures are packed already."""
    coding = None if asset.type == TYPES[".png"] else coding_taken()
    content = asset.brotli if coding == "br" else asset.gzip if coding else asset.content
    response = Response(content, content_type=asset.type)
    response.headers["Cache-Control"] = cache
    if coding:
        response.headers["Content-Encoding"] = coding
    response.vary.add("Accept-Encoding")
    return response


def coding_taken() -> str | None:
    """Return how the answer is to be packed, the tightest way that the reader takes; None when they take none."""
    taken = request.accept_encodings
    return next((coding for coding in CODINGS if taken.quality(coding) > 0), None)
