"""A county of any size: groups with a leader each, signed in, written straight into the tables in a second."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade

from webapp import create_app
from webapp.accounts.models import Account, Device
from webapp.accounts.rules import token_hash
from webapp.cli_keys import open_keys
from webapp.config import Settings, from_environment
from webapp.core import clock
from webapp.core.db import db, table, transaction
from webapp.core.ids import new_id
from webapp.core.period import Month
from webapp.forms.queries import form
from webapp.forms.service import store_shipped_forms
from webapp.keys.service import make_file
from webapp.orgs.models import Unit

GROUPS, COMMUNITIES = 10, 12  # in a community, in a township
OPENED = clock.now().date() - timedelta(days=3000)
Row = dict[str, Any]


@dataclass(frozen=True)
class Leader:
    """A leader signed in on a phone: the ids of the group and the account, and the secret in the cookie."""

    unit_id: str
    account_id: str
    token: str


def settings_in(folder: Path) -> Settings:
    """Return settings with everything in `folder`, on the embedded database."""
    database, key = f"sqlite:///{folder / 'sanshi.db'}", folder / "keys" / "receipts.pem"
    master = folder / "keys" / "master.key"
    return replace(
        from_environment(), data=folder, database_url=database, receipt_key=key, master_key=None, master_key_file=master
    )


def app_in(folder: Path) -> Flask:
    """Return an app on the data in `folder`."""
    return create_app(settings_in(folder))


def build(folder: Path, groups: int) -> list[Leader]:
    """Make a database in `folder` with so many groups, a signed-in leader each, and the approved form."""
    app = app_in(folder)
    with app.app_context():
        upgrade()
        make_file()
        open_keys()
        units = list(_units(groups))
        leaders = [Leader(unit["id"], new_id(), f"token-{new_id()}") for unit in units if unit["level"] == "group"]
        with transaction() as session:
            store_shipped_forms()
            session.execute(table(Unit).insert(), units)
            accounts = [_account(number, leader) for number, leader in enumerate(leaders)]
            session.execute(table(Account).insert(), accounts)
            session.execute(table(Device).insert(), [_device(leader) for leader in leaders])
        db.session.remove()
        db.engine.dispose()
    return leaders


def _units(groups: int) -> Iterator[Row]:
    county = _unit("county", None, "331126", "庆元县")
    yield county
    township = community = county
    for number in range(groups):
        if number % (GROUPS * COMMUNITIES) == 0:
            index = number // (GROUPS * COMMUNITIES)
            township = _unit("township", county, f"331126{index + 100}", f"第{index + 1}镇")
            yield township
        if number % GROUPS == 0:
            index = number // GROUPS % COMMUNITIES
            community = _unit("community", township, f"{township['code']}{index + 200}", f"第{index + 1}社区")
            yield community
        index = number % GROUPS + 1
        yield _unit("group", community, f"{community['code']}{index:02}", f"第{index}组")


def _unit(level: str, parent: Row | None, code: str, name: str) -> Row:
    key = new_id()
    path = f"{parent['path'] if parent else '/'}{key}/"
    about = {"id": key, "level": level, "code": code, "name": name, "opened": OPENED}
    return {**about, "path": path, "parent_id": parent["id"] if parent else None}


def _account(number: int, leader: Leader) -> Row:
    about = {"id": leader.account_id, "login": f"leader-{number}", "name": f"组长{number}", "role": "leader"}
    return {**about, "unit_id": leader.unit_id, "password_hash": "none", "created_at": clock.now()}


def _device(leader: Leader) -> Row:
    now = clock.now()
    about = {"id": new_id(), "account_id": leader.account_id, "token_hash": token_hash(leader.token), "name": "手机"}
    times = {"created_at": now, "heard_at": now - timedelta(days=1), "expires_at": now + timedelta(days=300)}
    return {**about, **times}


def reports(folder: Path, leaders: Sequence[Leader]) -> list[Row]:
    """Return the first report of each of `leaders` for this month, complete with its opening, as a phone keeps it."""
    with app_in(folder).app_context():
        measures = [measure.code for measure in form("monthly@1").measures]
        db.session.remove()
        db.engine.dispose()
    values = dict.fromkeys(measures, 0) | {"opening_persons": 100, "closing_persons": 100}
    data = {
        "month": str(Month.of(clock.today())),
        "form": "monthly@1",
        "values": values,
        "adjustments": [],
        "nil": False,
    }
    declared = clock.to_local(clock.now()).isoformat(timespec="seconds")
    envelope = {"type": "report", "schema": 1, "base_version": 0, "declared_at": declared}
    return [{"id": new_id(), **envelope, "data": {"unit": leader.unit_id, **data, "nil": False}} for leader in leaders]


HEAD = """\
POST /sync/push HTTP/1.1\r
Host: 127.0.0.1:{port}\r
Connection: keep-alive\r
Content-Length: {length}\r
sec-ch-ua-platform: "Android"\r
User-Agent: Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile\r
sec-ch-ua: "Chromium";v="156", "Not=A?Brand";v="99"\r
Content-Type: application/json\r
Sanshi-Account: {account}\r
sec-ch-ua-mobile: ?1\r
Accept: */*\r
Origin: http://127.0.0.1:{port}\r
Sec-Fetch-Site: same-origin\r
Sec-Fetch-Mode: cors\r
Sec-Fetch-Dest: empty\r
Referer: http://127.0.0.1:{port}/app\r
Accept-Encoding: gzip, deflate, br, zstd\r
Accept-Language: zh-CN,zh;q=0.9\r
Cookie: sanshi={token}\r
\r
"""


def as_requests(port: int, leaders: Sequence[Leader], batches: Sequence[Sequence[Row]]) -> list[bytes]:
    """Return the bytes that Chromium on a phone would send for the records of each of `leaders`, one push each."""
    return [_request(port, leader, batch) for leader, batch in zip(leaders, batches, strict=True)]


def _request(port: int, leader: Leader, batch: Sequence[Row]) -> bytes:
    body = json.dumps({"device": leader.unit_id, "records": list(batch)}, separators=(",", ":")).encode()
    return HEAD.format(port=port, length=len(body), token=leader.token, account=leader.account_id).encode() + body
