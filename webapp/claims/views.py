"""`/claims`: what can be claimed, and by when. The dates are worked out on the reader's phone; nothing comes here.

What the server adds is for who has no script: the rule in words, with examples.
"""

from datetime import date
from typing import Any

from flask import Blueprint, Response

from webapp.claims.queries import figures
from webapp.claims.rules import assistance, childcare, endorsement, registration, residence_permit
from webapp.core import clock
from webapp.core.period import months_after
from webapp.core.web import page
from webapp.offices.queries import place_asked_for
from webapp.policies.queries import shown
from webapp.policies.rules import IN_FORCE

blueprint = Blueprint("claims", __name__, url_prefix="/claims")

A_YEAR = 12


@blueprint.get("")
def home() -> Response:
    """Show what can be worked out, the nearest last day first."""
    today = clock.today()
    last_year = childcare(date(today.year - 1, 12, 31), today, figures())
    return page("claims/home.html", last_year=last_year, today=today, place=place_asked_for())


@blueprint.get("/childcare")
def childcare_subsidy() -> Response:
    """Show the childcare subsidy, and what it is for children born in each year that it covers."""
    today, rule = clock.today(), figures()["childcare"]
    years = range(today.year, int(rule["since"][:4]) - rule["until_age"] - 1, -1)
    rows = [{"year": year, **childcare(date(year, 1, 1), today, figures())} for year in years]
    for row in rows:
        row["most"] = childcare(date(row["year"], 12, 31), today, figures())["total"]
    return _claim("claims/childcare.html", "childcare-subsidy", today, years=rows)


@blueprint.get("/assistance")
def special_assistance() -> Response:
    """Show rewards and special assistance, and their rates for who reaches the age today."""
    today = clock.today()
    ages = {row["scheme"]: row["age"] for row in figures()["assistance"]}
    old_enough = {scheme: months_after(today, -age * A_YEAR) for scheme, age in ages.items()}
    found = {scheme: assistance(scheme, born, today, figures()) for scheme, born in old_enough.items()}
    rates = [{"scheme": scheme, "age": ages[scheme], **each} for scheme, each in found.items() if each]
    return _claim("claims/assistance.html", "older-family-support", today, rates=rates)


@blueprint.get("/residence")
def residence() -> Response:
    """Show the residence permit, and its days for who begins today."""
    today = clock.today()
    apply_from, endorse = residence_permit(today, figures()), endorsement(today, today, figures())
    return _claim("claims/residence.html", "residence-permit", today, apply_from=apply_from, endorse=endorse)


@blueprint.get("/registration")
def household_registration() -> Response:
    """Show household registration, and the last days for what happens today."""
    today = clock.today()
    last_days = {kind: registration(kind, today, figures()) for kind in figures()["registration"]}
    return _claim("claims/registration.html", "birth-registration", today, last_days=last_days)


def _claim(template: str, topic: str, today: date, **found: Any) -> Response:
    """Show the page on one claim; where a document on `topic` is in force, which says where to apply, with the way."""
    place = place_asked_for()
    how = shown(topic, place.path, today)
    way = how if how and how.state == IN_FORCE else None
    return page(template, figures=figures(), today=today, place=place, how=way, **found)
