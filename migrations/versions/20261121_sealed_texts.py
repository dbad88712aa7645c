"""Sealed texts: what people type freely is no longer read in the database. And where the ledger ends."""

import json

import sqlalchemy as sa
from alembic import op

from webapp.core import clock
from webapp.core.canonical import canonical
from webapp.core.crypto import derived, new_key, seal_bytes, unseal_bytes, unwrap, wrap
from webapp.keys.rules import KeyTrouble, fingerprint
from webapp.keys.service import MISSING, ROOT, WRAP, load, source
from webapp.ledger.rules import KEY_LABEL, vouched
from webapp.ledger.service import ONLY

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SEALED = sa.LargeBinary()
# (table, columns of its key, column, what it was, what an empty one is; none where there may be no value)
COLUMNS = (
    ("event", ("id",), "note", sa.String(200), None),
    ("report", ("id",), "returned", sa.JSON(), "[]"),
    ("report_version", ("report_id", "version"), "adjustments", sa.JSON(), "[]"),
    ("report_version", ("report_id", "version"), "reason", sa.String(200), None),
    ("report_version", ("report_id", "version"), "return_reasons", sa.JSON(), "[]"),
)
MASTER = sa.table(
    "master_key",
    sa.column("fingerprint", sa.String),
    sa.column("root", sa.LargeBinary),
    sa.column("created_at", sa.DateTime),
)


def upgrade():
    op.create_table(
        "ledger_tip",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_tip")),
    )
    for name, key, column, old, empty in COLUMNS:
        _add(name, SEALED, None if empty is None else "")
        _fill(name, key, column, (old, SEALED), _sealed)


def downgrade():
    for name, key, column, old, empty in reversed(COLUMNS):
        _add(name, old, empty)
        _fill(name, key, column, (SEALED, old), _opened)
    op.drop_table("ledger_tip")


def _add(name, type_, empty):
    # Not as a batch: on SQLite that would drop the table, whose rows others refer to.
    default = None if empty is None else sa.text(f"'{empty}'")
    op.add_column(name, sa.Column("replaced", type_, nullable=empty is None, server_default=default))


def _fill(name, key, column, types, change):
    """Put the column `replaced` in the place of `column`, with what `change` makes of its values."""
    rows = sa.table(name, *map(sa.column, key), sa.column(column, types[0]), sa.column("replaced", types[1]))
    bind, keys = op.get_bind(), [rows.c[part] for part in key]
    update = rows.update().where(*(each == sa.bindparam(f"key_{each.name}") for each in keys))
    update = update.values(replaced=sa.bindparam("value"))
    for row in bind.execute(sa.select(*keys, rows.c[column]).where(rows.c[column].is_not(None))).all():
        place = {f"key_{part}": value for part, value in zip(key, row[:-1], strict=True)}
        bind.execute(update, {**place, "value": change(f"{name}.{column}", row[-1], types[1])})
    op.drop_column(name, column)
    op.execute(f"ALTER TABLE {name} RENAME COLUMN replaced TO {column}")


def _sealed(place, value, _type):
    if not value:
        return None if isinstance(value, str) else b""
    plain = value.encode() if isinstance(value, str) else canonical(value)
    return seal_bytes(_key(), place.encode(), plain)


def _opened(place, value, type_):
    is_json = isinstance(type_, sa.JSON)
    if not value:
        return [] if is_json else None
    text = unseal_bytes(_key(), place.encode(), bytes(value)).decode()
    return json.loads(text) if is_json else text


def _key():
    """Return the key for columns; a database that knows no master key yet is told the one that is set."""
    master = load()
    if master is None:
        raise KeyTrouble(MISSING % source().removeprefix("in "))
    wrapping, bind = derived(master, WRAP), op.get_bind()
    known = bind.execute(sa.select(MASTER.c.root).where(MASTER.c.fingerprint == fingerprint(master))).scalar()
    if known:
        return derived(unwrap(wrapping, ROOT, bytes(known)), "columns")
    root, now = new_key(), clock.now().replace(tzinfo=None)
    row = {"fingerprint": fingerprint(master), "root": wrap(wrapping, ROOT, root), "created_at": now}
    bind.execute(MASTER.insert(), row)
    _vouch(derived(root, KEY_LABEL))
    return derived(root, "columns")


def _vouch(key):
    """Note where the ledger ends, as it is now."""
    last = op.get_bind().execute(sa.text("SELECT seq, hash FROM ledger_line ORDER BY seq DESC LIMIT 1")).first()
    if last:
        tip = sa.table("ledger_tip", *map(sa.column, ("id", "seq", "hash", "code")))
        op.get_bind().execute(tip.insert(), {"id": ONLY, **vouched(last.seq, last.hash, key)._asdict()})
