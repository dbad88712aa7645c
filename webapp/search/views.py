"""`/search`: what offices published, by words. What was asked for is neither stored nor logged."""

from flask import Blueprint, Response, request

from webapp.core.web import page
from webapp.search.queries import find
from webapp.search.rules import LONGEST

blueprint = Blueprint("search", __name__, url_prefix="/search")


@blueprint.get("")
def show() -> Response:
    """Show what answers the query; without one, what there is."""
    typed = request.args.get("q", "").strip()[:LONGEST]
    return page("search/search.html", typed=typed, found=find(typed, "edition") if typed else [])
