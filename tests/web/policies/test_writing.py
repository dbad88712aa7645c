"""Draft, a second person's review, publication, the next edition, taking down: what each step lets nobody do."""

from datetime import date, datetime, timedelta

import pytest

from tests.support import office
from tests.support.files import png
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.core.errors import Invalid
from webapp.inforce import queries as inforce
from webapp.ledger.queries import broken_lines
from webapp.orgs import queries as orgs
from webapp.policies import queries, service
from webapp.policies.rules import BLANK
from webapp.search.queries import find

WORDS = {
    "title": "托育补助",
    "summary": "有补助。去街道办。带户口簿。",
    "body": "## 怎么办\n\n去街道办。",
    "audience": "有孩子的家庭",
}
CONTENT = {
    **BLANK, "texts": {"zh-Hans": WORDS}, "issuer": "庆元县卫生健康局", "source_name": "县政府网站",
    "valid_from": date(2026, 1, 1),
}  # fmt: skip


@pytest.fixture
def actor(world):
    """Return who has which login."""
    people = {login: office.actor(world, login) for login in ("officer", "township", "county")}
    return people.__getitem__


@pytest.fixture
def write(world, actor):
    """Return a function that drafts a document of the community, handed in on request."""

    def write(topic="childcare", unit="community", is_handed_in=True, **facts):
        officer = actor("officer")
        with transaction():
            document = service.add_document(world.units[unit], topic, "benefit")
            edition = service.draft(document, officer, {**CONTENT, **facts})
            if is_handed_in:
                service.hand_in(document, edition, edition.revision, officer)
        return document, edition

    return write


def publish(document, edition, actor):
    with transaction():
        service.approve(document, edition, edition.revision, actor("township"))
        service.publish(document, edition, edition.revision, actor("officer"))


def codes(refused):
    return [problem.code for problem in refused.value.problems]


def test_nobody_reviews_what_they_wrote(world, actor, write):
    document, edition = write()
    for step in (lambda: service.approve(document, edition, 1, actor("officer")),
                 lambda: service.give_back(document, edition, 1, "看过了", actor("officer"))):  # fmt: skip
        with pytest.raises(Invalid) as refused, transaction():
            step()
        assert codes(refused) == ["own"]


def test_who_changed_a_line_of_anothers_draft_does_not_review_it_either(actor, write):
    document, edition = write(is_handed_in=False)
    with transaction():
        service.change(document, edition, CONTENT, 1, actor("township"))
        service.hand_in(document, edition, 2, actor("officer"))
    with pytest.raises(Invalid) as refused, transaction():
        service.approve(document, edition, 2, actor("township"))
    assert codes(refused) == ["own"]
    with transaction():
        service.approve(document, edition, 2, actor("county"))


def test_nothing_is_published_that_nobody_else_has_seen(actor, write):
    document, edition = write()
    with pytest.raises(Invalid) as refused, transaction():
        service.publish(document, edition, 1, actor("officer"))
    assert codes(refused) == ["unreviewed"]


def test_a_reviewer_approves_only_what_they_have_seen(actor, write):
    document, edition = write()
    with transaction():
        service.give_back(document, edition, 1, "电话没写", actor("township"))
        service.change(document, edition, {**CONTENT, "contact": "0578-6123456"}, 1, actor("officer"))
        service.hand_in(document, edition, 2, actor("officer"))
    with pytest.raises(Invalid) as refused, transaction():
        service.approve(document, edition, 1, actor("township"))
    assert codes(refused) == ["stale"]


def test_what_is_missing_is_named_before_anybody_reviews(actor, write):
    words = {**WORDS, "body": ""}
    document, edition = write(is_handed_in=False, texts={"zh-Hans": words}, issuer="")
    with pytest.raises(Invalid) as refused, transaction():
        service.hand_in(document, edition, 1, actor("officer"))
    assert {problem.field for problem in refused.value.problems} == {"body_zh-Hans", "issuer"}


