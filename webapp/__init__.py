"""Sanshi: the month of a community, from a phone without network to the county's totals and back with a receipt."""

import logging

from flask import Flask
from flask_babel import Babel
from flask_compress import Compress
from flask_migrate import Migrate
from htmx_flask import Htmx
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp import cli, errors, health, looks, pwa
from webapp.access.service import init_access
from webapp.accounts import views as accounts
from webapp.cards import views as cards
from webapp.caseload import views as caseload
from webapp.cases import views as cases
from webapp.claims import views as claims
from webapp.config import Settings, from_environment, refuse_open_demo
from webapp.core.assets import ROOT, init_assets
from webapp.core.db import db, prepare_engine
from webapp.core.private import make_folder
from webapp.core.web import MonthInAddress, add_headers
from webapp.dashboards import views as dashboards
from webapp.doorlists import views as doorlists
from webapp.doorstep import views as doorstep
from webapp.events import views as events
from webapp.exports import views as exports
from webapp.feedback import views as feedback
from webapp.handover import views as handover
from webapp.keys.service import init_keys
from webapp.leader import views as leader
from webapp.manage import calendar, people
from webapp.measures import views as measures
from webapp.offices import views as offices
from webapp.outreach import views as outreach
from webapp.policies import views as policies
from webapp.polling import paper as polling_paper
from webapp.polling import results as polling_results
from webapp.polling import surveys as polling
from webapp.public import views as public
from webapp.publishing import decisions, displays, documents, drafts, figures, papers
from webapp.receipts import views as receipts
from webapp.receipts.service import init_receipts
from webapp.register import forms as household_form
from webapp.register import house, lists
from webapp.reports import views as reports
from webapp.retention.service import init_retention
from webapp.review import views as review
from webapp.rounds import needs, visit
from webapp.rounds import round as rounds
from webapp.scan import views as scan
from webapp.search import views as search
from webapp.surveys import views as surveys
from webapp.sync import views as sync
from webapp.sync.service import Gatherer

BLUEPRINTS = (
    health.blueprint,
    pwa.blueprint,
    sync.blueprint,
    public.blueprint,
    policies.blueprint,
    claims.blueprint,
    surveys.blueprint,
    polling.blueprint,
    polling_paper.blueprint,
    polling_results.blueprint,
    search.blueprint,
    accounts.blueprint,
    receipts.blueprint,
    leader.blueprint,
    events.blueprint,
    lists.blueprint,
    doorlists.blueprint,
    household_form.blueprint,
    house.blueprint,
    reports.blueprint,
    people.blueprint,
    calendar.blueprint,
    offices.blueprint,
    documents.blueprint,
    drafts.blueprint,
    decisions.blueprint,
    papers.blueprint,
    figures.blueprint,
    displays.blueprint,
    outreach.blueprint,
    cards.blueprint,
    cases.blueprint,
    doorstep.blueprint,
    feedback.blueprint,
    caseload.blueprint,
    handover.blueprint,
    scan.blueprint,
    dashboards.blueprint,
    measures.blueprint,
    exports.blueprint,
    review.blueprint,
    rounds.blueprint,
    visit.blueprint,
    needs.blueprint,
)
MOST_BYTES = 2 * 1024 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """Return the app for `settings`, by default those of the environment. Raises ValueError for unsafe ones."""
    settings = settings or from_environment()
    refuse_open_demo(settings)
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    _configure(app, settings)
    _extend(app, settings)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    errors.init_errors(app)
    cli.init_cli(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    make_folder(settings.data)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", level=logging.INFO)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # the default provider has it
    app.config.update(
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True},  # what people typed does not belong in a log
        MAX_CONTENT_LENGTH=MOST_BYTES,
        BABEL_DEFAULT_LOCALE="zh_Hans",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"),
        COMPRESS_MIN_SIZE=500,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=7,
    )
    app.extensions["settings"] = settings
    app.url_map.converters["month"] = MonthInAddress
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.do")
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, settings.proxies, settings.proxies, settings.proxies)  # type: ignore[method-assign]


def _extend(app: Flask, settings: Settings) -> None:
    Htmx(app)
    Babel(app, locale_selector=looks.locale)
    Compress(app)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    Migrate(app, db, directory=str(ROOT / "migrations"))
    init_assets(app)
    init_access(app)
    init_receipts(app, settings.receipt_key)
    init_keys(app, settings.master_key, settings.master_key_file)
    init_retention(app, settings.data / "retention.json")
    looks.init_looks(app)
    app.extensions["gatherer"] = Gatherer()
    app.after_request(add_headers)
