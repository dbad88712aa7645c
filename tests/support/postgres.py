"""A PostgreSQL server of our own for one test run: started in a folder of its own, thrown away at the end."""

import os
import pwd
import random
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import psycopg

# What is lost when the machine stops does not matter here, so nothing waits for the disk.
HASTE = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=60")


PORTS = range(15_000, 32_000)  # Linux takes the ports of outgoing connections from 32768 on
WORKERS = 16
_given: set[int] = set()


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on.

    It lies where no outgoing connection begins: a server that is killed must find it free when it comes back, and who
    calls meanwhile must not be connected to itself. None is given twice, nor to another worker of the same run, who
    might take it in between.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % WORKERS
    own = [port for port in PORTS[worker::WORKERS] if port not in _given]
    for port in random.sample(own, 100):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            _given.add(port)
            return port
    raise RuntimeError("no free port")


def binaries() -> Path | None:
    """Return the folder of the newest PostgreSQL server programs, or None when there are none."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    if folders:
        return folders[-1]
    found = shutil.which("pg_ctl")
    return Path(found).parent if found else None


# Ten times quicker than a fresh copy. Rows that the template has (of KEPT) are put in again.
EMPTY = """
SET session_replication_role = replica;
DO $$ DECLARE found record; BEGIN
    FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'
    LOOP EXECUTE format('DELETE FROM %I', found.tablename); END LOOP;
    FOR found IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'
    LOOP EXECUTE format('ALTER SEQUENCE %I RESTART', found.sequencename); END LOOP;
END $$
"""
SCHEMA = """
SELECT string_agg(concat(table_name, column_name, data_type), ',' ORDER BY table_name, column_name)
FROM information_schema.columns WHERE table_schema = 'public'
"""


# What a database has from the start: its master key's fingerprint, a pair for phones, where the ledger ends.
KEPT = ("master_key", "box_key", "ledger_tip")


Row = tuple[Any, ...]


class Postgres:
    """A running server; `url(name)` addresses one of its databases."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="sanshi-pg-"))
        self._known: dict[str, tuple[list[Row], list[tuple[str, Row]]]] = {}
        self._lines: dict[str, psycopg.Connection] = {}
        self._prefix: list[str] = []
        if os.getuid() == 0:  # the server refuses to run as root
            nobody = pwd.getpwnam("nobody")
            os.chown(self.folder, nobody.pw_uid, nobody.pw_gid)
            self._prefix = ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]

    def start(self) -> None:
        """Make an empty cluster and start it. Raises CalledProcessError with the server's words."""
        data = self.folder / "data"
        self._run("initdb", "-D", data, "-U", "sanshi", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = " ".join(["-p", str(self.port), "-k", str(self.folder), *(f"-c {setting}" for setting in HASTE)])
        options += " -c listen_addresses=127.0.0.1"
        self._run("pg_ctl", "-D", data, "-w", "-l", self.folder / "log", "-o", options, "start")

    def stop(self) -> None:
        """Stop the server and remove its folder."""
        for name in list(self._lines):
            self._hang_up(name)
        self._run("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, database: str) -> str:
        """Return the address of `database` for SQLAlchemy."""
        return f"postgresql+psycopg://sanshi@127.0.0.1:{self.port}/{database}"

    def fresh(self, database: str, template: str) -> None:
        """Make `database` what `template` is: empty tables; by deleting where that will do."""
        if not self._is_emptied(database, template):
            self._hang_up(database)
            self.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
            self.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')

    def _is_emptied(self, database: str, template: str) -> bool:
        """Empty `database`; return False when there is none, or it has other tables by now."""
        schema, kept = self._kept(template)
        try:
            connection = self._line(database)
            if connection.execute(SCHEMA).fetchall() != schema:
                return False
            connection.execute(EMPTY)
            for statement, row in kept:
                connection.execute(statement.encode(), row)
        except psycopg.OperationalError:  # there is none, or it is not the one that the line leads to
            return False
        return True

    def _line(self, database: str) -> psycopg.Connection:
        """Return the connection that is kept for emptying: a new one learns all tables anew, ten times as long."""
        if database not in self._lines:
            self._lines[database] = psycopg.connect(self._address(database), autocommit=True)
        return self._lines[database]

    def _hang_up(self, database: str) -> None:
        if database in self._lines:
            self._lines.pop(database).close()

    def _kept(self, template: str) -> tuple[list[Row], list[tuple[str, Row]]]:
        """Return the schema of `template`, and the statements that put in again what it has of KEPT; asked once."""
        if template not in self._known:
            rows = [(name, row) for name in KEPT for row in self.execute(f"SELECT * FROM {name}", on=template)]
            kept = [(f"INSERT INTO {name} VALUES ({', '.join(['%s'] * len(row))})", row) for name, row in rows]
            self._known[template] = self.execute(SCHEMA, on=template), kept
        return self._known[template]

    def _address(self, database: str) -> str:
        return self.url(database).replace("+psycopg", "")

    def execute(self, statement: str, *values: object, on: str = "postgres") -> list[Row]:
        """Run `statement` on the database `on`, outside any transaction; return its rows, if it has any."""
        with psycopg.connect(self._address(on), autocommit=True) as connection:
            cursor = connection.execute(statement.encode(), values or None)
            return cursor.fetchall() if cursor.description else []

    def _run(self, program: str, *arguments: object) -> None:
        command = [*self._prefix, str(self.programs / program), *map(str, arguments)]
        environment = {"HOME": str(self.folder), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
        # pg_ctl leaves a child behind that would hold our pipes open: its words go to a file.
        with (self.folder / "words").open("w+") as words:
            done = subprocess.run(command, env=environment, cwd="/", stdout=words, stderr=words, check=False)
            if done.returncode:
                words.seek(0)
                raise RuntimeError(f"{program} failed:\n{words.read()}")
