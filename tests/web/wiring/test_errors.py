"""Whatever goes wrong, there is a sentence and a next step; and nothing leaks."""

from uuid import UUID

from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import text

from tests.builders import World
from tests.support.pages import SAME_ORIGIN
from webapp.core.db import transaction


def test_unknown_addresses_have_a_page(app: Flask) -> None:
    answer = app.test_client().get("/no/such/page")
    assert answer.status_code == 404 and "<h1>" in answer.text
    assert "没有找到这个页面。" in answer.text and "负责范围" not in answer.text, "to residents in their words"


def test_who_is_signed_out_is_shown_the_way_in(app: Flask) -> None:
    answer = app.test_client().get("/app/me")
    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/app/me")


def test_a_form_whose_session_has_ended_is_kept_until_it_can_be_sent_again(app: Flask, world: World) -> None:
    client = app.test_client()
    typed = {"hours": "周一 <8> 点", "phone": "", "place": "街上", "services": "一行\n又一行"}
    url = f"/app/public-page?unit={world.units['community']}"
    answer = client.post(url, data=typed, headers=SAME_ORIGIN)
    soup = BeautifulSoup(answer.text, "html.parser")
    form = soup.find("form", action=url)
    assert answer.status_code == 401 and form is not None
    kept = {box["name"]: box["value"] for box in form.find_all("input")}
    assert kept == typed and soup.find("a", href="/sign-in", target="_blank")
    client.set_cookie("sanshi", world.open_session("officer"))
    assert client.post(url, data=kept, headers=SAME_ORIGIN).status_code == 303
    assert "周一 &lt;8&gt; 点" in client.get(url).text


def test_a_part_of_a_page_whose_session_has_ended_gives_way_to_what_was_typed(app: Flask) -> None:
    headers = {**SAME_ORIGIN, "HX-Request": "true", "HX-Request-Type": "partial"}
    answer = app.test_client().post(
        f"/app/reports/{UUID(int=0)}/202611/return", data={"reason": "少一个"}, headers=headers
    )
    assert answer.status_code == 401 and 'value="少一个"' in answer.text
    assert (answer.headers["HX-Retarget"], answer.headers["HX-Reswap"]) == ("body", "innerHTML")
    nothing = app.test_client().get("/app/review", headers=headers)
    assert "HX-Retarget" not in nothing.headers


def test_what_another_site_sends_or_a_password_is_not_shown_again(app: Flask) -> None:
    client = app.test_client()
    for url, typed, headers in (
        ("/app/public-page", {"hours": "八点"}, {}),
        ("/app/public-page", {}, SAME_ORIGIN),
        ("/app/me/password", {"login": "a", "current": "old-secret", "password": "new-secret"}, SAME_ORIGIN),
    ):
        assert client.post(url, data=typed, headers=headers).status_code == 303


def test_the_address_of_a_refused_form_leads_back_to_its_page_when_it_is_opened_again(app: Flask) -> None:
    client = app.test_client()
    led = {path: client.get(path).location for path in ("/app/calendar/extensions", "/app/me/password", "/sign-out")}
    assert led == {"/app/calendar/extensions": "/app/calendar", "/app/me/password": "/app/me", "/sign-out": "/"}


def test_what_cannot_be_done_at_an_address_is_said_in_the_language_of_the_reader(app: Flask) -> None:
    client = app.test_client()
    client.set_cookie("lang", "en")
    answer = client.post("/about")
    assert answer.status_code == 405 and "<h1>" in answer.text and "Method Not Allowed" not in answer.text
    pulled = client.get("/sync/push")
    assert pulled.status_code == 405 and pulled.get_json()["error"]["code"] == "bad_request"


def test_a_fault_of_ours_has_a_page_without_the_database(app: Flask, world: World) -> None:
    client = app.test_client()
    client.set_cookie("sanshi", world.open_session("leader"))
    with transaction() as session:
        session.execute(text("ALTER TABLE device RENAME TO elsewhere"))
    app.testing, app.config["PROPAGATE_EXCEPTIONS"] = False, False
    answer = client.get("/app/me")
    assert answer.status_code == 500 and "<h1>" in answer.text
    assert "SELECT" not in answer.text and "Traceback" not in answer.text
    pulled = client.get("/sync/pull")
    assert pulled.status_code == 500 and pulled.get_json()["error"]["code"] == "error"


def test_every_answer_carries_the_security_headers(app: Flask) -> None:
    for path in ("/", "/sign-in", "/no/such/page", "/sync/pull", "/healthz"):
        headers = app.test_client().get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"], path
        assert headers["X-Content-Type-Options"] == "nosniff", path
        assert headers["Cache-Control"] == "no-store" or path == "/", "what everybody gets alike may be kept"
