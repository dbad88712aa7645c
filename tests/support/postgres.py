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

# What is lost when the machine stops does not matter here, so nothing waits for the disk. Nobody tidies up behind a
# test's back: where rows lie, and so in which order they come to who asks for none, would hang on when.
HASTE = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off", "max_connections=60")
OFTEN = 100  # times that a database is given its rows again; then it is copied anew, without those that were deleted
TEST = "test"  # the database of the test that runs


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


# What a database looks like; a table or column that is called otherwise by now is another one.
SHAPE = """
SELECT count(*), sum(attrelid::bigint), sum(atttypid::bigint), sum(hashtext(concat(relname, attname))::bigint)
FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace
"""
TABLES = """
SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY tablename
"""
SEQUENCES = "SELECT sequencename, coalesce(last_value, 1), last_value IS NOT NULL FROM pg_sequences ORDER BY 1"
# Ten times quicker than a fresh copy: a function, whose plans are made once for a connection.
RETURN = "CREATE FUNCTION pg_temp.return_to_{}() RETURNS void LANGUAGE plpgsql AS $return$ BEGIN {} END $return$"


Row = tuple[Any, ...]


class Postgres:
    """A running server; `url(name)` addresses one of its databases."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="sanshi-pg-"))
        self._known: dict[str, str] = {}
        self._shapes: dict[str, list[Row]] = {}
        self._times: dict[str, int] = {}
        self._lines: dict[str, psycopg.Connection] = {}
        self._ways: set[tuple[str, str]] = set()
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
        """Make `database` what `template` is: by deleting and putting in again where that will do."""
        if not self._is_returned(database, template):
            self._hang_up(database)
            self.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
            self.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
            self._shapes[database] = self.execute(SHAPE, on=database)
            self._times[database] = 0

    def _is_returned(self, database: str, template: str) -> bool:
        """Give `database` the rows of `template`; return False when there is none, it is worn, or has other tables."""
        self._times[database] = self._times.get(database, 0) + 1
        if self._times[database] > OFTEN:
            return False
        try:
            connection = self._line(database)
            if connection.execute(SHAPE).fetchall() != self._shapes.get(database):
                return False
            if (database, template) not in self._ways:
                connection.execute(RETURN.format(template, self._steps(template)).encode())
                self._ways.add((database, template))
            connection.execute(f"SELECT pg_temp.return_to_{template}()".encode())
        except psycopg.OperationalError:  # there is none, or it is not the one that the line leads to
            return False
        return True

    def _line(self, database: str) -> psycopg.Connection:
        """Return the connection that is kept for returning: a new one learns all tables anew, ten times as long."""
        if database not in self._lines:
            self._lines[database] = psycopg.connect(self._address(database), autocommit=True)
            self._lines[database].execute("SET session_replication_role = replica")  # in any order of tables
        return self._lines[database]

    def _hang_up(self, database: str) -> None:
        self._ways = {way for way in self._ways if way[0] != database}
        if database in self._lines:
            self._lines.pop(database).close()

    def _steps(self, template: str) -> str:
        """Return the statements that empty all tables and put in again what `template` has; asked once."""
        if template not in self._known:
            tables = [name for (name,) in self.execute(TABLES, on=template)]
            steps = [f'DELETE FROM "{name}"' for name in tables]
            steps += [statement for name in tables for statement in self._rows(name, template)]
            steps += [
                f"PERFORM setval('\"{name}\"', {value}, {is_used})"
                for name, value, is_used in self.execute(SEQUENCES, on=template)
            ]
            self._known[template] = "".join(f"{step}; " for step in steps)
        return self._known[template]

    def _rows(self, table: str, template: str) -> list[str]:
        """Return the statement that puts the rows of `table` in again, if it has any."""
        with psycopg.connect(self._address(template), autocommit=True) as connection:
            columns = [column.name for column in connection.execute(f'SELECT * FROM "{table}" LIMIT 0').description]
            texts = ", ".join(f'quote_nullable("{name}"::text)' for name in columns)
            rows = connection.execute(f"SELECT concat_ws(', ', {texts}) FROM \"{table}\"").fetchall()
        return [f'INSERT INTO "{table}" VALUES ' + ", ".join(f"({row})" for (row,) in rows)] if rows else []

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
