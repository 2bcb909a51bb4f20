"""A real PostgreSQL server in a temporary folder, reached by a unix socket; one for the whole run of the tests.

Use in a conftest: `from tests.support.postgres import postgres_url` and the fixture gives each test an empty
database of its own.
"""

import atexit
import functools
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, make_url

_START_SECONDS = 60.0
_ACCOUNT = "postgres"


class PostgresServer:
    """One cluster. It ends with the process that started it, also when that one is killed."""

    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries
        self.folder = Path(tempfile.mkdtemp(prefix="bk-postgres-"))
        self._data = self.folder / "data"
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count(1)
        self._templates: dict[Callable[[str], None], str] = {}
        if os.geteuid() == 0:
            account = pwd.getpwnam(_ACCOUNT)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        self._run("initdb", "-D", str(self._data), "-U", _ACCOUNT, "-A", "trust", "-E", "UTF8", "--no-sync")
        self.start()

    def start(self) -> None:
        command = [
            str(self._binaries / "postgres"), "-D", str(self._data), "-k", str(self.folder),
            "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=60",
        ]  # fmt: skip
        with (self.folder / "log").open("ab") as log:
            # INT is PostgreSQL's fast shutdown; it comes as well if this process dies without saying so.
            self._process = subprocess.Popen(
                [*self._as_account(), "--pdeathsig", "INT", *command], stdout=log, stderr=log
            )
        self._wait_until_it_answers()

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT is a fast shutdown, SIGQUIT one without a farewell. The data stay."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=30)
            self._process = None

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name: str) -> str:
        return URL.create(
            "postgresql", username=_ACCOUNT, database=name, query={"host": str(self.folder)}
        ).render_as_string()

    def new_database(self, template: str = "template1", name: str | None = None) -> str:
        """A database like the template (empty by default); its address. Nobody may be connected to the template."""
        name = name or f"test_{next(self._numbers)}"
        self._ask(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def template(self, prepare: Callable[[str], None]) -> str:
        """The name of a database that `prepare` filled; made once for each way to fill it."""
        if prepare not in self._templates:
            url = self.new_database()
            prepare(url)
            self._templates[prepare] = name_of(url)
        return self._templates[prepare]

    def drop_database(self, url: str) -> None:
        self._ask(f'DROP DATABASE "{name_of(url)}" WITH (FORCE)')

    def _ask(self, statement: str) -> None:
        with psycopg.connect(host=str(self.folder), user=_ACCOUNT, dbname=_ACCOUNT, autocommit=True) as connection:
            connection.execute(statement.encode())

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                return self._ask("SELECT 1")
            except psycopg.OperationalError:
                has_ended = self._process is None or self._process.poll() is not None
                if has_ended or time.monotonic() > deadline:
                    pytest.fail(f"PostgreSQL did not start:\n{(self.folder / 'log').read_text()}")
                time.sleep(0.05)

    def _as_account(self) -> list[str]:
        """PostgreSQL refuses to run as root."""
        if os.geteuid() != 0:
            return ["setpriv"]
        return ["setpriv", f"--reuid={_ACCOUNT}", f"--regid={_ACCOUNT}", "--init-groups"]

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [*self._as_account(), str(self._binaries / program), *arguments], check=True, capture_output=True, cwd="/"
        )


def name_of(url: str) -> str:
    """The name of the database in an address."""
    return str(make_url(url).database)


def _binaries() -> Path | None:
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return installed[-1].parent if installed else None


@functools.cache
def shared_server() -> PostgresServer:
    """The server of this run of the tests; skips where PostgreSQL is not installed."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed (package postgresql)")
    server = PostgresServer(binaries)
    atexit.register(server.remove)
    return server


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """The address of an empty database."""
    server = shared_server()
    url = server.new_database()
    yield url
    server.drop_database(url)
