"""Making, finding and destroying keys. The master key stays in this process; the database has only what it wraps."""

import os
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from flask import Flask, current_app
from sqlalchemy import bindparam, delete, update

from webapp.core import clock, crypto
from webapp.core.crypto import Unopened, derived, keyed, new_key, unwrap, wrap
from webapp.core.db import Base, db, is_writing, table
from webapp.core.rows import insert_many
from webapp.core.sealed import DERIVED, ROOT_KEY, derived_key
from webapp.keys import queries
from webapp.keys.models import BoxKey, MasterKey, SubjectKey
from webapp.keys.rules import KeyTrouble, fingerprint, read_key
from webapp.ledger.service import vouch_for_lines_so_far

WRAP = "wrap"  # the label under which the key that wraps others is derived from the master key
ROOT = "root"  # the name under which the root is wrapped
FRESH = 30.0  # seconds for which the pairs that were read last are the newest
STRANGE = 2.0  # seconds between two looks for a pair that is not known here

MISSING = (
    "no master key: set SANSHI_MASTER_KEY, or bring the file %s back from its backup; "
    "for a new installation `flask keys make` makes one"
)
UNUSED = "the database knows no master key yet; `flask keys make` tells it"
NO_TABLES = "the database has not the tables of this version yet: run `flask db upgrade`"
WRONG = "the master key %s is not the one that this database was sealed with; bring the right one back"


class Secrets(NamedTuple):
    """What comes of the master key: the key that wraps others, and the root of those for columns and search."""

    wrapping: bytes
    root: bytes


@dataclass
class Keyring:
    """What this process knows: where the master key comes from, and the pairs it has read."""

    given: str | None
    file: Path
    secrets: Secrets | None = None
    boxes: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    private: dict[str, EllipticCurvePrivateKey] = field(default_factory=dict)
    read_at: float = -FRESH


def init_keys(app: Flask, given: str | None, file: Path) -> None:
    """Give `app` its keyring: the master key as `given` (64 digits), or else in `file`. Neither is read yet."""
    ring = Keyring(given, file)
    app.extensions["keyring"] = ring
    app.extensions[ROOT_KEY] = root_key
    app.extensions[DERIVED] = {}


def _ring() -> Keyring:
    ring = current_app.extensions["keyring"]
    assert isinstance(ring, Keyring)
    return ring


def source() -> str:
    """Return where the master key comes from, as a person would say it."""
    return "in SANSHI_MASTER_KEY" if _ring().given else f"in {_ring().file}"


def load() -> bytes | None:
    """Return the master key as it is given, None when none is. Raises KeyTrouble when it is no key."""
    ring = _ring()
    if ring.given:
        return read_key(ring.given, "SANSHI_MASTER_KEY")
    return read_key(ring.file.read_text("ascii", "replace"), str(ring.file)) if ring.file.exists() else None


def secrets() -> Secrets:
    """Return what the master key opens. Raises KeyTrouble when it is missing, or not the one of this database.

    The first writing transaction of a database stores the fingerprint and the root, so that later starts know them.
    """
    ring = _ring()
    if ring.secrets is None:
        key, known = load(), queries.masters()
        if key is None:
            raise KeyTrouble(MISSING % ring.file)
        mark = fingerprint(key)
        if known and mark not in known:
            raise KeyTrouble(WRONG % source())
        wrapping = derived(key, WRAP)
        ring.secrets = Secrets(wrapping, unwrap(wrapping, ROOT, known[mark]) if known else register(key))
        if not known:
            vouch_for_lines_so_far()
    return ring.secrets


def root_key() -> bytes:
    """Return the key from which those for columns, search and hashes come. Raises KeyTrouble as `secrets` does."""
    return secrets().root


def register(key: bytes) -> bytes:
    """Store the fingerprint of `key`, the first of this database, with a new root; return the root."""
    if not is_writing():
        raise KeyTrouble(UNUSED)
    root = new_key()
    _store_root(key, root)
    return root


def _store_root(key: bytes, root: bytes) -> None:
    wrapped = wrap(derived(key, WRAP), ROOT, root)
    insert_many(MasterKey, [{"fingerprint": fingerprint(key), "root": wrapped, "created_at": clock.now()}])


def make_file() -> Path:
    """Make a new master key in its file, readable by the owner only, and return the file.

    Raises KeyTrouble when there is a key already, or the database was sealed with one that is not here.
    """
    if load() is not None:
        raise KeyTrouble(f"there is a master key already, {source()}; it is not replaced")
    if is_known():
        raise KeyTrouble(MISSING % _ring().file)
    return _write_new(_ring().file)


