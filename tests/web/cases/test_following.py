"""A case is followed by number and secret: nobody guesses or lists them, no page tells which of the two is wrong."""

import logging
import time
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from tests.support.cases import TOLD, answer, bring, follow, version_of
from tests.support.office import statements, words
from webapp.cases import queries, rules
from webapp.core import clock
from webapp.core.db import db
from webapp.letterbox import rules as limits


@pytest.fixture
def brought(world):
    """Return a complaint about the community, and its secret."""
    return bring(world)


def wrong(secret: str) -> str:
    """Return a secret with one other letter."""
    return ("A" if secret[0] != "A" else "B") + secret[1:]


def free_number() -> str:
    return next(n for n in map(rules.case_number, ("000000000", "000000001")) if not queries.has_number(n))


@pytest.mark.one_database
def test_who_has_both_sees_offices_and_words_and_no_names_of_staff(page, world, brought):
    answer(world, brought)
    soup = follow(page, brought)
    said = words(soup)
    assert "单位331126101收到" in said and "单位331126101答复 已经去看过，这周办好" in said and TOLD in said
    assert not any(f"人员{n}" in said for n in range(11))
    typed = {"number": rules.spaced_number(brought.row["number"]), "secret": brought.secret.lower()}
    assert "办理进度" in words(page.post("/feedback/follow", typed, status=200))


def test_a_wrong_number_and_a_wrong_secret_cost_and_say_the_same(app, world, brought):
    """The same sentence, the same elements, the same questions to the database: nothing tells which cases there are."""
    found = []
    for number, secret in (
        (brought.row["number"], wrong(brought.secret)), (free_number(), brought.secret), (free_number(), "A" * 28),
        (brought.row["number"], "x" * 5000),
    ):  # fmt: skip
        with statements() as asked:
            response = app.test_client().post("/feedback/follow", data={"number": number, "secret": secret})
        soup = BeautifulSoup(response.text, "html5lib")
        for tag in soup.find_all("input"):
            tag["value"] = ""
        found.append((response.status_code, sorted(response.headers.keys()), str(soup), [each[:80] for each in asked]))
    assert all(one == found[0] for one in found)
    assert found[0][0] == 422 and "对不上" in found[0][2]


@pytest.mark.one_database
def test_a_mistyped_number_is_told_without_asking_whether_it_is_there(app, world, brought):
    number = brought.row["number"]
    typo = number[:-1] + str((int(number[-1]) + 1) % 10)
    response = app.test_client().post("/feedback/follow", data={"number": typo, "secret": brought.secret})
    assert response.status_code == 422 and "有一位不对" in response.text


@pytest.mark.one_database
@pytest.mark.parametrize("number", ["", "  ", "its own", "nobody's"])
def test_what_is_left_empty_is_asked_for(app, world, brought, number):
    """Whether there is such a case is not told, nor looked for."""
    typed = {"its own": brought.row["number"], "nobody's": free_number()}.get(number, number)
    with statements() as asked:
        response = app.test_client().post("/feedback/follow", data={"number": typed, "secret": " "})
    soup = BeautifulSoup(response.text, "html5lib")
    assert response.status_code == 422 and not [each for each in asked if "FROM case_file" in each]
    empty = ["secret"] if typed.strip() else ["number", "secret"]
    assert [tag["id"] for tag in soup.select("p.problem")] == [f"{name}-problem" for name in empty]
    assert {tag.get_text() for tag in soup.select("p.problem")} == {"请填写这一项。"}


@pytest.mark.one_database
def test_trying_ends_after_some_misses_and_not_for_others(app, world, brought, monkeypatch):
    assert limits.MISSES == 30
    monkeypatch.setattr(limits, "MISSES", 4)
    client = app.test_client()
    pair = {"number": brought.row["number"], "secret": brought.secret}
    for n in range(4):
        typed = {**pair, "secret": wrong(brought.secret)} if n % 2 else {"number": "1", "secret": ""}
        assert client.post("/feedback/follow", data=typed).status_code == 422
    shut = client.post("/feedback/follow", data=pair)
    assert (shut.status_code, shut.headers["Retry-After"]) == (429, "900")
    assert TOLD not in shut.text, "not even the right one, or the limit could be told from a hit"
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.post("/feedback/follow", data=pair, environ_overrides=elsewhere).status_code == 200
    with clock.frozen(clock.now() + timedelta(minutes=16)):
        assert client.post("/feedback/follow", data=pair).status_code == 200


@pytest.mark.one_database
def test_looking_at_ones_own_case_is_never_counted(page, world, brought, monkeypatch):
    monkeypatch.setattr(limits, "MISSES", 2)
    for _ in range(5):
        follow(page, brought)


