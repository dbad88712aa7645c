"""`/claims`: what can be claimed, and by when. The dates are worked out on the reader's phone; nothing comes here.

What the server adds is for who has no script: the rule in words, with examples. Everybody gets the same pages, so
they are kept: here for a moment, on the phone for when there is no network.
"""

from datetime import date
from typing import Any

from flask import Blueprint, render_template
from werkzeug.wrappers import Response as BaseResponse

from webapp.access.service import forget_actor
from webapp.claims.queries import figures
from webapp.claims.rules import assistance, childcare, endorsement, registration, residence_permit
from webapp.core import clock
from webapp.core.kept import is_wechat, kept_page
from webapp.core.period import months_after
from webapp.inforce.queries import shown
from webapp.ledger.queries import tip_hash
from webapp.offices.queries import place_asked_for
from webapp.policies.rules import IN_FORCE

blueprint = Blueprint("claims", __name__, url_prefix="/claims")

A_YEAR = 12


@blueprint.get("")
def home() -> BaseResponse:
    """Show what can be worked out, the nearest last day first."""
    return kept_page(tip_hash(), _home)


def _home() -> str:
    today = clock.today()
    last_year = childcare(date(today.year - 1, 12, 31), today, figures())
    return _render("claims/home.html", today, last_year=last_year)


@blueprint.get("/childcare")
def childcare_subsidy() -> BaseResponse:
    """Show the childcare subsidy, and what it is for children born in each year that it covers."""
    return kept_page(tip_hash(), _childcare)


def _childcare() -> str:
    today, rule = clock.today(), figures()["childcare"]
    years = range(today.year, int(rule["since"][:4]) - rule["until_age"] - 1, -1)
    rows = [{"year": year, **childcare(date(year, 1, 1), today, figures())} for year in years]
    for row in rows:
        row["most"] = childcare(date(row["year"], 12, 31), today, figures())["total"]
    return _claim("claims/childcare.html", "childcare-subsidy", today, years=rows)


@blueprint.get("/assistance")
def special_assistance() -> BaseResponse:
    """Show rewards and special assistance, and their rates for who reaches the age today."""
    return kept_page(tip_hash(), _assistance)


def _assistance() -> str:
    today = clock.today()
    ages = {row["scheme"]: row["age"] for row in figures()["assistance"]}
    old_enough = {scheme: months_after(today, -age * A_YEAR) for scheme, age in ages.items()}
    found = {scheme: assistance(scheme, born, today, figures()) for scheme, born in old_enough.items()}
    rates = [{"scheme": scheme, "age": ages[scheme], **each} for scheme, each in found.items() if each]
    return _claim("claims/assistance.html", "older-family-support", today, rates=rates)


@blueprint.get("/residence")
def residence() -> BaseResponse:
    """Show the residence permit, and its days for who begins today."""
    return kept_page(tip_hash(), _residence)


def _residence() -> str:
    today = clock.today()
    apply_from, endorse = residence_permit(today, figures()), endorsement(today, today, figures())
    return _claim("claims/residence.html", "residence-permit", today, apply_from=apply_from, endorse=endorse)


@blueprint.get("/registration")
def household_registration() -> BaseResponse:
    """Show household registration, and the last days for what happens today."""
    return kept_page(tip_hash(), _registration)


def _registration() -> str:
    today = clock.today()
    last_days = {kind: registration(kind, today, figures()) for kind in figures()["registration"]}
    return _claim("claims/registration.html", "birth-registration", today, last_days=last_days)


def _claim(template: str, topic: str, today: date, **found: Any) -> str:
    """Return the page on a claim; where a document on `topic` is in force, which says where to apply, with the way."""
    how = shown(topic, place_asked_for().path, today)
    way = how if how and how.state == IN_FORCE else None
    return _render(template, today, figures=figures(), how=way, **found)


def _render(template: str, today: date, **found: Any) -> str:
    """Return a page that is the same for everybody: staff who read it are nobody here, and their session stays put."""
    forget_actor()
    return render_template(template, **found, today=today, place=place_asked_for(), wechat=is_wechat())
