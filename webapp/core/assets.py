"""Static files: named by what is in them, kept compressed in memory, never stale.

A page may load few files (each costs a round trip of half a second on a bad network), and modules should be small.
Both are had by joining: the modules a page needs are written one behind the other, imports and `export` left out.
The road not taken is a bundler: this join is some lines long and what it makes can be read.
"""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app, request

from webapp.core.errors import NotFound

ROOT = Path(__file__).resolve().parents[2]
BUNDLES = {"js/leader.js": "js/app.js", "js/office.js": "js/office.js"}
STYLES = tuple(
    f"css/{name}.css"
    for name in ("tokens", "base", "frame", "buttons", "forms", "components", "lists", "sheets", "office", "review")
)
VENDOR = {"vendor/htmx.js": "htmx.org/dist/htmx.min.js"}
WORKER = "sw/main.js"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
FOREVER = "public, max-age=31536000, immutable"

_IMPORT = re.compile(r'^import\s*(?:\{[^}]*\}\s*from\s*)?"(?P<path>\.[^"]+)";\s*?$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|let|class)\b)", re.MULTILINE)
_COMMENT = re.compile(r"^\s*(?://[^\n]*|/\*\*(?:(?!\*/).)*\*/)[ \t]*\n", re.MULTILINE | re.DOTALL)
_CAST = re.compile(r"/\*\* @\w+ [^*\n]*\*/ ?")  # the types that stand within a line

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
    def packed(self) -> bytes:
        """Return the content compressed by gzip."""
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
        style = "".join((static / name).read_text() for name in STYLES if (static / name).exists())
        scripts = {
            name: Asset(join_modules(static / entry).encode(), TYPES[".js"])
            for name, entry in BUNDLES.items()
            if (static / entry).exists()
        }
        return {"css/app.css": Asset(strip_styles(style).encode(), TYPES[".css"]), **scripts}

    def _vendor(self) -> dict[str, Asset]:
        modules = self.root / "node_modules"
        found = {name: modules / path for name, path in VENDOR.items() if (modules / path).exists()}
        return {name: Asset(path.read_bytes(), TYPES[path.suffix]) for name, path in found.items()}

    def worker(self) -> str:
        """Return the service worker: its modules joined to one classic script."""
        return join_modules(self.root / WORKER)


def join_modules(entry: Path) -> str:
    """Return the module at `entry` and all it imports as one script, what is imported first."""
    order: list[Path] = []
    _visit(entry.resolve(), order, ())
    return "".join(strip_comments(_EXPORT.sub("", _IMPORT.sub("", path.read_text()))) for path in order)


def _visit(path: Path, order: list[Path], above: tuple[Path, ...]) -> None:
    if path in above:
        raise ValueError(f"modules import each other in a circle: {path.name}")
    if path in order:
        return
    for found in _IMPORT.finditer(path.read_text()):
        _visit((path.parent / found["path"]).resolve(), order, (*above, path))
    order.append(path)


def strip_comments(script: str) -> str:
    """Return `script` without lines that are only comment, types within lines, indentation and blank lines."""
    lines = (line.strip() for line in _CAST.sub("", _COMMENT.sub("", script + "\n")).splitlines())
    return "".join(f"{line}\n" for line in lines if line)


def strip_styles(style: str) -> str:
    """Return `style` without comments, indentation and blank lines."""
    lines = (line.strip() for line in re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL).splitlines())
    return "".join(f"{line}\n" for line in lines if line)


def init_assets(app: Flask) -> None:
    """Give `app` its static files and the template function `static_url`."""
    assets = Assets()
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
    """Return `asset` as a response, compressed where the reader takes it and it helps."""
    packed = "gzip" in request.headers.get("Accept-Encoding", "") and asset.type != TYPES[".png"]
    response = Response(asset.packed if packed else asset.content, content_type=asset.type)
    response.headers["Cache-Control"] = cache
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    return response
