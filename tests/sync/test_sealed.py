"""Records sealed to the server's key: opened like any other, or refused each on its own."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.builders import event
from tests.support.phone import Phone
from tests.support.vectors import vectors
from webapp.core import crypto
from webapp.core.canonical import content_hash
from webapp.core.db import db, table, transaction
from webapp.core.rows import insert_many
from webapp.events.queries import event as stored_event
from webapp.keys import service as keys
from webapp.keys.models import BoxKey

Json = dict[str, Any]
VECTORS = vectors("seal")


def refused(result: Json) -> bool:
    """Return whether a result says that its seal could not be opened."""
    return result["outcome"] == "refused" and [each["code"] for each in result["problems"]] == ["sealed"]


def test_a_sealed_record_is_taken_like_a_clear_one(leader: Phone, group: str) -> None:
    sent = event(group, note="二女儿")
    (result,) = leader.push(leader.seal(sent))
    assert result["outcome"] == "created"
    assert result["receipt"]["hash"] == content_hash({name: sent[name] for name in ("id", "type", "data")})
    assert stored_event(sent["id"])["note"] == "二女儿"  # type: ignore[index]
    again = leader.push(leader.seal(sent), sent)  # another envelope, and none: the content counts
    assert [each["outcome"] for each in again] == ["same", "same"]
    assert again[0]["receipt"] == again[1]["receipt"] == result["receipt"]


def test_the_phone_hears_of_the_key_by_pull_and_by_page(leader: Phone, group: str) -> None:
    pulled = leader.pull_page()["me"]["seal_key"]
    assert set(pulled) == {"kid", "public"} and len(crypto.from_text(pulled["public"])) == 65
    page = leader.client.get("/app").text
    assert f'"seal_key": {{"kid": "{pulled["kid"]}", "public": "{pulled["public"]}"}}' in page.replace("&#34;", '"')


def test_rules_speak_about_what_was_inside(leader: Phone, group: str) -> None:
    (result,) = leader.push(leader.seal(event(group, persons=-1)))
    assert [each["field"] for each in result["problems"]] == ["persons"]
    (foreign,) = leader.push(leader.seal(event("0f8fad5b-d9cb-469f-a165-70867728950e")))
    assert foreign["problems"][0]["code"] == "forbidden"


def test_a_bad_envelope_holds_up_nobody(leader: Phone, group: str) -> None:
    sealed = leader.seal(event(group))
    cut = {**sealed["sealed"], "box": sealed["sealed"]["box"][:-8]}
    other = event(group)
    moved = {**leader.seal(event(group)), "id": other["id"]}
    sent = [leader.seal(event(group)), leader.seal(event(group)) | {"sealed": cut}, event(group), moved, sealed]
    results = leader.push(*sent)
    assert [result["outcome"] for result in results] == ["created", "refused", "created", "refused", "created"]
    assert refused(results[1]) and refused(results[3])
    assert all(result["receipt"] is None for result in results if refused(result))


@pytest.mark.parametrize("odd", [None, [], "sealed", 7, {}, {"kid": 7}, {"kid": {}}, {"kid": "x" * 5000}])
def test_what_is_no_envelope_is_refused_too(leader: Phone, group: str, odd: object) -> None:
    sent = leader.seal(event(group))
    bad, good = leader.push({**sent, "sealed": odd}, event(group))
    assert refused(bad) and good["outcome"] == "created"


@pytest.mark.one_database
@pytest.mark.parametrize("missing", ["kid", "key", "iv", "box"])
def test_an_envelope_with_a_part_missing(leader: Phone, group: str, missing: str) -> None:
    sent = leader.seal(event(group))
    for odd in ({}, {missing: None}, {missing: 1}, {missing: ["A"]}, {missing: "三"}):
        kept = {name: value for name, value in sent["sealed"].items() if name != missing}
        assert refused(leader.push({**sent, "sealed": kept | odd})[0])


def test_data_and_seal_at_once_are_not_of_the_shape(leader: Phone, group: str) -> None:
    sent = event(group)
    leader.push_raw({"records": [{**leader.seal(sent), "data": sent["data"]}]}, 400)


@pytest.mark.one_database
@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda case: case["name"])
def test_vectors_that_do_not_open(leader: Phone, case: Json) -> None:
    known = VECTORS["server"]
    private = crypto.from_text(known["private"])
    with transaction():
        wrapped = crypto.wrap(keys.secrets().wrapping, known["kid"], private)
        row = {"kid": known["kid"], "public": crypto.from_text(known["public"]), "wrapped": wrapped}
        insert_many(BoxKey, [{**row, "created_at": db.session.scalars(select(BoxKey.created_at)).one()}])
    about = {"id": case["id"], "type": case["type"], "schema": 1, "declared_at": "2026-11-21T12:00:00+08:00"}
    assert refused(leader.push({**about, "sealed": case["sealed"]})[0])


def test_a_new_pair_is_given_out_and_the_old_one_still_opens(app: Flask, leader: Phone, group: str) -> None:
    old = leader.seal(event(group))
    assert app.test_cli_runner().invoke(args=["keys", "rotate"]).exit_code == 0
    before, leader.seal_key = leader.seal_key, None
    new = leader.seal(event(group))
    assert before and leader.seal_key and before["kid"] != new["sealed"]["kid"] == leader.seal_key["kid"]
    assert [result["outcome"] for result in leader.push(old, new)] == ["created", "created"]


def test_a_pair_of_another_process_is_found(app: Flask, leader: Phone, group: str) -> None:
    leader.push(leader.seal(event(group)))  # this process has read the pairs by now
    pair = crypto.new_box()
    with transaction():
        wrapped = crypto.wrap(keys.secrets().wrapping, pair.kid, pair.private)
        first = db.session.scalars(select(BoxKey.created_at)).one()
        insert_many(BoxKey, [{"kid": pair.kid, "public": pair.public, "wrapped": wrapped, "created_at": first}])
    app.extensions["keyring"].read_at -= keys.STRANGE + 1
    leader.seal_key = {"kid": pair.kid, "public": crypto.to_text(pair.public)}
    assert leader.push(leader.seal(event(group)))[0]["outcome"] == "created"


def test_a_pair_whose_private_half_was_changed_opens_nothing(app: Flask, leader: Phone, group: str) -> None:
    sent = leader.seal(event(group))
    with transaction():
        db.session.execute(update(table(BoxKey)).values(wrapped=b"\x01" + bytes(60)))
    app.extensions["keyring"].read_at = -keys.FRESH
    assert refused(leader.push(sent)[0])