@pytest.mark.one_database
def test_neither_stands_in_an_address_or_a_log(app, page, world, brought, caplog):
    with caplog.at_level(logging.DEBUG):
        soup = follow(page, brought)
        page.client.get(f"/feedback/follow?number={brought.row['number']}&secret={brought.secret}")
    addresses = [tag.get("href") or tag.get("action") or "" for tag in soup.find_all(["a", "form", "link"])]
    assert not any(brought.secret in each or brought.row["number"] in each for each in addresses)
    assert brought.secret not in caplog.text
    response = app.test_client().get(f"/feedback/follow?number={brought.row['number']}&secret={brought.secret}")
    assert TOLD not in response.text and brought.secret not in response.text
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.one_database
def test_numbers_and_secrets_say_nothing_of_each_other(world):
    made = [bring(world, "help", text=f"第 {n} 件") for n in range(12)]
    numbers, secrets = {each.row["number"] for each in made}, {each.secret for each in made}
    assert len(numbers) == len(secrets) == 12
    assert sorted(numbers) != [each.row["number"] for each in made], "not one after the other"
    again = bring(world, "help", text="第 0 件")
    assert again.secret not in secrets, "the same words from another form"


@pytest.mark.one_database
def test_comparing_takes_as_long_for_a_near_miss_as_for_a_far_one(world, brought):
    """Only the hashes are compared, and in constant time; this holds the two far from differing by an order."""

    def seconds(secret: str) -> float:
        start = time.perf_counter()
        queries.case_followed(brought.row["number"], secret)
        return time.perf_counter() - start

    # The best of many single ones, by turns: whatever else the machine does cannot slow all of one kind.
    tries = [(seconds(brought.secret[:-1] + "A"), seconds("Y" * 28)) for _ in range(200)]
    near, far = map(min, zip(*tries, strict=True))
    assert 0.3 < near / far < 3


def test_the_resident_takes_an_answer_one_level_up_and_the_next_office_sees_it(page, signed_in, world, brought):
    answer(world, brought)
    soup = follow(page, brought, do="escalate", base_version="2", words="没有来看过")
    assert "转到上一级了，由单位331126来办" in words(soup) and "没有来看过" in words(soup)
    assert "待办 1 件" in words(signed_in("county").get("/app/cases"))
    assert "没有来看过" in words(signed_in("county").get(f"/app/cases/{brought.row['id']}"))
    assert "没有待办的" in words(signed_in("township").get("/app/cases"))
    answer(world, brought, "county", "县里查过了")
    soup = follow(page, brought)
    assert "没有更高一级" in words(soup) and not soup.find("button", value="escalate")
    follow(page, brought, 409, do="escalate", base_version=version_of(brought))


@pytest.mark.one_database
def test_before_the_day_nothing_goes_up(page, world, brought):
    assert not follow(page, brought).find("button", value="escalate")
    soup = follow(page, brought, 409, do="escalate", base_version="1")
    assert "刚刚有了变化" in words(soup)
    assert queries.case(brought.row["id"])["unit_id"] == world.units["township"]


@pytest.mark.one_database
def test_rating_closes_a_case_once_and_it_may_still_go_up(page, world, brought):
    assert not follow(page, brought).find("button", value="rate")
    answer(world, brought)
    kinds = {name: follow(page, brought).find("button", value=name)["data-kind"] for name in ("rate", "escalate")}
    assert kinds == {"rate": "primary", "escalate": "quiet"}, "one thing to do first"
    assert follow(page, brought, 422, do="rate", base_version="2").find(id="rating-problem")
    assert follow(page, brought, 422, do="rate", base_version="2", rating="6").find(id="rating-problem")
    soup = follow(page, brought, do="rate", base_version="2", rating="2")
    assert "已办结" in words(soup) and "不满意" in words(soup) and not soup.find("button", value="rate")
    row = queries.case(brought.row["id"])
    assert (row["state"], row["rating"], row["closed_at"]) == ("closed", 2, clock.now())
    follow(page, brought, 409, do="rate", base_version="3", rating="5")
    with clock.frozen(clock.now() + timedelta(days=31)):
        assert not follow(page, brought).find("button", value="escalate")
    follow(page, brought, do="escalate", base_version="3")
    row = queries.case(brought.row["id"])
    assert (row["state"], row["rating"], row["closed_at"], row["unit_id"]) == (
        "escalated", None, None, world.units["county"]
    )  # fmt: skip


@pytest.mark.one_database
def test_the_key_may_be_kept_as_a_file(page, world, brought):
    key = {"number": brought.row["number"], "secret": brought.secret, "do": "slip"}
    response = page.client.post("/feedback/follow", data=key)
    assert response.mimetype == "text/plain" and "attachment" in response.headers["Content-Disposition"]
    assert "-".join(rules.groups_of(brought.secret)) in response.text
    assert page.client.post("/feedback/follow", data={**key, "secret": wrong(brought.secret)}).status_code == 422


@pytest.mark.one_database
def test_too_many_words_are_refused_and_kept(page, world, brought):
    answer(world, brought)
    soup = follow(page, brought, 422, do="escalate", base_version="2", words="字" * 1001)
    assert soup.find(id="words-problem") and soup.find("textarea").get_text() == "字" * 1001
    db.session.rollback()
    assert version_of(brought) == 2
