"""What all apps of a run have alike is made once: each test has an app of its own, and making it outweighed the test.

A server lives for weeks with what it made at its first request, so this is nearer to it than an app that is all new.
"""

import gc
import gettext
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType
from typing import Any, ClassVar

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine

from tests.support.addresses import Addresses
from tests.support.lines import passed_on

STATEMENTS = 5000  # kept for each kind of database; a server needs some hundred, a run asks them all


@contextmanager
def shared() -> Iterator[None]:
    """Let apps share what comes out alike: what is compiled, and statements in SQL.

    What is in memory by now, modules and all tests, stays to the end: it is not looked through for garbage again.
    """
    gc.collect()
    gc.freeze()
    with compiled(), passed_on(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(SQLAlchemy, "_make_engine", put_in_words_once(SQLAlchemy._make_engine))
        yield


@contextmanager
def compiled() -> Iterator[None]:
    """Let apps share addresses, catalogs and templates, compiled."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "url_map_class", Addresses)
        patch.setattr(gettext.GNUTranslations, "_parse", read_once(gettext.GNUTranslations._parse))
        patch.setattr(Flask, "jinja_options", {**Flask.jinja_options, "bytecode_cache": Compiled()})
        yield


def read_once(read: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """Return `read`, which fills a catalog from a file, remembering what is in a file as long as nobody writes it."""
    known: dict[Any, dict[str, Any]] = {}

    def remembered(catalog: Any, file: Any) -> None:
        key = (file.name, os.fstat(file.fileno()).st_ino, os.fstat(file.fileno()).st_mtime_ns)
        if key not in known:
            read(catalog, file)
            known[key] = dict(vars(catalog))
        vars(catalog).update(known[key])

    return remembered


def put_in_words_once(make: Callable[..., Engine]) -> Callable[..., Engine]:
    """Return `make`, whose engines of a kind share the statements that one of them has put into SQL.

    They are kept by the dialect, and one learns what its database can do when it first connects: only then it is lent,
    and the engine's own need not learn it too.
    """
    known: dict[str, Engine] = {}

    def remembered(*given: Any) -> Engine:
        engine = make(*given)
        lender = known.get(engine.dialect.name)
        if lender is None or lender.dialect.server_version_info is None:
            known[engine.dialect.name] = engine
            assert engine._compiled_cache is not None
            engine._compiled_cache.capacity = STATEMENTS
        else:
            engine.dialect.initialize = lambda _connection: None  # type: ignore[method-assign]
            engine.dialect = engine.pool._dialect = lender.dialect
            engine._compiled_cache = lender._compiled_cache
        return engine

    return remembered


class Compiled(BytecodeCache):
    """Templates compiled once for all apps of the run: compiling takes longer than most tests."""

    known: ClassVar[dict[tuple[str, str], CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give `bucket` its code, if its source was compiled before."""
        bucket.code = self.known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of `bucket`."""
        assert bucket.code
        self.known[bucket.key, bucket.checksum] = bucket.code
