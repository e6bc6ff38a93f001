"""Real servers of the tests' own: PostgreSQL (Debian's package), and the service as processes."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx2
import psycopg
import pytest

from api.store.connect import open_database
from rag.ground.settings import PREFIX, ROOT, Settings

PATIENCE = 120.0


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Postgres:
    """A PostgreSQL server on a free port of 127.0.0.1; every test makes databases of its own. What it holds outlives it
    being killed, not the machine."""

    def __init__(self, programs: Path) -> None:
        self.port = free_port()
        self._programs = programs
        self._folder = Path(tempfile.mkdtemp(prefix="hegui-postgres-"))
        self._count = 0
        self._migrated: str | None = None
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(self._folder, "postgres", "postgres")
        self._run("initdb", "-D", str(self._folder / "data"), "-U", "hegui", "-A", "trust", "-E", "UTF8")
        self.start()

    def _run(self, program: str, *arguments: str) -> None:
        other = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        command = [*other, str(self._programs / program), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=self._folder)

    def start(self) -> None:
        """Start it and wait until it answers."""
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self._folder} -c fsync=off"
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-w", "-l", log, "-o", options, "start")

    def stop(self) -> None:
        """Stop it; what it holds stays."""
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-w", "-m", "immediate", "stop")

    def database(self) -> str:
        """The address of a new, empty database."""
        return self._create("template1")

    def ready(self) -> str:
        """The address of a new database with the tables of today: a copy of one that was migrated once."""
        if self._migrated is None:
            address = self.database()
            open_database(address).dispose()
            self._migrated = address.rpartition("/")[2]
        return self._create(self._migrated)

    def _create(self, template: str) -> str:
        self._count += 1
        name = f"test{self._count}"
        with psycopg.connect(f"postgresql://hegui@127.0.0.1:{self.port}/postgres", autocommit=True) as server:
            server.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        return f"postgresql://hegui@127.0.0.1:{self.port}/{name}"

    def remove(self) -> None:
        """Stop it and remove its data."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)


@contextmanager
def postgres_server() -> Iterator[Postgres]:
    """A running server; where PostgreSQL is not installed the test is skipped, except in CI."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs:
        missing = "没有 PostgreSQL：请安装（apt-get install postgresql）后再跑"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    server = Postgres(programs[-1])
    yield server
    server.remove()


def environment(settings: Settings) -> dict[str, str]:
    """The environment of a process that has these settings, as far as they differ from the defaults."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    ours = settings.model_dump(mode="json", exclude_defaults=True, exclude={"llm_options"})
    return {**kept, **{f"{PREFIX}{name.upper()}": str(value) for name, value in ours.items()}}


class Process:
    """``hegui …`` as a process of its own; what it writes goes to ``log``."""

    def __init__(self, settings: Settings, log: Path, *arguments: str, more: Mapping[str, str] = {}) -> None:
        self.log = log
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-c", "from rag.cli import main; main()", *arguments],
                env={**environment(settings), **more}, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def kill(self, signal: int) -> None:
        """Send it a signal and wait for its end."""
        self._process.send_signal(signal)
        self._process.wait(60)

    def end(self) -> str:
        """Ask it to end, wait for it, and give what it wrote."""
        self._process.terminate()
        self._process.wait(60)
        return self.log.read_text("utf-8")

    def finished(self) -> int:
        """Wait until it ends by itself: its exit code."""
        return self._process.wait(PATIENCE)

    def wait_for(self, http: httpx2.Client) -> None:
        """Until it answers."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                if http.get("/healthz").status_code == 200:
                    return
            except httpx2.TransportError:
                pass
            assert self._process.poll() is None, self.log.read_text("utf-8")
            assert time.monotonic() < deadline, self.log.read_text("utf-8")
            time.sleep(0.2)


@contextmanager
def serving(settings: Settings, log: Path, *arguments: str) -> Iterator[httpx2.Client]:
    """``hegui serve`` on a free port; gives a client, which starts without a cookie."""
    port = str(free_port())
    process = Process(settings, log, "serve", "--no-build", "--port", port, *arguments)
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as http:
            process.wait_for(http)
            yield http
    finally:
        process.end()
