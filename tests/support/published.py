"""Published documents with defaults: a test states only what matters to it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from tests.builders import World
from tests.support import office
from tests.support.files import png
from webapp.amounts.service import note
from webapp.core.db import transaction
from webapp.policies import queries, service
from webapp.policies.models import Edition
from webapp.policies.rules import BLANK

WORDS = {
    "title": "托育补助",
    "summary": "三岁以下的孩子有补助。到街道办。带户口簿。",
    "body": "## 怎么办\n\n每个孩子[[amount:nursery]]。到街道办。",
    "audience": "有孩子的家庭",
}
FACTS: Mapping[str, Any] = {
    **BLANK, "issuer": "庆元县卫生健康局", "source_name": "县政府网站", "source_url": "https://www.zjqy.gov.cn/a",
    "reference": "庆卫〔2026〕1号", "valid_from": date(2026, 1, 1), "contact": "县卫生健康局",
}  # fmt: skip


def publish(world: World, topic: str = "nursery", unit: str = "county", **facts: Any) -> Edition:
    """Publish an edition of a unit's document by the steps that offices take; `words` are its texts in Chinese.

    `files` are `(name, content)` that hang on it.
    """
    officer, second = office.actor(world, "officer"), office.actor(world, "township")
    words, files = facts.pop("words", {}), facts.pop("files", ())
    kind = facts.pop("kind", "benefit")
    texts = {"zh-Hans": {**WORDS, **words}, **facts.pop("texts", {})}
    with transaction():
        document = queries.document_of(topic, world.units[unit]) or service.add_document(world.units[unit], topic, kind)
        edition = service.draft(document, officer, {**FACTS, **facts, "texts": texts})
        for name, content in files:
            service.attach(document, edition, name, content, officer)
        service.hand_in(document, edition, edition.revision, officer)
        service.approve(document, edition, edition.revision, second)
        service.publish(document, edition, edition.revision, officer)
    return edition


def take_down(world: World, edition: Edition, topic: str = "nursery", unit: str = "county") -> None:
    """Take a published edition down."""
    document = queries.document_of(topic, world.units[unit])
    assert document
    actor = office.actor(world, "officer")
    with transaction():
        service.take_down(document, edition, "写错了", actor)


def note_amount(scheme: str = "nursery", fen: int = 12_000_00, region: str = "331126", **facts: Any) -> None:
    """Note what a scheme pays; nobody has checked it unless `verified_on` says so."""
    with transaction():
        note(
            {
                "scheme": scheme, "region": region, "amount": fen, "per": "child-year", "valid_from": date(2026, 1, 1),
                "valid_to": None, "reference": "庆政〔2026〕2号", "source_url": "", "verified_by": None,
                "verified_on": None, **facts,
            },
            actor_id=None,
        )  # fmt: skip


def places(world: World) -> dict[str, str]:
    """Return a value for each place in the addresses of policies: a topic with two editions and a file."""
    publish(world, valid_from=date(2025, 1, 1), words={"body": "到街道办。"})
    edition = publish(world, files=[("办法.png", png())])
    [file] = queries.files_of([edition.id])[edition.id]
    return {"topic": "nursery", "edition_id": edition.id, "attachment_id": file.id}
