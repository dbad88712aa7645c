"""Making, finding and destroying keys. The master key stays in this process; the database has only what it wraps."""

import logging
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from flask import Flask, current_app
from sqlalchemy import bindparam, delete, update

from webapp.core import clock, crypto, private
from webapp.core.crypto import Unopened, derived, keyed, new_key, unwrap, wrap
from webapp.core.db import Base, db, is_writing, table
from webapp.core.rows import insert_many
from webapp.core.sealed import DERIVED, ROOT_KEY, derived_key
from webapp.keys import queries, rules
from webapp.keys.models import BoxKey, MasterKey, SubjectKey
from webapp.keys.rules import MISSING, KeyTrouble, Secrets, fingerprint, read_key
from webapp.ledger.service import vouch_for_lines_so_far

WRAP = "wrap"  # the label under which the key that wraps others is derived from the master key
ROOT = "root"  # the name under which the root is wrapped
FRESH = 30.0  # seconds for which the pairs that were read last are the newest
STRANGE = 2.0  # seconds between two looks for a pair that is not known here


log = logging.getLogger(__name__)


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
    app.extensions["keyring"] = Keyring(given, file)
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
            raise KeyTrouble(rules.WRONG % source())
        wrapping = derived(key, WRAP)
        root = unwrap(wrapping, ROOT, known[mark]) if known else register(key)
        ring.secrets = Secrets(wrapping, root, mark)
        if not known:
            vouch_for_lines_so_far()
    return ring.secrets


def _wrapping_now() -> bytes:
    """Return the key that wraps others, for who is writing: what was wrapped with an earlier one would be lost.

    Raises KeyTrouble when this process cannot get at the master key that is in use by now.
    """
    if not _notice_change():
        return secrets().wrapping
    try:
        return secrets().wrapping
    except KeyTrouble as trouble:
        raise KeyTrouble(rules.CHANGED % source()) from trouble


def _notice_change() -> bool:
    """Return whether the keys were changed over (`rewrap`) since this process read its own, and let go of those."""
    ring = _ring()
    if ring.secrets is None or ring.secrets.mark in queries.marks():
        return False
    log.warning("the keys were changed over to another master key while this process ran")
    ring.secrets, ring.read_at = None, -FRESH
    return True


def root_key() -> bytes:
    """Return the key from which those for columns, search and hashes come. Raises KeyTrouble as `secrets` does."""
    return secrets().root


def register(key: bytes) -> bytes:
    """Store the fingerprint of `key`, the first of this database, with a new root; return the root.

    Raises KeyTrouble when something is sealed already: with another root all columns would be unreadable, unnoticed.
    """
    if not is_writing():
        raise KeyTrouble(rules.UNUSED)
    if queries.has_subjects():
        raise KeyTrouble(rules.NO_ROOT)
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
    return private.write(path, f"{new_key().hex()}\n".encode())


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
        raise KeyTrouble(rules.WRONG % f"in {old}")
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
        raise KeyTrouble(rules.NO_TABLES)
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
    row = {"kid": pair.kid, "public": pair.public, "wrapped": wrap(_wrapping_now(), pair.kid, pair.private)}
    made_at = max(now, last + timedelta(microseconds=1)) if last else now  # the newest, whatever the clock says
    insert_many(BoxKey, [{**row, "created_at": made_at}])
    _ring().read_at = -FRESH
    return pair.kid


def make_keys(subject_ids: Collection[str]) -> dict[str, bytes]:
    """Store a new key for each of `subject_ids` and return them. An id that has one already raises IntegrityError."""
    made = {subject_id: new_key() for subject_id in dict.fromkeys(subject_ids)}
    wrapping = _wrapping_now()
    insert_many(SubjectKey, [{"subject_id": each, "wrapped": wrap(wrapping, each, key)} for each, key in made.items()])
    return made


def keys_of(subject_ids: Collection[str]) -> dict[str, bytes]:
    """Return the keys of `subject_ids`; those that were destroyed, or never made, are missing. One question for all.

    One that does not open is missing too, and the log says so: it must not hide the others. Whoever writes might take
    it for destroyed, and so gets Unopened instead.
    """
    wrapped = queries.wrapped_keys(subject_ids)
    found = rules.unwrapped(secrets().wrapping, wrapped)
    if len(found) < len(wrapped) and _notice_change():
        found = rules.unwrapped(secrets().wrapping, wrapped)
    if shut := sorted(wrapped.keys() - found.keys()):
        log.error("%s keys do not open with this master key, the first is that of %s", len(shut), shut[0])
        if is_writing():
            raise Unopened
    return found


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
        try:
            number = unwrap(secrets().wrapping, kid, boxes[kid][1])
        except Unopened:
            if not _notice_change():
                raise
            number = unwrap(secrets().wrapping, kid, _boxes()[kid][1])
        ring.private[kid] = crypto.load_private(number)
    return ring.private[kid]
