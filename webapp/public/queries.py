"""Reading what public pages show."""

from collections.abc import Sequence

from webapp.offices.queries import LEVELS, Place, counties, place_asked_for
from webapp.orgs.models import Unit
from webapp.orgs.queries import children, ids_on_path

__all__ = ["Place", "counties", "place_asked_for", "places_under"]


def places_under(place: Place) -> Sequence[Unit]:
    """Return the places to choose from within `place`: its townships or communities, else the site's counties."""
    if not place.level:
        return counties()
    return [unit for unit in children(ids_on_path(place.path)[-1]) if unit.level in LEVELS]
