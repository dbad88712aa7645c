"""The public page of an office: who writes it, what stands on it when it is not written."""

import pytest

from tests.builders import unit_named
from tests.support.office import words
from tests.support.pages import SAME_ORIGIN
from webapp.core.db import db
from webapp.ledger.queries import broken_lines
from webapp.offices.queries import office_at, page_of

PAGE = {
    "hours": "周一到周五 8:30–17:00",
    "phone": "0578-6123456",
    "place": "石龙街 1 号",
    "services": "托育补助\n困难帮助",
}


def test_an_officer_writes_the_page_of_the_community(signed_in, world):
    pages, community = signed_in("officer"), world.units["community"]
    onward = pages.submit(f"/app/public-page?unit={community}", PAGE)
    soup = pages.get(onward)
    assert "改好了" in words(soup)
    assert "0578-6123456" in soup.find(id="office").get_text()
    assert soup.find(id="office").find("a")["href"] == "tel:0578-6123456"
    pages.submit(f"/app/public-page?unit={community}", {**PAGE, "phone": "", "hours": " "})
    db.session.rollback()
    assert page_of(community).texts == {"place": "石龙街 1 号", "services": "托育补助\n困难帮助"}
    assert not list(broken_lines())


def test_without_a_page_of_its_own_the_one_above_speaks(signed_in, world):
    group = unit_named(world, "group").path
    assert office_at(group)[1:] == ("单位331126101201", "331126101201", "单位331126101201", {})
    signed_in("county").submit(f"/app/public-page?unit={world.units['county']}", {"hours": "全天"})
    db.session.rollback()
    assert office_at(group)[1:] == ("单位331126101201", "331126101201", "单位331126", {"hours": "全天"})
    signed_in("officer").submit("/app/public-page", {"hours": "上午"})
    db.session.rollback()
    assert office_at(group)[1:] == ("单位331126101201", "331126101201", "单位331126101201", {"hours": "上午"})
    assert office_at("/nobody/").texts == {}


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("phone", "找小王", "电话只写数字"),
        ("phone", "1" * 31, "太长了"),
        ("hours", "全" * 101, "最多 100 个字"),
        ("services", "x\u2028", "请填写文字"),
        ("services", "事" * 601, "最多 600 个字"),
    ],
)
def test_what_is_wrong_stays_as_it_was_typed(signed_in, world, field, typed, said):
    soup = signed_in("officer").post("/app/public-page", {**PAGE, field: typed})
    assert said in soup.find(id=f"{field}-problem").get_text()
    assert page_of(world.units["community"]) is None


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("login", "unit", "status"),
    [
        ("officer", "other_community", 404),
        ("officer", "township", 404),
        ("officer", "group", 404),
        ("leader", "group", 403),
        ("coordinator", "community", 403),
        ("auditor", "county", 403),
        ("township", "community", 303),
    ],
)
def test_who_may_write_it(signed_in, world, login, unit, status):
    address = f"/app/public-page?unit={world.units[unit]}"
    response = signed_in(login).client.post(address, data=PAGE, headers=SAME_ORIGIN)
    assert response.status_code == status
