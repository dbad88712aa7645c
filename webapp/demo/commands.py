"""`flask demo load`: fill an empty database with the demonstration."""

import sys
from datetime import datetime, timedelta

import click
from flask import current_app
from flask.cli import AppGroup
from flask_babel import gettext

from webapp.accounts.queries import account_by_login
from webapp.amounts.service import load_shipped as load_amounts
from webapp.cases.rules import groups_of, spaced_number
from webapp.cases.service import Brought
from webapp.config import Settings
from webapp.core import clock
from webapp.core.db import transaction
from webapp.core.period import Month
from webapp.demo.cases import complain
from webapp.demo.county import open_county, unit
from webapp.demo.doors import hear, label
from webapp.demo.households import furnish, opening
from webapp.demo.material import MONTHS, STORY
from webapp.demo.outreach import reach_out
from webapp.demo.people import bring_people, last_heard
from webapp.demo.plot import plot
from webapp.demo.replay import replay
from webapp.demo.surveys import ask
from webapp.demo.visits import visiting
from webapp.forms.service import set_exception, store_shipped_forms
from webapp.orgs.queries import is_empty
from webapp.policies.service import load_shipped as load_policies
from webapp.rollup import service as totals

demo = AppGroup("demo", help="The demonstration: a real county with invented people and numbers.")


@demo.command("load")
@click.option("--if-empty", is_flag=True, help="Do nothing when there are units already, or outside demo mode.")
def load(if_empty: bool) -> None:
    """Load the demonstration into an empty database, and print its accounts."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.demo:
        # The passwords are public: without demo mode nothing would warn, and nothing would keep strangers out.
        _stay_out(gettext("演示数据只在演示模式（SANSHI_DEMO=1）下载入。"), if_empty=if_empty)
    with transaction():
        if not is_empty():
            _stay_out(gettext("已经有单位，演示数据没有载入。"), if_empty=if_empty)
        followed = invent(clock.now())
    _print_accounts()
    _print_case(followed)


def _stay_out(sentence: str, *, if_empty: bool) -> None:
    click.echo(sentence, err=not if_empty)
    sys.exit(0 if if_empty else 1)


def invent(now: datetime) -> Brought:
    """Build the county and tell its thirteen months up to `now`; return the case that anybody may follow.

    The caller holds the transaction.
    """
    first = Month.of(clock.to_local(now).date()).plus(-MONTHS)
    with clock.frozen(datetime.combine(first.first, datetime.min.time(), clock.SHANGHAI) + timedelta(hours=8)):
        store_shipped_forms()
        open_county()
        groups = bring_people()
        _move_due_days(first)
    stage = {(group.community, group.number): group for group in groups}
    steps, opened = plot(list(stage), now), opening(now)
    replay([step for step in steps if step.at < opened], stage)
    furnish(groups, opened)
    label(groups, opened)
    later = [*(step for step in steps if step.at >= opened), *visiting(groups, now)]
    replay(sorted(later, key=lambda step: (step.at, step.place)), stage)
    hear(groups[0], now)
    reach_out(groups, now)
    publish(now)
    ask(groups[0], now)
    followed = complain(groups, now)
    last_heard(groups, now)
    totals.catch_up()
    return followed


def publish(now: datetime) -> None:
    """Publish, at the county, the documents and amounts that are shipped."""
    with clock.frozen(now):
        county = unit(STORY["county"])
        load_amounts(unit_id=county.id)
        load_policies(county.id)


def _move_due_days(first: Month) -> None:
    for month in (first.plus(ahead) for ahead in range(MONTHS + 1)):
        if month.month == 2:
            set_exception(month, month.last + timedelta(3), STORY["festival"])


def _print_accounts() -> None:
    click.echo(gettext("演示数据已载入：单位是真实的，小组、人名和数字都是虚构的。"))
    click.echo(gettext("演示账号的密码都是 %(password)s：", password=STORY["password"]))
    for given in STORY["accounts"]:
        account = account_by_login(given["login"])
        where = unit(given["unit"])
        click.echo(f"  {given['login']:<12} {where.name} {account.name if account else ''}")


def _print_case(followed: Brought) -> None:
    click.echo(gettext("居民那边可以查一件来件的进度（/feedback/follow）："))
    click.echo(f"  {spaced_number(followed.row['number'])}  {'-'.join(groups_of(followed.secret))}")