def _write_new(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(new_key().hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return path


def is_known() -> bool:
    """Return whether the database was sealed with some master key, here or not."""
    return bool(queries.masters())


def rewrap(old: Path) -> int:
    """Wrap everything with the master key as it is set now instead of the one in the file `old`; return how many keys.

    Without a key that is set, a new one is made in its file. Raises KeyTrouble when `old` is not what they are
    wrapped with, or both are the same.
    """
    before, known = read_key(old.read_text("ascii", "replace"), str(old)), queries.masters()
    if fingerprint(before) not in known:
        raise KeyTrouble(WRONG % f"in {old}")
    after = load() or read_key(_write_new(_ring().file).read_text("ascii"), source())
    if after == before:
        raise KeyTrouble(f"the master key {source()} and the one in {old} are the same")
    wrappings = derived(before, WRAP), derived(after, WRAP)
    root = unwrap(wrappings[0], ROOT, known[fingerprint(before)])
    db.session.execute(delete(MasterKey))
    _store_root(after, root)
    return 1 + _rewrap_rows(SubjectKey, "subject_id", *wrappings) + _rewrap_rows(BoxKey, "kid", *wrappings)


def _rewrap_rows(model: type[Base], name: str, before: bytes, after: bytes) -> int:
    """Wrap the keys in the rows of `model`, whose names stand in the column `name`; return how many."""
    rows, count = table(model), 0
    change = update(rows).where(rows.c[name] == bindparam("key")).values(wrapped=bindparam("anew"))
    for part in queries.wrapped_in_parts(rows, name):
        anew = [{"key": key, "anew": wrap(after, key, unwrap(before, key, bytes(old)))} for key, old in part]
        db.session.connection().execute(change, anew)
        count += len(anew)
    return count


def are_ready() -> bool:
    """Return whether the database knows its master key and a pair for phones. Raises KeyTrouble for a wrong key."""
    if not queries.has_tables():
        raise KeyTrouble(NO_TABLES)
    if not (queries.masters() and queries.boxes()):
        return False
    secrets()
    return True


def make_ready() -> None:
    """Tell the database its master key and give it the first pair for phones, where they are missing."""
    secrets()
    if not queries.last_box_at():
        add_box()


def add_box() -> str:
    """Store a new pair for phones and return its name; those before stay good."""
    pair, last, now = crypto.new_box(), queries.last_box_at(), clock.now()
    row = {"kid": pair.kid, "public": pair.public, "wrapped": wrap(secrets().wrapping, pair.kid, pair.private)}
    made_at = max(now, last + timedelta(microseconds=1)) if last else now  # the newest, whatever the clock says
    insert_many(BoxKey, [{**row, "created_at": made_at}])
    _ring().read_at = -FRESH
    return pair.kid


def make_keys(subject_ids: Collection[str]) -> dict[str, bytes]:
    """Store a new key for each of `subject_ids` and return them. An id that has one already raises IntegrityError."""
    made = {subject_id: new_key() for subject_id in dict.fromkeys(subject_ids)}
    wrapping = secrets().wrapping
    insert_many(SubjectKey, [{"subject_id": each, "wrapped": wrap(wrapping, each, key)} for each, key in made.items()])
    return made


def keys_of(subject_ids: Collection[str]) -> dict[str, bytes]:
    """Return the keys of `subject_ids`; those that were destroyed, or never made, are missing. One question for all."""
    wrapping = secrets().wrapping
    return {each: unwrap(wrapping, each, wrapped) for each, wrapped in queries.wrapped_keys(subject_ids).items()}


def destroy(subject_ids: Collection[str]) -> None:
    """Forget the keys of `subject_ids` for good: what they sealed is noise from now on, but for older backups."""
    db.session.execute(delete(SubjectKey).where(SubjectKey.subject_id.in_(list(subject_ids))))


def keyed_word(text: str) -> bytes:
    """Return eight bytes that stand for a piece of text in an index nobody can read."""
    return keyed(derived_key("search"), text)[:8]


def keyed_hash(label: str, text: str) -> bytes:
    """Return 32 bytes that stand for `text` among others of the same `label`: equal for equal texts only."""
    return keyed(derived_key(f"hash {label}"), text)


def seal_key() -> dict[str, str]:
    """Return what phones seal their records to: `{"kid", "public"}`, the newest pair's public half in base64url."""
    boxes = _boxes()
    if not boxes:
        raise KeyTrouble(MISSING % _ring().file)
    kid = next(reversed(boxes))
    return {"kid": kid, "public": crypto.to_text(boxes[kid][0])}


def _boxes(at_most: float = FRESH) -> dict[str, tuple[bytes, bytes]]:
    """Return the pairs as read at most so many seconds ago: another process may have added one."""
    ring = _ring()
    if time.monotonic() - ring.read_at > at_most:
        ring.boxes, ring.read_at = queries.boxes(), time.monotonic()
    return ring.boxes


def open_record(record_id: str, record_type: str, envelope: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data that a phone sealed. Raises Unopened when nobody here can open it, or it is not whole."""
    kid = envelope.get("kid")
    if not isinstance(kid, str):
        raise Unopened
    private = _private(kid)
    return crypto.open_record(private, _ring().boxes[kid][0], crypto.record_place(record_id, record_type), envelope)


def _private(kid: str) -> EllipticCurvePrivateKey:
    """Return the private half of the pair `kid`, loaded once per process. Raises Unopened for an unknown one."""
    ring = _ring()
    if kid not in ring.private:
        boxes = _boxes()
        if kid not in boxes:
            boxes = _boxes(STRANGE)
        if kid not in boxes:
            raise Unopened
        ring.private[kid] = crypto.load_private(unwrap(secrets().wrapping, kid, boxes[kid][1]))
    return ring.private[kid]
