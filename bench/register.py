"""The register on the server: search, a household's page and a page of pull, with few and with very many households."""

import argparse
import http.client
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from bench.printed import print_table
from tests.support.county import Leader, app_in, build
from tests.support.server import Server
from webapp.accounts.models import Account, Device
from webapp.accounts.queries import actors_of
from webapp.accounts.rules import token_hash
from webapp.core import clock
from webapp.core.db import db, table, transaction
from webapp.core.ids import new_id
from webapp.households.service import HOUSEHOLD
from webapp.intake.rules import Incoming, Push
from webapp.intake.service import apply, prepare
from webapp.orgs.models import Unit

FEW = 1000
EACH = 50  # households of a group
WARM_UP = 10
SURNAMES, GIVEN = "王李张刘陈杨黄赵周吴徐孙马朱胡", "秀英建国小红志强玉兰海燕文静春梅"
SETTINGS = {"SANSHI_WORKERS": "2", "SANSHI_THREADS": "32", "SANSHI_DEMO": "0"}
OFFICER = "token-officer"


class Place(NamedTuple):
    """A county of measurements: its folder, a leader, and one of her households."""

    folder: Path
    leader: Leader
    household_id: str


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the register may be told."""
    parser.add_argument("--households", type=int, default=100_000, help="households of the larger county")
    parser.add_argument("--lookups", type=int, default=40, help="requests for each page")


def run(chosen: argparse.Namespace) -> bool:
    """Measure and print; return True: how long something takes fails nothing."""
    with tempfile.TemporaryDirectory(prefix="sanshi-bench-") as name:
        places = {count: _filled(Path(name) / str(count) / "county", count) for count in (FEW, chosen.households)}
        servers = {count: Server(place.folder, **SETTINGS) for count, place in places.items()}
        try:
            for server in servers.values():
                server.start()
            rows = list(_measured(places, servers, chosen.lookups))
        finally:
            for server in servers.values():
                server.stop()
    print(f"{EACH} households a group, ten groups a community; {chosen.lookups} requests each")
    print_table(("", "households", "median", "p95"), rows)
    return True


def _filled(folder: Path, count: int) -> Place:
    leaders = build(folder, count // EACH)
    with app_in(folder).app_context():
        first = ""
        for number, leader in enumerate(leaders):
            actor = next(iter(actors_of({token_hash(leader.token)}).values()))
            jobs = [prepare(_household(leader.unit_id, number, i), HOUSEHOLD) for i in range(EACH)]
            with transaction():
                results = apply([Push(actor, jobs)], {"household": HOUSEHOLD})[0]
            assert all(result.outcome == "created" for result in results)
            first = first or results[0].id
        _add_officer(leaders[0])
        db.session.remove()
        db.engine.dispose()
    return Place(folder, leaders[0], first)


def _household(unit_id: str, group: int, number: int) -> Incoming:
    address = {
        "building": f"{group % 40 + 1}幢",
        "entrance": f"{number % 3 + 1}单元",
        "door": f"{number // 2 + 1}0{number % 2 + 1}",
    }
    name = SURNAMES[(group + number) % len(SURNAMES)] + GIVEN[number % len(GIVEN)] + GIVEN[group % len(GIVEN)]
    contact = {"name": name, "phone": f"199-0000-{(group * EACH + number) % 10_000:04}"}
    consents = {"contact": {"given": True, "version": 1, "on": clock.today().isoformat()}}
    data = {"unit": unit_id, "kind": "resident", "address": address, "contact": contact, "consents": consents}
    return Incoming(new_id(), "household", 0, clock.now(), data)


def _add_officer(leader: Leader) -> None:
    """Let an officer of the leader's community be signed in with OFFICER."""
    now, account = clock.now(), new_id()
    group = db.session.get(Unit, leader.unit_id)
    assert group
    about = {"id": account, "login": "officer", "name": "专干", "role": "officer", "unit_id": group.parent_id}
    device = {"id": new_id(), "account_id": account, "token_hash": token_hash(OFFICER), "name": "电脑"}
    times = {"created_at": now, "heard_at": now, "expires_at": now.replace(year=now.year + 1)}
    with transaction() as session:
        session.execute(table(Account).insert(), [about | {"password_hash": "none", "created_at": now}])
        session.execute(table(Device).insert(), [device | times])


def _measured(
    places: Mapping[int, Place], servers: Mapping[int, Server], lookups: int
) -> Iterator[tuple[str, int, str, str]]:
    lines = {
        count: http.client.HTTPConnection("127.0.0.1", server.port, timeout=60) for count, server in servers.items()
    }
    for name in ("search by name", "search by initials", "household", "pull of 500"):
        took: dict[int, list[float]] = {count: [] for count in places}
        for _ in range(WARM_UP + lookups):
            for count, place in places.items():
                took[count].append(_asked(lines[count], name, place))
        for count, times in took.items():
            kept = sorted(times[WARM_UP:])
            yield name, count, f"{statistics.median(kept):.1f} ms", f"{kept[int(len(kept) * 0.95)]:.1f} ms"


def _asked(line: http.client.HTTPConnection, name: str, place: Place) -> float:
    """Return how many milliseconds the answer took, as a reader on the same machine sees it."""
    method, path, body, token = {
        "search by name": ("POST", "/app/households", "q=%E7%8E%8B%E7%A7%80", OFFICER),
        "search by initials": ("POST", "/app/households", "q=wxy", OFFICER),
        "household": ("GET", f"/app/households/{place.household_id}", None, OFFICER),
        "pull of 500": ("GET", "/sync/pull", None, place.leader.token),
    }[name]
    headers = {"Cookie": f"sanshi={token}", "Sec-Fetch-Site": "same-origin", "HX-Request": "true"}
    headers |= {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    begun = time.perf_counter()
    line.request(method, path, body=body, headers=headers)
    answer = line.getresponse()
    answer.read()
    assert answer.status == 200, (name, answer.status)
    return (time.perf_counter() - begun) * 1000
