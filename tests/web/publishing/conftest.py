"""A draft that tests of publishing begin with."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from webapp.accounts.models import Account
from webapp.core.db import transaction

TEXTS = {
    "title_zh-Hans": "托育补助怎么领", "audience_zh-Hans": "有三岁以下孩子的家庭",
    "summary_zh-Hans": "送托有补助。父母一方申请。到街道办。",
    "body_zh-Hans": "## 怎么办\r\n\r\n每月 [[amount:nursery]]。",
    "issuer": "庆元县卫生健康局", "source_name": "县政府网站", "source_url": "https://www.zjqy.gov.cn/a",
    "valid_from": "2026-01-01", "contact": "0578-6123456",
}  # fmt: skip


@pytest.fixture
def begun(signed_in, world):
    """Return the address of a draft of the community's, written by `officer`."""
    pages = signed_in("officer")
    form = {"title": "托育补助", "kind": "benefit", "topic": "nursery"}
    onward = pages.submit(f"/app/documents?unit={world.units['community']}", form)
    address = onward.removesuffix("/edit")
    pages.submit(f"{address}/edit", {**TEXTS, "revision": "1"})
    return address


@pytest.fixture
def settled(world):
    """Let the county have worked here for years."""
    with transaction() as session:
        session.execute(update(Account).values(created_at=datetime(2020, 1, 1, tzinfo=UTC)))
