"""Staff pages of documents: from the first word to the public, and everything that stands in the way on purpose."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.support.checks import html_problems
from tests.support.office import words
from tests.support.pages import SAME_ORIGIN
from tests.support.published import publish
from tests.web.publishing.conftest import TEXTS
from webapp.amounts.queries import amounts_on
from webapp.core import clock
from webapp.core.db import db
from webapp.inforce import queries as inforce
from webapp.ledger.queries import broken_lines
from webapp.orgs import queries as orgs
from webapp.policies import queries
from webapp.policies.models import Document

ID = "00000000-0000-0000-0000-000000000000"  # of nothing


def revision_of(pages, address):
    return pages.get(address).find("input", attrs={"name": "revision"})["value"]


def published(signed_in, address):
    """Hand in, approve and publish the draft at `address`."""
    officer, second = signed_in("officer"), signed_in("township")
    officer.submit(f"{address}/hand-in", {"revision": revision_of(officer, address)})
    second.submit(f"{address}/approve", {"revision": revision_of(second, f"{address}/review")})
    officer.submit(f"{address}/publish", {"revision": revision_of(officer, address)})


def test_from_the_first_word_to_the_public(signed_in, world, begun):
    officer, second = signed_in("officer"), signed_in("township")
    assert "草稿" in words(officer.get("/app/documents"))
    officer.submit(f"{begun}/hand-in", {"revision": revision_of(officer, begun)})
    assert "要由别人来审核" in words(officer.get(begun))
    assert not officer.get(f"{begun}/review").find("form", action=f"{begun}/approve")
    review = second.get(f"{begun}/review")
    assert "托育补助怎么领" in review.find("ins").get_text()
    second.submit(f"{begun}/approve", {"revision": revision_of(second, f"{begun}/review")})
    onward = officer.submit(f"{begun}/publish", {"revision": revision_of(officer, begun)})
    assert "居民现在就能看到" in words(officer.get(onward))
    db.session.rollback()
    shown = inforce.shown("nursery", orgs.unit(world.units["group"]).path, clock.today())
    assert shown.text("zh-Hans").title == "托育补助怎么领"
    assert not list(broken_lines())


def test_the_drafter_cannot_approve_even_by_hand(signed_in, begun):
    pages = signed_in("officer")
    pages.submit(f"{begun}/hand-in", {"revision": revision_of(pages, begun)})
    soup = pages.post(f"{begun}/approve", {"revision": "2"})
    assert "自己写的不能自己审" in words(soup)


def test_giving_back_needs_a_reason_which_the_drafter_reads(signed_in, begun):
    officer, second = signed_in("officer"), signed_in("county")
    officer.submit(f"{begun}/hand-in", {"revision": revision_of(officer, begun)})
    soup = second.post(f"{begun}/give-back", {"revision": "2", "reason": " "})
    assert soup.find(id="reason-problem")
    second.submit(f"{begun}/give-back", {"revision": "2", "reason": "电话少一位"})
    assert "电话少一位" in words(officer.get(begun))


def test_nothing_typed_is_lost_when_something_is_wrong(signed_in, begun):
    pages = signed_in("officer")
    typed = {**TEXTS, "revision": "2", "valid_to": "2025-12-31", "title_en": "Nursery", "source_url": "javascript:1"}
    soup = pages.post(f"{begun}/edit", typed)
    for name in ("valid_to", "source_url", "title_en"):
        assert soup.find(id=f"{name}-problem"), name
        assert soup.find(id=name)["value"] == typed[name]
    assert soup.find(id="body_zh-Hans").get_text(strip=True).startswith("## 怎么办")


def test_a_draft_changed_meanwhile_is_not_overwritten(signed_in, begun):
    pages = signed_in("officer")
    soup = pages.post(f"{begun}/edit", {**TEXTS, "revision": "1", "contact": "迟到的"})
    assert "这一稿刚被改过" in words(soup)
    assert soup.find(id="contact")["value"] == "迟到的"


def test_the_next_edition_shows_what_changed(signed_in, begun):
    published(signed_in, begun)
    pages, document = signed_in("officer"), begun.rpartition("/")[0]
    onward = pages.submit(f"{document}/editions", {})
    assert onward == f"{document}/2/edit"
    changed = {
        **TEXTS,
        "body_zh-Hans": "## 怎么办\n\n每年 [[amount:nursery]]。",
        "valid_from": "2027-01-01",
        "revision": "1",
    }
    pages.submit(onward, changed)
    soup = pages.get(f"{document}/2/review")
    line = next(line for line in soup.select(".changes li") if line.find("ins"))
    assert (line.find("del").get_text(), line.find("ins").get_text()) == ("月", "年")
    assert "2027年1月1日" in soup.find(id="facts").find("ins").get_text()


def test_taking_down_early_says_so(signed_in, begun):
    published(signed_in, begun)
    pages = signed_in("officer")
    assert pages.post(f"{begun}/take-down", {"reason": ""}).find(id="reason-problem")
    onward = pages.submit(f"{begun}/take-down", {"reason": "金额写错了"})
    assert "公示还不满 15 天" in words(pages.get(onward))


def test_an_auditor_reads_and_changes_nothing(signed_in, begun):
    pages = signed_in("auditor")
    soup = pages.get(begun)
    assert "托育补助怎么领" in words(soup)
    assert not [form for form in soup.find_all("form") if form["action"].startswith("/app/documents")]
    response = pages.client.post(f"{begun}/hand-in", data={"revision": "2"}, headers=SAME_ORIGIN)
    assert response.status_code == 403


def test_others_documents_look_as_if_they_were_not_there(signed_in, begun):
    pages = signed_in("other_officer")
    pages.get(begun, 404)
    pages.get(f"{begun}/edit", 404)
    response = pages.client.post(f"{begun}/hand-in", data={"revision": "2"}, headers=SAME_ORIGIN)
    assert response.status_code == 404


def test_a_lower_unit_begins_from_what_is_in_force_there(signed_in, world):
    model = publish(world, "nursery", "county", kind="benefit")
    pages, community = signed_in("officer"), world.units["community"]
    soup = pages.get(f"/app/documents?unit={community}")
    assert soup.find("input", attrs={"name": "like", "value": model.id})
    onward = pages.submit(f"/app/documents?unit={community}", {"like": model.id})
    assert pages.get(onward).find(id="title_zh-Hans")["value"] == "托育补助"
    again = pages.submit(f"/app/documents?unit={community}", {"like": model.id})
    assert onward.startswith(again), "pressed twice, it is one document"
    db.session.rollback()
    own = queries.document_of("nursery", community)
    assert own
    assert queries.newest_edition(own.id).verified_on is None


def test_two_documents_of_one_unit_cannot_be_about_one_topic(signed_in, world, begun):
    pages = signed_in("officer")
    form = {"title": "又一份", "kind": "policy", "topic": "nursery"}
    soup = pages.post(f"/app/documents?unit={world.units['community']}", form)
    assert soup.find(id="topic-problem")
    assert soup.find(id="title")["value"] == "又一份"


def test_lists_are_narrowed_down_by_state_and_kind(signed_in, begun):
    pages = signed_in("county")
    assert "托育补助怎么领" in words(pages.get("/app/documents?state=draft&kind=benefit"))
    assert "托育补助怎么领" not in words(pages.get("/app/documents?state=in_force"))
    assert "托育补助怎么领" not in words(pages.get("/app/documents?kind=notice"))


def test_paper_leads_to_the_public_page(signed_in, world, begun):
    pages = signed_in("officer")
    pages.get(f"{begun}/poster", 404)
    published(signed_in, begun)
    for paper in ("poster", "card"):
        soup = pages.get(f"{begun}/{paper}")
        assert soup.find("svg", class_="paper-code")
    assert "/policies/nursery?at=331126101201" in words(pages.get(f"{begun}/poster"))


def test_a_county_notes_an_amount_which_its_readers_see_on_the_day(signed_in, world, begun):
    county, officer = signed_in("county"), signed_in("officer")
    row = {"scheme": "nursery", "amount": "300.50", "per": "month", "valid_from": "2026-12-01"}
    county.submit("/app/documents/amounts", row)
    db.session.rollback()
    path = orgs.unit(world.units["group"]).path
    day = clock.today().replace(month=12, day=1)
    assert not amounts_on(["nursery"], path, day - timedelta(1))
    paid = amounts_on(["nursery"], path, day)["nursery"]
    assert (paid.amount, paid.region) == (30050, "331126")
    assert officer.client.post("/app/documents/amounts", data=row, headers=SAME_ORIGIN).status_code == 403
    assert not officer.get("/app/documents/amounts").find("form", action=lambda to: to and "amounts" in to)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("field", "typed"),
    [("amount", "三百"), ("amount", "1.234"), ("amount", "-1"), ("amount", "NaN"), ("scheme", "A b"), ("per", "week"),
     ("valid_to", "2025-01-01"), ("source_url", "//evil"), ("verified_on", "2026-01-01")],
)  # fmt: skip
def test_an_amount_that_cannot_be_is_refused_where_it_stands(signed_in, field, typed):
    row = {"scheme": "nursery", "amount": "300", "per": "month", "valid_from": "2026-12-01", field: typed}
    soup = signed_in("county").post("/app/documents/amounts", row)
    assert soup.find(id=f"{field}-problem")
    assert soup.find(id="scheme")["value"] == row["scheme"]


@pytest.mark.usefixtures("settled")
def test_what_must_be_displayed_is_due_then_runs_then_is_done(signed_in, world):
    pages, community = signed_in("officer"), world.units["community"]
    address = f"/app/documents/duties?unit={community}"
    soup = pages.get(address)
    assert soup.select_one("main section")["data-tone"] == "warn"  # the overdue ones come first
    edition = publish(world, "money", "community", kind="funds")
    told = {"duty": "funds", "period": "2026Q4", "shown_from": "2026-11-21", "edition": edition.id}
    pages.submit(address, told)
    assert "正在公示" in pages.get(address).find(id="funds-2026Q4").get_text()
    assert "托育补助" in pages.get(address).find(id="funds-2026Q4").get_text()
    with clock.frozen(clock.now() + timedelta(days=15)):
        assert "公示满了" in pages.get(address).find(id="funds-2026Q4").get_text()


@pytest.mark.one_database
@pytest.mark.parametrize(
    "told",
    [
        {"shown_from": "2026-11-22"},
        {"shown_from": "2026-09-30"},
        {"duty": "none"},
        {"period": "2020Q1"},
        {"edition": ID},
    ],
)
def test_a_display_that_cannot_be_is_refused(signed_in, world, told):
    address = f"/app/documents/duties?unit={world.units['community']}"
    given = {"duty": "funds", "period": "2026Q4", "shown_from": "2026-11-01", **told}
    signed_in("officer").post(address, given)


@pytest.mark.one_database
def test_pages_of_an_edition_in_every_state_are_valid_html(signed_in, begun, tmp_path):
    pages = signed_in("officer")
    found = {f"{name} {begun}": pages.client.get(f"{begun}{name}").text for name in ("", "/edit", "/review")}
    published(signed_in, begun)
    found |= {name: pages.client.get(f"{begun}{name}").text for name in ("", "/poster", "/card")}
    found["refused"] = pages.client.post(f"{begun}/take-down", data={"reason": ""}, headers=SAME_ORIGIN).text
    assert not html_problems(found, tmp_path)


def test_a_document_without_a_draft_is_gone_when_its_only_draft_is_dropped(signed_in, begun):
    pages = signed_in("officer")
    onward = pages.submit(f"{begun}/drop", {"revision": revision_of(pages, begun)})
    assert "已经删掉" in words(pages.get(onward))
    db.session.rollback()
    assert not db.session.scalars(select(Document)).all()
