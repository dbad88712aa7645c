"""What whoever comes in undertakes about the households they will hear of: read, ticked, kept, shown."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from webapp.accounts import queries
from webapp.accounts.models import Account
from webapp.accounts.queries import actors_of
from webapp.accounts.rules import token_hash
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.invitations.service import invite, invite_again
from webapp.ledger.models import LedgerLine

GOOD = {"login": "13800138000", "password": "清早出门看云回来", "undertaking": "1"}
UNTICKED = {name: value for name, value in GOOD.items() if name != "undertaking"}
SENTENCE = "请先读完保密承诺，同意的打勾，才能开始使用。"
# role -> who invites it
INVITERS = {
    "leader": "officer", "coordinator": "officer", "officer": "township", "township": "county", "auditor": "county",
}  # fmt: skip
# what the place where a role works is called in the county of the tests
PLACES = {"leader": "group2", "coordinator": "community", "officer": "community", "auditor": "county"}


def said(soup):
    return " ".join(soup.find("main").get_text().split())


def actor(world, login):
    hashed = token_hash(world.open_session(login))
    return actors_of([hashed])[hashed]


@pytest.fixture
def link_for(world):
    def make(role):
        by, unit = actor(world, INVITERS[role]), world.units[PLACES.get(role, role)]
        with transaction():
            _, token = invite(name="周小满", role=role, unit_id=unit, actor=by)
        return f"/invitations/{token}"

    return make


@pytest.fixture
def link(link_for):
    return link_for("leader")


@pytest.fixture
def again(world):
    def make():
        by = actor(world, "officer")
        with transaction():
            _, token = invite_again(db.session.get(Account, world.accounts["leader"]), by)
        return f"/invitations/{token}"

    return make


@pytest.fixture
def newer(monkeypatch):
    """Let another version of the text be in force from 22 November 2026 on, the day after that of the tests."""
    known = queries.undertakings()
    later = known[-1]._replace(version=2, since=date(2026, 11, 22), lines=[{"zh-Hans": "另一句话。"}])
    monkeypatch.setattr(queries, "undertakings", lambda: [*known, later])


def made():
    return db.session.scalars(select(Account).where(Account.login == GOOD["login"])).one_or_none()


def lines():
    return db.session.scalars(select(LedgerLine).where(LedgerLine.action == "account.undertook")).all()


def test_the_text_stands_on_the_page_with_its_day_and_the_law(page, link):
    soup = page.get(link)
    text = said(soup)
    for sentence in ("只用来做这份工作", "不告诉工作以外的任何人", "不拍照", "不做这份工作了，这些照样算数"):
        assert sentence in text
    for law in ("个人信息保护法", "《数据安全法》第三十八条", "《居住证暂行条例》第十七条"):
        assert law in text
    assert "2026年11月1日" in text
    box = soup.find("input", id="undertaking")
    assert box.has_attr("required")
    assert not box.has_attr("checked"), "nobody undertakes by leaving a box as it was"


@pytest.mark.one_database
@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_the_text_is_there_in_the_language_of_the_reader(page, link, language):
    page.client.set_cookie("lang", language)
    text = said(page.get(link))
    for texts in [*queries.undertaking().lines, queries.undertaking().law]:
        assert texts[language] in text


@pytest.mark.one_database
def test_every_version_is_whole_in_three_languages():
    for one in queries.undertakings():
        for texts in [*one.lines, one.law]:
            assert set(texts) == {"zh-Hans", "zh-Hant", "en"}
            assert all(texts.values())
    assert [one.version for one in queries.undertakings()] == list(range(1, len(queries.undertakings()) + 1))


@pytest.mark.parametrize("ticked", [None, "", "0", "2", "on"])
def test_without_the_tick_nobody_comes_in_and_nothing_typed_is_lost(page, link, ticked):
    soup = page.post(link, UNTICKED if ticked is None else {**GOOD, "undertaking": ticked})
    assert soup.find(id="undertaking-problem").get_text(strip=True) == SENTENCE
    assert soup.find(id="undertaking")["aria-invalid"] == "true"
    assert soup.find("input", id="login")["value"] == GOOD["login"]
    assert made() is None
    assert not lines()
    page.submit(link, GOOD)


@pytest.mark.one_database
def test_the_tick_stays_while_something_else_is_mended(page, link):
    soup = page.post(link, {**GOOD, "password": "short"})
    assert soup.find("input", id="undertaking").has_attr("checked")
    assert not soup.find(id="undertaking-problem")


@pytest.mark.one_database
def test_a_missing_tick_is_summed_up_with_the_other_problems(page, link):
    soup = page.post(link, {"login": "x", "password": "x"})
    ways = [a["href"] for a in soup.find(id="error-summary").find_all("a")]
    assert ways == ["#login", "#password", "#undertaking"]


@pytest.mark.one_database
@pytest.mark.parametrize("role", INVITERS)
def test_every_role_undertakes(page, link_for, role):
    link = link_for(role)
    page.post(link, UNTICKED)
    page.submit(link, GOOD)
    account = made()
    assert (account.role, account.undertaking_version, account.undertaking_at) == (role, 1, clock.now())
    [line] = lines()
    assert (line.subject_id, line.actor_id, line.unit_id, line.detail) == (
        account.id, account.id, account.unit_id, {"version": 1},
    )  # fmt: skip
    assert "2026年11月21日" in said(page.get("/app/me"))


def test_who_has_not_undertaken_yet_does_so_with_a_new_password(page, again, world):
    link = again()
    soup = page.post(link, {"password": GOOD["password"]})
    assert soup.find(id="undertaking-problem").get_text(strip=True) == SENTENCE
    page.submit(link, GOOD)
    assert db.session.get(Account, world.accounts["leader"]).undertaking_version == 1
    assert [line.detail for line in lines()] == [{"version": 1}]


@pytest.mark.one_database
def test_who_has_undertaken_is_not_asked_again(page, again, world):
    page.submit(again(), GOOD)
    link = again()
    assert not page.get(link).find(id="undertaking")
    page.submit(link, UNTICKED)
    assert len(lines()) == 1


@pytest.mark.one_database
def test_another_text_is_undertaken_anew(page, again, world, noon, newer):
    page.submit(again(), GOOD)
    with clock.frozen(noon + timedelta(days=1)):
        link = again()
        assert "另一句话。" in said(page.get(link))
        page.post(link, GOOD)
        page.submit(link, {**GOOD, "undertaking": "2"})
        assert "2026年11月22日" in said(page.get("/app/me"))
    assert [line.detail["version"] for line in lines()] == [1, 2]


@pytest.mark.one_database
@pytest.mark.parametrize("login", ["leader", "officer", "auditor"])
def test_ones_own_page_says_what_one_has_undertaken(signed_in, world, login):
    pages = signed_in(login)
    assert "保密承诺还没有" in said(pages.get("/app/me"))
    with transaction():
        account = db.session.get(Account, world.accounts[login])
        account.undertaking_version, account.undertaking_at = 1, clock.now()
    text = said(pages.get("/app/me"))
    assert "保密承诺2026年11月21日" in text
    assert "不告诉工作以外的任何人" in text, "it can be read again"


@pytest.mark.one_database
@pytest.mark.parametrize("login", ["officer", "township", "county", "auditor"])
def test_the_office_sees_who_has_undertaken(signed_in, world, login):
    url = f"/app/people/{world.accounts['leader']}"
    pages = signed_in(login)
    assert "保密承诺还没有" in said(pages.get(url))
    with transaction():
        account = db.session.get(Account, world.accounts["leader"])
        account.undertaking_version, account.undertaking_at = 1, clock.now()
    assert "保密承诺2026年11月21日" in said(pages.get(url))
