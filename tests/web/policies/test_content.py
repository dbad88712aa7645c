"""What is shipped is published once, and found by place and day."""

import json
from datetime import date
from pathlib import Path

import pytest

from webapp.amounts import schemas as amounts
from webapp.core.db import transaction
from webapp.inforce import queries as inforce
from webapp.orgs import queries as orgs
from webapp.policies import schemas, service
from webapp.policies.service import load_shipped

FACTS = {
    "kind": "benefit", "valid_from": "2025-01-01", "reference": "国办发〔2025〕1号", "issuer": "国务院办公厅",
    "source": {"name": "中国政府网", "url": "https://www.gov.cn/"}, "verified_on": "2026-11-20", "needs_local": True,
    "audience": {"zh-Hans": "有三岁以下孩子的家庭"},
}  # fmt: skip
TEXT = "# 育儿补贴\n\n> 第一句。\n> 第二句。\n\n## 多少\n\n每孩每年 [[amount:childcare]]。\n"


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "childcare"
    folder.mkdir()
    (folder / "1.json").write_text(json.dumps(FACTS), "utf-8")
    (folder / "1.zh-Hans.md").write_text(TEXT, "utf-8")
    monkeypatch.setattr(service, "shipped", lambda: schemas.shipped(tmp_path))
    return tmp_path


def test_what_is_shipped_is_published_once(world, content):
    county = world.units["county"]
    with transaction():
        assert load_shipped(county) == 1
        assert load_shipped(county) == 0
    path = orgs.unit(world.units["group"]).path
    [found] = inforce.shown_at(path, date(2026, 11, 21))
    assert (found.topic, found.owner.level, found.state, found.number) == ("childcare", "county", "in_force", 1)
    words = found.text("en")
    assert words.is_fallback
    assert words.title == "育儿补贴"
    assert words.summary == "第一句。\n第二句。"
    assert "<h2>多少</h2>" in words.html
    assert inforce.shown("childcare", path, date(2020, 5, 1)) is None


@pytest.mark.one_database
def test_the_command_publishes_what_is_shipped_and_again_changes_nothing(app, world):
    run = app.test_cli_runner().invoke
    first = run(args=["policies", "load", "--unit", "331126"])
    assert first.exit_code == 0, first.output
    assert first.output.strip() == f"{len(schemas.shipped())} editions, {len(amounts.shipped())} amounts"
    assert run(args=["policies", "load", "--unit", "331126"]).output.strip() == "0 editions, 0 amounts"
    path = orgs.unit(world.units["group"]).path
    then = {each.topic for each in inforce.shown_at(path, date(2020, 5, 1))}
    assert {each.topic for each in inforce.shown_at(path, date(2026, 11, 21))} - then
    for each in inforce.shown_at(path, date(2026, 11, 21)):
        for language in ("zh-Hans", "zh-Hant", "en"):
            assert not each.text(language).is_fallback, each.topic
            assert all(piece.amount for piece in inforce.body(each, language, path, date(2026, 11, 21)) if piece.scheme)
