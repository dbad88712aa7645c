"""For operators: is the process alive, may it be sent work, how is it doing. And the page of components."""

from functools import cache

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, Response, current_app, request
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from webapp.accounts.models import Device
from webapp.changes.queries import last_seq
from webapp.config import LOOPBACK, Settings
from webapp.core import clock
from webapp.core.assets import ROOT
from webapp.core.db import db
from webapp.core.errors import NotFound
from webapp.core.web import page
from webapp.ledger.models import LedgerLine
from webapp.rollup.queries import reached

blueprint = Blueprint("health", __name__)
PLAIN = "text/plain; version=0.0.4; charset=utf-8"


@blueprint.get("/healthz")
def alive() -> Response:
    """Say that the process answers."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
def ready() -> Response:
    """Say whether the database answers and has the tables of this version; 503 if not."""
    try:
        current = MigrationContext.configure(db.session.connection()).get_current_revision()
    except SQLAlchemyError:
        return Response("no database\n", 503, mimetype="text/plain")
    if current != _head():
        return Response(f"migrations: {current}, not {_head()}\n", 503, mimetype="text/plain")
    return Response("ready\n", mimetype="text/plain")


@cache
def _head() -> str | None:
    return ScriptDirectory(str(ROOT / "migrations")).get_current_head()


@blueprint.get("/metrics")
def metrics() -> Response:
    """Return counts in the text format of Prometheus: of records, never of people. For this machine only by default."""
    settings: Settings = current_app.extensions["settings"]
    if request.remote_addr not in LOOPBACK and not settings.metrics_anywhere:
        raise NotFound
    lines = [f"# TYPE sanshi_{name} {kind}\nsanshi_{name} {value}\n" for name, kind, value in _figures()]
    return Response("".join(lines), content_type=PLAIN)


def _figures() -> list[tuple[str, str, int]]:
    changes = last_seq()
    devices = select(func.count()).where(Device.revoked_at.is_(None), Device.expires_at > clock.now())
    return [
        ("changes_total", "counter", changes),
        ("ledger_lines_total", "counter", db.session.scalar(select(func.max(LedgerLine.seq))) or 0),
        ("rollup_lag_changes", "gauge", changes - reached()),
        ("sessions", "gauge", db.session.scalar(devices) or 0),
    ]


@blueprint.get("/patterns")
def patterns() -> Response:
    """Show every component once; in development only."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.development:
        raise NotFound
    return page("patterns.html")