def test_a_published_edition_is_never_changed(actor, write):
    document, edition = write()
    publish(document, edition, actor)
    told = queries.content_of(edition)
    for step in (
        lambda: service.change(document, edition, {**CONTENT, "issuer": "别人"}, 1, actor("officer")),
        lambda: service.drop(document, edition, 1, actor("officer")),
        lambda: service.attach(document, edition, "图.png", png(), actor("officer")),
        lambda: service.give_back(document, edition, 1, "不好", actor("county")),
    ):
        with pytest.raises(Invalid) as refused, transaction():
            step()
        assert codes(refused) == ["published"]
    db.session.expire_all()
    assert queries.content_of(edition) == told


def test_the_next_edition_ends_the_first_at_midnight_in_shanghai(world, actor, write):
    document, first = write()
    publish(document, first, actor)
    with transaction():
        second = service.draft(document, actor("officer"))
        facts = {**queries.content_of(first), "valid_from": date(2026, 12, 1)}
        service.change(document, second, facts, 1, actor("officer"))
        service.hand_in(document, second, 2, actor("officer"))
    publish(document, second, actor)
    path, midnight = orgs.unit(world.units["group"]).path, datetime(2026, 12, 1, tzinfo=clock.SHANGHAI)
    for instant, number in ((midnight - timedelta(seconds=1), 1), (midnight, 2)):
        with clock.frozen(instant):
            found = inforce.shown("childcare", path, clock.today())
        assert found.number == number
    assert inforce.shown("childcare", path, date(2026, 11, 30)).until == date(2026, 11, 30)
    assert [each.state for each in inforce.history("childcare", path, date(2026, 12, 1))] == ["in_force", "superseded"]


def test_one_draft_at_a_time(actor, write):
    document, _ = write()
    with pytest.raises(Invalid) as refused, transaction():
        service.draft(document, actor("officer"))
    assert codes(refused) == ["open"]


def test_a_draft_that_is_thrown_away_leaves_nothing_but_the_ledger(actor, write):
    document, edition = write(is_handed_in=False)
    with transaction():
        service.attach(document, edition, "图.png", png(), actor("officer"))
        service.drop(document, edition, edition.revision, actor("officer"))
    assert queries.document(document.id) is None
    assert queries.edition(edition.id) is None
    assert not list(broken_lines())


def test_taking_down_early_says_so_and_the_earlier_edition_speaks_again(world, actor, write):
    document, first = write()
    publish(document, first, actor)
    with transaction():
        service.take_down(document, first, "金额写错了", actor("officer"))
    found = inforce.shown("childcare", orgs.unit(world.units["group"]).path, clock.today())
    assert (found.state, found.taken_down.because, found.taken_down.is_early) == ("taken_down", "金额写错了", True)
    assert found.text("zh-Hans").title == "托育补助"
    assert not found.text("zh-Hans").body
    assert not found.text("zh-Hans").html


@pytest.mark.parametrize(("days", "is_early"), [(14, True), (15, False)])
def test_after_fifteen_days_it_is_not_early(world, actor, write, days, is_early):
    document, first = write()
    publish(document, first, actor)
    with clock.frozen(clock.now() + timedelta(days=days)), transaction():
        service.take_down(document, first, "过期了", actor("officer"))
    found = inforce.shown("childcare", orgs.unit(world.units["group"]).path, clock.today())
    assert found.taken_down.is_early is is_early


def test_a_lower_unit_says_more_to_its_own_people_only(world, actor, write):
    documents = [write(unit="county"), write(unit="community", reference="社〔2026〕1号")]
    for document, edition in documents:
        publish(document, edition, actor)
    path = {name: orgs.unit(world.units[name]).path for name in ("group", "far_group")}
    today = clock.today()
    assert inforce.shown("childcare", path["group"], today).owner.level == "community"
    assert inforce.shown("childcare", path["far_group"], today).owner.level == "county"
    assert [each.owner.level for each in inforce.shown_at(path["group"], today)] == ["community"]


def test_what_is_published_is_found_and_what_is_taken_down_is_not(actor, write):
    document, edition = write()
    assert not find("托育补助", "edition").ids
    publish(document, edition, actor)
    assert find("托育补助", "edition").ids == [edition.id]
    with transaction():
        service.take_down(document, edition, "错了", actor("officer"))
    assert not find("托育补助", "edition").ids
