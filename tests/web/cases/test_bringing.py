"""A case is brought without an account; robots fail, nothing typed is lost, nothing lies open in the tables."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import func, select, text

from tests.support.cases import TOLD, bring, hidden, write
from tests.support.office import words
from tests.support.pages import SAME_ORIGIN
from tests.support.published import publish
from webapp.cases import queries, rules, service
from webapp.cases.models import Case, CaseStep
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.core.stamps import TRAP
from webapp.keys.service import keys_of
from webapp.ledger.models import LedgerLine
from webapp.ledger.queries import broken_lines
from webapp.letterbox import rules as limits

CONTACT = "刘婶 13800003333"


def key_on(soup) -> tuple[str, str]:
    """Return number and secret as a page shows them, without gaps."""
    number = soup.find(class_="code-big").get_text().replace(" ", "")
    return number, "".join(soup.find(class_="secret").get_text().split())


def count(model) -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def test_a_complaint_is_taken_and_shows_its_key(page, world):
    soup = write(page, about="community", named="王主任", contact=CONTACT)
    number, secret = key_on(soup)
    assert rules.is_number(number) and len(secret) == 28 and set(secret) <= set(rules.ALPHABET)
    row = queries.case_followed(number, secret)
    assert (row["unit_id"], row["named_id"]) == (world.units["township"], world.units["community"])
    assert (row["place_id"], row["due"].isoformat()) == (world.units["community"], "2026-12-11")
    told = queries.opened(row, queries.steps_of(row["id"]))
    assert told.content == {"text": TOLD, "named": "王主任", "contact": CONTACT}
    assert "单位331126101" in words(soup) and "2026年12月11日" in words(soup)
    line = db.session.scalars(select(LedgerLine).where(LedgerLine.subject_id == row["id"])).one()
    assert (line.action, line.actor_id, line.detail) == ("case.received", None, {"kind": "complaint"})


@pytest.mark.parametrize(
    ("kind", "given", "unit", "due"),
    [
        ("data", {"about": "deletion"}, "community", "2026-12-21"),
        ("help", {}, "community", "2026-12-01"),
        ("help", {"unit": "33112610120101"}, "community", "2026-12-01"),
        ("suggestion", {}, "county", "2026-12-11"),
        ("complaint", {"about": "township"}, "county", "2026-12-11"),
        ("complaint", {"about": "leader"}, "community", "2026-12-11"),
        ("complaint", {"about": "unsure"}, "township", "2026-12-11"),
    ],
)
@pytest.mark.one_database
def test_each_kind_goes_where_it_belongs(page, world, kind, given, unit, due):
    row = queries.case_followed(*key_on(write(page, kind, **given)))
    assert (row["unit_id"], row["due"].isoformat()) == (world.units[unit], due)


def test_nothing_that_was_said_and_no_secret_lies_open_in_the_tables(page, world):
    number, secret = key_on(write(page, about="community", named="王主任", contact=CONTACT))
    follow_up = {"number": number, "secret": secret}
    page.post("/feedback/follow", follow_up, status=200)
    db.session.rollback()
    for table in ("case_file", "case_step", "ledger_line", "failed_sign_in", "subject_key", "change"):
        for row in db.session.execute(text(f"SELECT * FROM {table}")):
            stored = " ".join(bytes(x).decode("latin-1") if isinstance(x, bytes | memoryview) else str(x) for x in row)
            for said in (TOLD, "王主任", "刘婶", "13800003333", secret):
                assert said not in stored and said.encode().decode("latin-1") not in stored, table
    assert not db.session.execute(text("SELECT 1 FROM change WHERE type = 'case'")).first(), "no phone hears of cases"


def test_the_same_form_sent_twice_is_one_case_with_the_same_key(page, world):
    shown = page.get("/feedback/new?kind=help&at=331126101201")
    typed = {**hidden(shown, "/feedback/new"), "unit": "331126101201", "text": TOLD}
    with clock.frozen(clock.now() + timedelta(seconds=9)):
        first, again = (key_on(page.post("/feedback/new", typed, status=200)) for _ in range(2))
        other = key_on(page.post("/feedback/new", {**typed, "text": "另一件事"}, status=200))
    assert first == again and other != first
    assert count(Case) == count(CaseStep) == 2


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("kind", "given", "field"),
    [
        ("help", {"text": " "}, "text"),
        ("help", {"text": "字" * 2001}, "text"),
        ("help", {"unit": ""}, "unit"),
        ("help", {"unit": "9" * 12}, "unit"),
        ("help", {"unit": "' OR 1"}, "unit"),
        ("help", {"contact": "字" * 101}, "contact"),
        ("complaint", {"about": ""}, "about"),
        ("complaint", {"about": "access"}, "about"),
        ("complaint", {"about": "community", "unit": "331126101"}, "unit"),
        ("complaint", {"about": "county"}, "about"),
        ("complaint", {"about": "unsure", "unit": "331126"}, "unit"),
        ("complaint", {"about": "community", "named": "字" * 61}, "named"),
        ("data", {}, "about"),
    ],
)
def test_bad_input_is_told_at_its_field_and_nothing_typed_is_lost(page, world, kind, given, field):
    soup = write(page, kind, status=422, **{"contact": CONTACT, **given})
    problem = soup.find(id=f"{field}-problem")
    assert problem and len(problem.get_text(strip=True)) > 4
    assert soup.find(id="contact")["value"] == given.get("contact", CONTACT)
    assert soup.find("textarea").get_text().strip() == given.get("text", TOLD).strip()
    assert count(Case) == 0


@pytest.mark.one_database
def test_what_is_wrong_is_listed_in_the_order_of_the_fields(page, world):
    """Each line leads to its field, from the first to the last."""
    wrong = {"unit": "", "named": "字" * 61, "text": " ", "contact": "字" * 101}
    soup = write(page, status=422, **wrong)
    links = [a["href"][1:] for a in soup.select("#error-summary a")]
    assert links == [tag["id"] for tag in soup.select("form [id]") if tag["id"] in {"about", *wrong}]
    assert len(links) == 5
    said = {a["href"][1:]: a.get_text() for a in soup.select("#error-summary a")}
    assert said["text"] == "什么事 请写下是什么事。" and said["about"] == "对谁不满意 请选一项。"
    assert "（15 个工作日内答复）" in words(soup) and "答复（" not in words(soup)


@pytest.mark.one_database
def test_a_policy_that_one_came_from_is_named_in_what_one_writes(page, world):
    publish(world)
    way = page.get("/policies/nursery?at=331126101201").find("a", string="说一说、投诉")["href"]
    for name in ("^要人帮忙办事", "^投诉、求助和建议", "^要人帮忙办事"):
        soup = page.get(way)
        way = next(a["href"] for a in soup.main.find_all("a") if re.match(name, a.get_text(" ", strip=True)))
    soup = page.get(way)
    opening = soup.find("textarea").get_text().strip()
    assert opening == "关于“托育补助”："
    action = soup.find("form", class_="card")["action"]
    typed = {**hidden(soup, "/feedback/new"), "unit": "331126101201"}
    with clock.frozen(clock.now() + timedelta(seconds=20)):
        soup = page.post(action, {**typed, "text": opening})
        assert soup.find(id="text-problem"), "that one came from there says nothing yet"
        assert soup.find("textarea").get_text().strip() == opening
        assert soup.find("form", class_="card")["action"] == action
        soup = page.post(action, {**typed, "text": f"{opening}窗口不收。"}, status=200)
    row = queries.case_followed(*key_on(soup))
    assert queries.opened(row, []).content["text"] == "关于“托育补助”：窗口不收。"


@pytest.mark.one_database
def test_a_policy_that_is_none_is_nothing_to_write_about(page, world):
    for about in ("nothing", "leader", "%00", "x' OR 1=1"):
        assert not page.get(f"/feedback/new?kind=complaint&about={quote(about)}").find("textarea").get_text().strip()


@pytest.mark.one_database
def test_robots_fail_and_people_press_again(page, world):
    shown = page.get("/feedback/new?kind=help&at=331126101201")
    typed = {**hidden(shown, "/feedback/new"), "unit": "331126101201", "text": TOLD}
    assert "按得太快了" in words(page.post("/feedback/new", typed))
    with clock.frozen(clock.now() + timedelta(seconds=9)):
        assert "没有发出去" in words(page.post("/feedback/new", {**typed, TRAP: "spam"}))
        forged = {**typed, "stamp": "1700000000." + "a" * 32}
        soup = page.post("/feedback/new", forged)
        assert "放得太久了" in words(soup)
        assert "放得太久了" in words(page.post("/feedback/new", {**typed, "nonce": "another"})), (
            "a stamp is for one form"
        )
        assert "放得太久了" in words(page.post("/feedback/new", {"kind": "help", "unit": "331126101201", "text": TOLD}))
        fresh = hidden(soup, "/feedback/new")
    with clock.frozen(clock.now() + timedelta(seconds=30)):
        page.post("/feedback/new", {**typed, **fresh}, status=200)
    with clock.frozen(clock.now() + timedelta(days=3)):
        assert "放得太久了" in words(page.post("/feedback/new", {**typed, "text": "x"}))
    assert count(Case) == 1


@pytest.mark.one_database
def test_one_address_and_all_together_send_only_so_much(app, page, world, monkeypatch):
    assert (limits.SENT_PER_ADDRESS, limits.SENT_IN_ALL) == (30, 600)
    monkeypatch.setattr(limits, "SENT_PER_ADDRESS", 3)
    monkeypatch.setattr(limits, "SENT_IN_ALL", 5)
    monkeypatch.setattr(limits, "KEPT_FOR_NEW", 0)
    for n in range(3):
        write(page, "help", text=f"第 {n} 件")
    soup = write(page, "help", status=429)
    assert soup.find("textarea").get_text().strip() == TOLD, "nothing typed is lost"
    elsewhere = {"environ_overrides": {"REMOTE_ADDR": "192.0.2.9"}}
    shown = page.get("/feedback/new?kind=help&at=331126101201", **elsewhere)
    typed = {**hidden(shown, "/feedback/new"), "unit": "331126101201"}
    with clock.frozen(clock.now() + timedelta(seconds=9)):
        for n in range(2):
            page.post("/feedback/new", {**typed, "text": f"从别处 {n}"}, status=200, **elsewhere)
        page.post("/feedback/new", {**typed, "text": "太多了"}, status=429, **elsewhere)
    with clock.frozen(clock.now() + timedelta(hours=2)):
        page.post("/feedback/new", {**typed, "text": "一小时以后"}, status=200, **elsewhere)


def sent_from(page, address: str, status: int = 200):
    """Send a new form from `address`; return the page that answers."""
    elsewhere = {"environ_overrides": {"REMOTE_ADDR": address}}
    shown = page.get("/feedback/new?kind=help&at=331126101201", **elsewhere)
    typed = {**hidden(shown, "/feedback/new"), "unit": "331126101201", "text": TOLD, "contact": CONTACT}
    with clock.frozen(clock.now() + timedelta(seconds=9)):
        return page.post("/feedback/new?at=331126101201", typed, status=status, **elsewhere)


@pytest.mark.one_database
def test_one_subscriber_cannot_shut_the_door_for_the_others(page, world, monkeypatch, caplog):
    """Of IPv6 a /56 is one sender, and a /48 has sent when any of it has; a part is for who has sent nothing today."""
    monkeypatch.setattr(limits, "SENT_PER_ADDRESS", 3)
    monkeypatch.setattr(limits, "SENT_IN_ALL", 6)
    monkeypatch.setattr(limits, "KEPT_FOR_NEW", 2)
    for n in range(3):
        sent_from(page, f"2001:db8:1:20{n}::1")
    sent_from(page, "2001:db8:1:2ff::1", 429)
    sent_from(page, "2001:db8:1:300::1")  # another /56 of the same /48
    caplog.clear()
    soup = sent_from(page, "2001:db8:1:400::1", 429)
    assert soup.find("textarea").get_text().strip() == TOLD and soup.find(id="contact")["value"] == CONTACT
    assert soup.find("option", selected=True)["value"] == "331126101201"
    told = soup.find(id="error-summary").get_text()
    assert "12345" in told and "当面" in told
    sent_from(page, "192.0.2.1")
    sent_from(page, "192.0.2.1", 429)  # has sent now
    sent_from(page, "192.0.2.2")
    sent_from(page, "192.0.2.3", 429)
    logged = [record.getMessage() for record in caplog.records if record.name == "webapp.letterbox.service"]
    assert len(logged) == 3 and not any("2001" in line or "192.0" in line for line in logged)
    assert count(Case) == 6


@pytest.mark.one_database
def test_where_a_complaint_about_nobody_in_particular_goes_is_said_at_the_choice(page, world):
    hint = page.get("/feedback/new?kind=complaint").find(id="about-hint").get_text()
    assert "说不准" in hint and "上一级" in hint and "12345" in hint and "12388" in hint
    said = write(page, about="unsure", unit="331126", status=422).find(id="unit-problem").get_text()
    assert "乡镇" in said and "12345" in said and "12388" in said


@pytest.mark.one_database
def test_the_place_is_kept_in_links_and_groups_are_offered_for_help_only(page, world):
    soup = page.get("/feedback?at=331126101201")
    links = [a["href"] for a in soup.main.find_all("a") if a["href"].startswith("/feedback")]
    assert links and all("at=331126101201" in href for href in links)
    options = {option["value"] for option in page.get("/feedback/new?kind=help&at=331126101201").find_all("option")}
    assert {"33112610120101", "33112610120102", "331126101201", "331126101", "331126"} <= options
    assert "331126102201" not in options
    options = {option["value"] for option in page.get("/feedback/new?kind=complaint").find_all("option")}
    assert "331126102201" in options and "33112610120101" not in options
    assert page.get("/feedback/new?kind=suggestion").find("option", selected=True)["value"] == "331126"
    assert page.client.get("/feedback/new?kind=x").headers["Location"] == "/feedback"
    everywhere = [choices.heading for choices in queries.places_to_choose("/", with_groups=True)]
    assert everywhere == ["单位331126", "单位331126101", "单位331126102"]


@pytest.mark.one_database
def test_when_holidays_are_not_arranged_yet_the_page_says_so(page, world):
    assert "还没有公布" not in words(page.get("/feedback/new?kind=complaint"))
    with clock.frozen(clock.now() + timedelta(days=30)):
        assert "还没有公布" in words(page.get("/feedback/new?kind=complaint"))


@pytest.mark.one_database
def test_a_complaint_that_cannot_be_sealed_is_not_kept(world, monkeypatch):
    """All or nothing: no row without its words, no words without their row."""
    monkeypatch.setattr(service, "record", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        bring(world)
    assert count(Case) == count(CaseStep) == 0


@pytest.mark.one_database
def test_another_site_cannot_send_the_form(page, world):
    headers = {**SAME_ORIGIN, "Sec-Fetch-Site": "cross-site"}
    assert page.client.post("/feedback/new", data={"kind": "help"}, headers=headers).status_code == 403


def test_what_was_kept_long_enough_cannot_be_read_again(page, world):
    brought, request = bring(world, "help", contact=CONTACT), bring(world, "data")
    with transaction():
        service.erase([brought.row["id"]])
    row = queries.case(brought.row["id"])
    assert row["sealed"] is None and row["secret_hash"] is None and keys_of([row["id"]]) == {}
    assert queries.case_followed(row["number"], brought.secret) is None
    assert queries.case_followed(request.row["number"], request.secret)
    assert not list(broken_lines())
    assert re.fullmatch(r"\d{10}", row["number"])
