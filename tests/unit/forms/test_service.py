"""Storing and approving forms, moving due days: on both databases, with their lines in the ledger."""

import copy
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.support.vectors import monthly
from webapp.core import clock
from webapp.core.db import db, transaction
from webapp.core.errors import Invalid, NotFound
from webapp.core.period import Month, due
from webapp.forms import queries, service
from webapp.ledger.models import LedgerLine

NOVEMBER = Month(2026, 11)


def definition(**changes):
    """Return the shipped definition with some keys changed, as a file would hold it."""
    return {**copy.deepcopy(dict(monthly().definition)), **changes}


def store(**changes):
    with transaction():
        return service.store_form(definition(**changes))


def actions():
    return list(db.session.scalars(select(LedgerLine.action).order_by(LedgerLine.seq)))


@pytest.mark.usefixtures("app")
class TestForms:
    def test_the_shipped_form_is_stored_once(self):
        for _ in range(2):
            with transaction():
                assert [form.ref for form in service.store_shipped_forms()] == ["monthly@1"]
        assert actions() == ["form.stored"]
        assert queries.form("monthly@1") == monthly()
        assert queries.form_in_force("monthly", NOVEMBER) == monthly()

    def test_a_stored_version_never_changes(self):
        store()
        with pytest.raises(Invalid) as error:
            store(number="另一个表号")
        assert error.value.problem.code == "immutable"
        db.session.expire_all()
        assert queries.form("monthly@1").number == monthly().number

    def test_a_broken_definition_is_not_stored(self):
        with pytest.raises(Invalid):
            store(measures=3)
        with pytest.raises(Invalid):
            store(valid_to="2024-01-01")
        with pytest.raises(NotFound):
            queries.form("monthly@1")

    def test_an_unapproved_form_waits_for_its_approval(self):
        store(approved_on=None)
        with pytest.raises(Invalid) as error:
            queries.form_in_force("monthly", NOVEMBER)
        assert error.value.problem.code == "not_approved"
        assert queries.form("monthly@1").approved_on is None
        with transaction():
            service.approve_form("monthly@1", on=date(2026, 11, 20))
        assert queries.form_in_force("monthly", NOVEMBER).approved_on == date(2026, 11, 20)
        assert queries.form_in_force("monthly", NOVEMBER).definition["approved_on"] == "2026-11-20"
        with transaction():
            service.approve_form("monthly@1", on=date(2026, 11, 21))
        assert queries.form("monthly@1").approved_on == date(2026, 11, 20)
        assert actions() == ["form.stored", "form.approved"]

    def test_an_approval_after_the_end_is_none(self):
        store(approved_on=None)
        with pytest.raises(Invalid), transaction():
            service.approve_form("monthly@1", on=date(2028, 1, 1))

    def test_nothing_is_approved_ahead(self):
        store(approved_on=None)
        with pytest.raises(Invalid) as error, transaction():
            service.approve_form("monthly@1", on=clock.today() + timedelta(days=1))
        assert error.value.problem.code == "future"
        assert queries.form("monthly@1").approved_on is None
        with pytest.raises(Invalid) as error:
            store(version=2, approved_on=(clock.today() + timedelta(days=1)).isoformat())
        assert error.value.problem.code == "future"

    def test_an_expired_form_is_not_sent(self):
        store(valid_to="2026-11-29")
        with pytest.raises(Invalid) as error:
            queries.form_in_force("monthly", NOVEMBER)
        assert error.value.problem.code == "expired"
        assert queries.form("monthly@1")

    def test_the_newest_version_in_force_is_sent(self):
        store()
        store(version=2, number="示例-月2", valid_from="2026-12-01")
        store(version=3, number="示例-月3", approved_on=None)
        assert queries.form_in_force("monthly", NOVEMBER).version == 1
        assert queries.form_in_force("monthly", Month(2026, 12)).version == 2
        assert queries.forms({"monthly@1", "monthly@3", "monthly@4", "weekly@1"}).keys() == {"monthly@1", "monthly@3"}

    @pytest.mark.parametrize("ref", ["monthly", "monthly@", "monthly@01", "monthly@x", "@1", "", "weekly@1"])
    def test_a_name_that_means_nothing_is_not_found(self, ref):
        store()
        with pytest.raises(NotFound):
            queries.form(ref)
        with pytest.raises(NotFound), transaction():
            service.approve_form(ref, on=date(2026, 1, 1))

    def test_no_form_of_a_name_is_not_found(self):
        with pytest.raises(NotFound):
            queries.form_in_force("monthly", NOVEMBER)


class TestDueDays:
    def test_an_exception_is_for_everybody_and_may_be_replaced(self, world):
        for day in (date(2026, 12, 3), date(2026, 12, 2)):
            with transaction():
                service.set_exception(NOVEMBER, day, " 台风 ", actor_id=world.accounts["county"])
        calendar = queries.calendar()
        assert calendar.as_json() == {"exceptions": [{"month": "202611", "due": "2026-12-02", "reason": "台风"}]}
        assert due(NOVEMBER, calendar) == date(2026, 12, 2)
        assert actions()[-2:] == ["due.exception", "due.exception"]

    def test_an_extension_is_for_one_unit(self, world):
        group, other = world.units["group"], world.units["group2"]
        with transaction():
            service.grant_extension(group, NOVEMBER, date(2026, 12, 3), "停电", actor_id=world.accounts["officer"])
        with transaction():
            service.grant_extension(group, NOVEMBER, date(2026, 12, 5), "还没来电")
        assert queries.extensions([group, other], NOVEMBER) == {group: date(2026, 12, 5)}
        assert queries.extensions([group], Month(2026, 10)) == {}
        rows = queries.extensions_of([group, other])
        assert [row["due"] for row in rows] == ["2026-12-03", "2026-12-05"]
        assert rows[0] == {"unit": group, "month": "202611", "due": "2026-12-03", "reason": "停电"}
        assert actions()[-2:] == ["due.extension", "due.extension"]

    def test_time_is_never_taken_away_in_silence(self, world):
        group = world.units["group"]
        with transaction():
            service.grant_extension(group, NOVEMBER, date(2026, 12, 3), "停电")
        for day, reason in ((date(2026, 12, 3), "停电"), (date(2026, 12, 9), " "), (date(2027, 6, 1), "停电")):
            with pytest.raises(Invalid), transaction():
                service.grant_extension(group, NOVEMBER, day, reason)
        with pytest.raises(Invalid), transaction():
            service.set_exception(NOVEMBER, date(2026, 10, 1), "提前收")
        assert queries.extensions([group], NOVEMBER) == {group: date(2026, 12, 3)}
