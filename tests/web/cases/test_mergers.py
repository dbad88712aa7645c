"""A unit that is complained about is merged into another: the same people sit there, and must not see it either."""

import pytest

from tests.builders import World
from tests.support.cases import bring
from tests.support.office import actor, words
from tests.support.pages import SAME_ORIGIN
from webapp.cases import queries, service
from webapp.core import clock
from webapp.core.db import transaction
from webapp.orgs import service as orgs

SECRETIVE = "被投诉的是王主任"


def merged(world: World, source: str, into: str) -> None:
    with transaction():
        orgs.merge([world.units[source]], world.units[into], clock.today(), actor_id=None)


def forged(brought: service.Brought, unit_id: str) -> None:
    with transaction() as session:
        session.execute(queries.CASE.update().where(queries.CASE.c.id == brought.row["id"]).values(unit_id=unit_id))


def sees_nothing(world: World, login: str, brought: service.Brought) -> bool:
    reader = actor(world, login)
    return (
        queries.case_seen_by(reader, brought.row["id"]) is None
        and not queries.open_for(reader)
        and not queries.was_with(brought.row["id"], reader)
    )


def test_who_took_over_from_the_unit_that_is_meant_is_barred_too(signed_in, world):
    """After a merger the same people sit at the other unit; also after two."""
    brought = bring(world, text=SECRETIVE)
    for source, into in (("community", "far_community"), ("far_community", "other_community")):
        merged(world, source, into)
    soup = signed_in("township").get(f"/app/cases/{brought.row['id']}")
    assert world.units["other_community"] not in {option["value"] for option in soup.select("#to option")}
    forged(brought, world.units["other_community"])
    assert sees_nothing(world, "other_officer", brought)


@pytest.mark.one_database
def test_what_lies_with_who_took_over_goes_to_the_unit_above(signed_in, world):
    brought, asked = bring(world, text=SECRETIVE), bring(world, "help")
    typed = {"to": world.units["other_community"], "words": "请隔壁查", "base_version": "1"}
    handed = signed_in("township").client.post(
        f"/app/cases/{brought.row['id']}/forward", data=typed, headers=SAME_ORIGIN
    )
    assert handed.status_code == 303
    merged(world, "community", "other_community")
    soup = signed_in("other_officer").get("/app/cases")
    assert "待办 1 件" in words(soup) and asked.row["id"] in str(soup), "what was asked of a unit goes to its successor"
    assert brought.row["id"] not in str(soup)
    assert sees_nothing(world, "officer", brought)
    row = queries.case(brought.row["id"])
    assert (row["unit_id"], row["due"]) == (world.units["township"], brought.row["due"])
    assert SECRETIVE in words(signed_in("township").get(f"/app/cases/{row['id']}"))
