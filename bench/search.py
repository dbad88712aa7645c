"""Search on the server: what people type, over few and over very many documents that are in force for one county."""

import argparse
import http.client
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import select

from bench.printed import print_aim, print_table
from bench.processes import used_by
from bench.storm import settings_of
from tests.support.county import Row, app_in, build
from tests.support.server import Server
from tests.support.vectors import vectors
from webapp.core import clock
from webapp.core.db import db, table, transaction
from webapp.core.ids import new_id
from webapp.core.markdown import render
from webapp.inforce.queries import searchable, speaking
from webapp.orgs.models import Unit
from webapp.policies.models import Document, Edition
from webapp.policies.rules import BLANK, PUBLISHED
from webapp.policies.schemas import shipped
from webapp.search.queries import find
from webapp.search.service import index

AIM = 30  # milliseconds
FEW = 100
BODY, SUMMARY = 12, 3  # lines of a text, drawn from those that are shipped
TITLES = ("关于", "调整", "办理", "通知", "2026 年", "指南")
Times = Mapping[str, Sequence[float]]


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the search may be told."""
    parser.add_argument("--documents", type=int, default=10_000, help="documents of the larger county")


def run(chosen: argparse.Namespace) -> bool:
    """Measure and print; return True: how long something takes fails nothing."""
    rows: list[tuple[object, ...]] = []
    median = cpu = 0.0
    with tempfile.TemporaryDirectory(prefix="sanshi-bench-") as name:
        for count in (FEW, chosen.documents):
            folder = Path(name) / str(count) / "county"
            build(folder, 1)
            took = _publish(folder, count)
            size = (folder / "sanshi.db").stat().st_size / 1e6
            pages, cpu = _outside(folder, settings_of(chosen))
            rows += [(what, count, *_figures(found)) for what, found in (("find", _inside(folder)), ("page", pages))]
            rows += [("page, processor", count, f"{cpu:.1f} ms", "", "")]
            rows += [
                ("indexing of one", count, f"{took:.1f} ms", "", ""),
                ("database", count, f"{size:.0f} MB", "", ""),
            ]
            median = statistics.median(pages)
    print(f"{len(_queries())} queries, each once")
    print_table(("", "documents", "median", "p95", "longest"), rows)
    print_aim(f"search over {chosen.documents} documents, page", median, AIM, "ms", f"processor {cpu:.1f} ms")
    return True


def _figures(times: Sequence[float]) -> tuple[str, ...]:
    ordered = sorted(times)
    figures = statistics.median(ordered), ordered[int(len(ordered) * 0.95)], ordered[-1]
    return tuple(f"{figure:.1f} ms" for figure in figures)


def _queries() -> list[str]:
    return [each["query"] for each in vectors("search")["queries"]]


@contextmanager
def _app(folder: Path) -> Iterator[str]:
    """Open an app on the county in `folder`; give the path of the county."""
    with app_in(folder).app_context():
        yield db.session.scalars(select(Unit.path).where(Unit.level == "county")).one()
        db.session.remove()
        db.engine.dispose()


def _publish(folder: Path, count: int) -> float:
    """Publish so many documents of the county; return how many milliseconds the indexing of one took."""
    chance, spent = random.Random(2026), 0.0
    with _app(folder) as path:
        for start in range(0, count, 500):
            made = [_made(chance, number, path.strip("/")) for number in range(start, min(start + 500, count))]
            with transaction() as session:
                session.execute(table(Document).insert(), [document for document, _ in made])
                session.execute(table(Edition).insert(), [edition for _, edition in made])
                begun = time.perf_counter()
                for document, edition in made:
                    _index(document, edition)
                spent += time.perf_counter() - begun
    return spent / count * 1000


def _index(document: Row, edition: Row) -> None:
    words = edition["texts"]["zh-Hans"]
    fields = {name: [words[name]] for name in ("title", "summary", "body")}
    index("edition", edition["id"], {**fields, "keywords": [document["topic"]]}, place=document["topic"])


def _made(chance: random.Random, number: int, unit_id: str) -> tuple[Row, Row]:
    """Return a document and its edition, in words that are shipped: titles of three, and lines of all texts."""
    now, titles, lines = clock.now(), _shipped("title"), _shipped("body")
    document = {"id": new_id(), "topic": f"topic-{number}", "unit_id": unit_id, "kind": "policy", "created_at": now}
    title = "".join((chance.choice(TITLES), chance.choice(titles), str(number)))
    summary, body = ("\n".join(chance.choices(lines, k=count)) for count in (SUMMARY, BODY))
    texts = {"zh-Hans": {"title": title, "summary": summary, "body": body, "audience": ""}}
    blank: Row = {column.name: None for column in table(Edition).columns}
    edition = {
        **blank, **BLANK, "id": new_id(), "document_id": document["id"], "number": 1, "state": PUBLISHED, "revision": 1,
        "texts": texts, "html": {"zh-Hans": render(body)}, "valid_from": clock.today(), "drafted_at": now,
        "published_at": now,
    }  # fmt: skip
    return document, edition


@cache
def _shipped(name: str) -> list[str]:
    every = (words[name] for each in shipped() for words in each.texts.values())
    return sorted({line.strip() for text in every for line in text.splitlines() if len(line) > 3})


def _inside(folder: Path) -> list[float]:
    """Return the milliseconds that finding takes inside a process, without the page."""
    with _app(folder) as path:
        return [_timed(partial(_found, query, path)) for query in _queries()]


def _found(query: str, path: str) -> None:
    speaking(find(query, "edition", among=searchable(path), limit=60).ids, path, clock.today())


def _outside(folder: Path, settings: Mapping[str, str]) -> tuple[list[float], float]:
    """Return the milliseconds of each page as a reader on the same machine sees it, and of the processor for one."""
    server = Server(folder, **settings)
    server.start()
    assert server.process
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        for query in _queries()[:20]:
            _ask(line, query)
        before = used_by(server.process.pid).cpu
        times = [_timed(partial(_ask, line, query)) for query in _queries()]
        return times, (used_by(server.process.pid).cpu - before) / len(times) * 1000
    finally:
        server.stop()


def _ask(line: http.client.HTTPConnection, query: str) -> None:
    line.request("GET", f"/search?q={quote(query)}", headers={"Accept-Encoding": "br"})
    answer = line.getresponse()
    answer.read()
    assert answer.status == 200, (query, answer.status)


def _timed(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000
