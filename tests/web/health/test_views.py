"""The addresses for operators."""

import dataclasses

from flask import Flask
from sqlalchemy import text

from tests.builders import World, event
from webapp.core.db import db, transaction


def test_alive_and_ready(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").status_code == 200


def test_not_ready_while_the_tables_are_of_another_version(app: Flask) -> None:
    with transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    assert app.test_client().get("/readyz").status_code == 503


def test_not_ready_without_a_database(app: Flask) -> None:
    with transaction() as session:
        session.execute(text("DROP TABLE alembic_version"))
    assert app.test_client().get("/readyz").status_code == 503


def test_metrics_count_records_for_this_machine_only(app: Flask, world: World, phone) -> None:
    phone("leader").push(event(world.units["group"]))
    answer = app.test_client().get("/metrics")
    assert "sanshi_changes_total 1\n" in answer.text and "sanshi_sessions 1\n" in answer.text
    elsewhere = {"REMOTE_ADDR": "203.0.113.5"}
    assert app.test_client().get("/metrics", environ_base=elsewhere).status_code == 404
    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], metrics_anywhere=True)
    assert app.test_client().get("/metrics", environ_base=elsewhere).status_code == 200
    db.session.rollback()


def test_components_are_shown_in_development_only(app: Flask) -> None:
    assert app.test_client().get("/patterns").status_code == 404
