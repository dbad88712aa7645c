"""What a scheme is called is what people read; its code stands beside it for those who write."""

from datetime import date

import pytest

from tests.support.office import words
from tests.support.pages import Pages
from tests.support.published import note_amount, publish
from webapp.amounts.schemas import scheme_names, shipped
from webapp.policies.rules import LANGUAGES


def test_every_shipped_scheme_has_a_name_in_every_language():
    names = scheme_names()
    assert {row["scheme"] for row in shipped()} == set(names)
    for spoken in names.values():
        assert set(spoken) == set(LANGUAGES)


@pytest.mark.parametrize(
    ("language", "name"), [("zh-Hans", "育儿补贴"), ("zh-Hant", "育兒補貼"), ("en", "Childcare subsidy")]
)
def test_staff_read_a_scheme_by_its_name(signed_in, language, name):
    note_amount("childcare", 3_600_00, "")
    pages = signed_in("county")
    pages.client.set_cookie("lang", language)
    soup = pages.get("/app/documents/amounts?scheme=childcare")
    card = soup.find(id="scheme-childcare")
    assert card.find("h2").get_text(strip=True) == name
    assert "childcare" in card.find("code").get_text()
    assert soup.find("option", value="childcare")["label"] == name
    assert soup.find(id="scheme")["value"] == "childcare"


def test_a_scheme_that_a_county_made_up_goes_by_its_code(signed_in):
    note_amount("our-own")
    assert (
        signed_in("county").get("/app/documents/amounts").find(id="scheme-our-own").find("h2").get_text(strip=True)
        == "our-own"
    )


def test_what_changed_says_the_name(signed_in, app, world):
    publish(world, "nursery", "county", words={"body": "每年一次。"}, valid_from=date(2025, 1, 1))
    edition = publish(world, "nursery", "county", words={"body": "每年 [[amount:childcare]]。"})
    review = words(signed_in("county").get(f"/app/documents/{edition.document_id}/2/review"))
    public = words(Pages(app.test_client()).get(f"/policies/nursery/history/{edition.id}"))
    for page in (review, public):
        assert "育儿补贴" in page
        assert "amount:" not in page


def test_the_grounds_of_amounts_tell_them_apart(app, world):
    note_amount("childcare", 3_600_00, "")
    publish(world, "nursery", "county", words={"body": "每年 [[amount:childcare]]。"})
    soup = Pages(app.test_client()).get("/policies/nursery")
    assert "育儿补贴：3,600 元" in soup.find("ul", class_="soft").get_text()
