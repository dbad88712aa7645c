"""The clock takes up what nobody answered: by itself when somebody looks, by the command, and by the resident."""

from datetime import timedelta

import pytest

from tests.support.cases import TOLD, answer, bring, follow, version_of
from tests.support.office import actor, words
from webapp.cases import queries, service
from webapp.cases.models import Case
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.ledger.queries import broken_lines
from webapp.retention import service as retention


def after(days: int):
    return clock.frozen(clock.now() + timedelta(days=days))


def state(brought) -> tuple[str, str, int]:
    db.session.rollback()
    row = queries.case(brought.row["id"])
    return row["state"], row["unit_id"], row["version"]


@pytest.fixture
def asked(world):
    """Return a request for help, due on 1 December."""
    return bring(world, "help")


def test_on_the_day_it_waits_and_after_it_goes_up(app, world, asked):
    for days, n in ((10, 0), (11, 1), (11, 0), (60, 1), (90, 0)):
        with after(days):
            result = app.test_cli_runner().invoke(args=["cases", "escalate"])
            assert result.exit_code == 0 and f"上一级：{n} 件" in result.output, (days, result.output)
    assert state(asked) == ("escalated", world.units["county"], 3), "above the county there is nobody"
    steps = queries.steps_of(asked.row["id"])
    assert [(step["kind"], step["by"]) for step in steps] == [
        ("received", "resident"), ("escalated", "clock"), ("escalated", "clock")
    ]  # fmt: skip
    assert [step["account_id"] for step in steps] == [None] * 3
    assert not list(broken_lines())


@pytest.mark.one_database
def test_who_follows_a_case_sees_it_go_up(page, world, asked):
    with after(11):
        soup = follow(page, asked)
    assert "到期没有答复，自动转到单位331126101" in words(soup)
    assert state(asked) == ("escalated", world.units["township"], 2)


@pytest.mark.one_database
def test_the_office_above_finds_it_in_its_list(signed_in, world, asked):
    with after(11):
        assert "没有待办的" in words(signed_in("officer").get("/app/cases"))
        assert "待办 1 件" in words(signed_in("township").get("/app/cases"))
        assert TOLD in words(signed_in("township").get(f"/app/cases/{asked.row['id']}"))


@pytest.mark.one_database
def test_what_is_overdue_above_says_so_and_where_else_to_go(page, world):
    brought = bring(world, "complaint", about="township")
    with after(60):
        said = words(follow(page, brought))
    assert "已经过了" in said and "没有更高一级" in said and "12345" in said
    assert state(brought)[2] == 1


@pytest.mark.one_database
def test_an_answer_that_nobody_minds_is_closed_after_a_month(app, page, world, asked):
    answer(world, asked, "officer")
    for days, told in ((30, "办结：0 件"), (31, "办结：1 件"), (31, "办结：0 件")):
        with after(days):
            assert told in app.test_cli_runner().invoke(args=["cases", "escalate"]).output
    assert state(asked)[0] == "closed"
    with after(40):
        assert "答复满 30 天没有再提，办结" in words(follow(page, asked))


@pytest.mark.one_database
def test_an_answer_after_going_up_has_its_month_again(app, page, world, asked):
    answer(world, asked, "officer")
    with after(20):
        follow(page, asked, do="escalate", base_version="2")
        answer(world, asked, "township")
    with after(35):
        app.test_cli_runner().invoke(args=["cases", "escalate"])
        assert state(asked)[0] == "answered"


def test_words_end_after_a_year_and_requests_after_three(page, world):
    ended = {kind: bring(world, kind) for kind in ("help", "data", "suggestion")}
    with transaction():
        for kind in ("help", "data"):
            db.session.execute(
                queries.CASE.update().where(Case.id == ended[kind].row["id"]).values(closed_at=clock.now())
            )
    for days, due in ((365, (0, 0)), (366, (1, 0)), (1000, (0, 0)), (1097, (0, 1)), (1097, (0, 0))):
        with after(days), transaction():
            counts = retention.run()
            assert (counts["cases"], counts["requests"]) == due, days
    rows = {kind: queries.case(each.row["id"]) for kind, each in ended.items()}
    assert rows["help"]["sealed"] is None and rows["data"]["secret_hash"] is None
    assert rows["suggestion"]["sealed"], "what is not closed yet stays"
    follow(page, ended["help"], status=422)


@pytest.mark.one_database
def test_what_went_up_by_the_clock_does_not_count_as_in_time(world, asked):
    with after(11), transaction():
        service.escalate_overdue(clock.today())
    with after(12):
        answer(world, asked)
    handled = queries.handled([world.units["community"]], queries.Month.parse("202611"))
    assert handled[world.units["community"]] == queries.Handled(1, 1, 0, 0, 1, None)
    assert version_of(asked) == 3 and actor(world, "township").unit_id == state(asked)[1]
