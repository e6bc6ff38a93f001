"""Shared fixtures: a small real corpus, a real index over it, an application, a server, a browser."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.app import create_app
from rag.content.corpus import load_corpus
from rag.ground.settings import ROOT, Settings
from rag.index.build import bring_up_to_date
from tests.fakes.chat_server import FakeChat, echo
from tests.servers import Postgres, postgres_server

TODAY = dt.date(2026, 11, 24)
REGISTERS = ("operators.yml", "topics.yml", "glossary.yml", "laws.yml")


def copy_corpus(target: Path) -> Path:
    """The registers of the project with the few guidelines of tests/api/guidelines."""
    shutil.copytree(Path(__file__).parent / "api" / "guidelines", target)
    for name in REGISTERS:
        shutil.copy(ROOT / "guidelines" / name, target / name)
    return target


def publish(settings: Settings) -> None:
    """Index the corpus of ``settings``."""
    bring_up_to_date(settings, load_corpus(settings.guidelines))


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings over the small corpus with a published index; read-only for tests."""
    root = tmp_path_factory.mktemp("hegui")
    site = root / "site"
    (site / "live-room" / "genuine-trade").mkdir(parents=True)
    (site / "index.html").write_text("<!doctype html><title>首页</title><h1>首页</h1>", "utf-8")
    (site / "404.html").write_text("<!doctype html><title>没有这一页</title>", "utf-8")
    page = "<!doctype html><title>交易与评价真实</title><p id=faq-1>好评返现</p><script>document.title += '·站'</script>"
    (site / "live-room" / "genuine-trade" / "index.html").write_text(page, "utf-8")
    settings = Settings(
        guidelines=copy_corpus(root / "guidelines"), data=root / "var", site=site, rate_limit=0, today=TODAY, _env_file=None,
    )  # fmt: skip
    publish(settings)
    return settings


def database_in(folder: Path, request: pytest.FixtureRequest) -> str:
    """Address of a new database: a file in ``folder``; a PostgreSQL one if TEST_DATABASE says so."""
    if os.environ.get("TEST_DATABASE") == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        return server.ready()
    return f"sqlite:///{folder / 'app.sqlite3'}"


@pytest.fixture
def configure(request: pytest.FixtureRequest, indexed: Settings, tmp_path: Path) -> Callable[..., Settings]:
    """The indexed settings with some changed and a database of the test's own."""
    database = database_in(tmp_path, request)

    def change(**changes: Any) -> Settings:
        return indexed.model_copy(update={"database_url": database, **changes})

    return change


@pytest.fixture(scope="module")
def standing(
    request: pytest.FixtureRequest, indexed: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    """The indexed settings with a database of the module's own."""
    database = database_in(tmp_path_factory.mktemp("standing"), request)
    return indexed.model_copy(update={"database_url": database})


@pytest.fixture
def client(configure: Callable[..., Settings]) -> Iterator[TestClient]:
    """A client of an application of its own."""
    with TestClient(create_app(configure())) as client:
        yield client


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Run the application on a free port of 127.0.0.1; yields its address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        deadline = time.monotonic() + 60
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            assert time.monotonic() < deadline, "the server did not start in time"
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)
        listener.close()


class ChromaServer:
    """A real Chroma server on a free port of 127.0.0.1."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        command = shutil.which("chroma", path=str(Path(sys.executable).parent))
        assert command is not None, "chromadb installs the command chroma"
        self._process = subprocess.Popen(
            [command, "run", "--host", "127.0.0.1", "--port", str(self.port), "--path", str(folder)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while not self._answers():
            assert time.monotonic() < deadline, "the Chroma server did not start"
            time.sleep(0.1)

    def _answers(self) -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", self.port)) == 0

    def pause(self) -> None:
        """Let it hang: connections are taken and nothing is answered."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Wake it up."""
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """End the server."""
        self.go_on()
        self._process.terminate()
        self._process.wait(20)


@pytest.fixture
def chroma_server(tmp_path: Path) -> Iterator[ChromaServer]:
    """A Chroma server of the test's own."""
    server = ChromaServer(tmp_path / "chroma-server")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server, running as long as the tests."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def chat_server() -> Iterator[FakeChat]:
    """The fake chat server, running as long as the tests."""
    with FakeChat() as chat:
        yield chat


@pytest.fixture
def chat(chat_server: FakeChat) -> FakeChat:
    """The fake with an empty record and a script of good answers."""
    chat_server.requests.clear()
    chat_server.script(echo())
    return chat_server


@pytest.fixture
def server(configure: Callable[..., Settings]) -> Iterator[str]:
    """Address of a running server."""
    with served(create_app(configure())) as address:
        yield address


@pytest.fixture(scope="module")  # playwright keeps an event loop running in the thread while it is open
def browser() -> Iterator[Any]:
    """A Chromium; where there is none the test is skipped, except in CI."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=20_000)  # a busy machine is slow, not wrong

    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        missing = "没有 Chromium：请安装（apt-get install chromium）后再跑浏览器测试"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    # for the certificates that tests make; a service worker needs more than a context's setting
    own = ["--ignore-certificate-errors"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-gpu", *quiet, *own]
        )
        yield chromium
        chromium.close()
