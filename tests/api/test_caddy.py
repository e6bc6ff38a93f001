"""Behind Debian's Caddy with the delivered example: below a path without TLS, and by its public name with a certificate of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx2
import pytest

from api.app import create_app
from rag.ground.settings import ROOT, Settings
from tests.api import by_name
from tests.api.problems import assert_problem
from tests.conftest import served
from tests.fakes.chat_server import FakeChat, Handler, Request, echo
from tests.servers import free_port

EXAMPLE = ROOT / "deploy" / "Caddyfile"
CHANGED = "example.gov.cn {"


@pytest.fixture(scope="module")
def caddy() -> str:
    """The program; where there is none the test is skipped, except in CI."""
    path = shutil.which("caddy")
    if path is None:
        missing = "没有 Caddy：请安装（apt-get install caddy）后再跑"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    return path


@contextmanager
def running(caddy: str, folder: Path, options: str, changes: dict[str, str]) -> Iterator[Callable[[], None]]:
    """Caddy with the example, ``changes`` made in it; gives what says whether it still runs, with its log if not."""
    text = EXAMPLE.read_text("utf-8")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    (folder / "Caddyfile").write_text(f"{{\n\tadmin off\n{options}}}\n{text}", "utf-8")
    command = [caddy, "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]
    home = {name: str(folder) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stderr=log, env={**os.environ, **home})

    def alive() -> None:
        assert process.poll() is None, (folder / "log").read_text()

    try:
        yield alive
    finally:
        process.terminate()
        process.wait(20)


def wait(ready: Callable[[], bool], alive: Callable[[], None]) -> None:
    """Until it is ready; at most a minute."""
    deadline = time.monotonic() + 60
    while not ready():
        alive()
        assert time.monotonic() < deadline, "Caddy did not start"
        time.sleep(0.1)


def answers(client: httpx2.Client) -> bool:
    try:
        return client.get("/healthz").is_success
    except httpx2.TransportError:
        return False


Proxied = Callable[..., httpx2.Client]


@pytest.fixture
def proxied(caddy: str, configure: Callable[..., Settings], tmp_path: Path) -> Iterator[Proxied]:
    """Starts a service and Caddy before it; gives a client at the public address."""
    with ExitStack() as stack:

        def start(**settings: object) -> httpx2.Client:
            address = f"http://127.0.0.1:{free_port()}"
            app = create_app(
                configure(public_url=f"{address}/hegui", trust_proxy=1, rate_limit=0, **settings)
            )
            service = stack.enter_context(served(app))
            changes = {CHANGED: f"{address} {{", "127.0.0.1:8000": service.removeprefix("http://")}
            alive = stack.enter_context(running(caddy, tmp_path, "", changes))
            client = stack.enter_context(httpx2.Client(base_url=f"{address}/hegui", timeout=60))
            wait(lambda: answers(client), alive)
            return client

        yield start


def test_everything_answers_below_the_path(proxied: Proxied) -> None:
    http = proxied()
    assert "首页" in http.get("/").text
    assert httpx2.get(str(http.base_url).rstrip("/")).headers["location"] == "/hegui/"
    assert http.get("/static/hegui-chat.js").headers["content-encoding"] == "gzip"
    answer = http.post("/api/ask", json={"question": "好评返现可以吗"})
    assert answer.json()["status"] == "answered"
    assert "Path=/hegui/;" in answer.headers["set-cookie"]
    assert http.get("/live-room/genuine-trade").headers["location"] == "/hegui/live-room/genuine-trade/"
    assert_problem(http.get("/api/nothing"), 404)
    assert http.get("/metrics").status_code == 404


def test_a_stream_comes_as_it_is_made(proxied: Proxied, chat: FakeChat) -> None:
    """The model waits until the reader has seen the status: with a buffer in between neither would ever move."""
    seen = threading.Event()

    def waits(request: Request, handler: Handler) -> None:
        assert seen.wait(25)
        echo()(request, handler)

    chat.script(waits)
    http = proxied(
        llm_model="fake-1", llm_base_url=chat.url, llm_timeout=28.0, llm_retries=0, llm_advise=False
    )
    body = {"question": "好评返现可以吗？"}
    with http.stream("POST", "/api/ask/stream", json=body, headers={"Accept-Encoding": "gzip"}) as response:
        lines = response.iter_lines()
        assert "content-encoding" not in response.headers
        assert next(lines) == ": ok"
        assert next(lines) == "event: status"
        seen.set()
        assert "event: done" in list(lines)


def test_programs_ask_over_mcp_by_the_public_name(caddy: str, indexed: Settings, tmp_path: Path) -> None:
    """The name is kept here: Caddy makes its own certificate for it."""
    folder = tmp_path / "caddy"
    folder.mkdir()
    port = free_port()
    authority = folder / "caddy" / "pki" / "authorities" / "local" / "root.crt"
    options = f"\thttps_port {port}\n\tauto_https disable_redirects\n\tlocal_certs\n\tskip_install_trust\n"
    with by_name.mcp_server(indexed, tmp_path) as server:
        with running(caddy, folder, options, {"127.0.0.1:8002": f"127.0.0.1:{server}"}) as alive:
            wait(lambda: authority.exists() and listens(port), alive)
            by_name.converse(port, authority)
        address = f"http://127.0.0.1:{server}/mcp"  # Caddy itself knows no other name than its own
        assert by_name.another_name(address, authority).status_code == 421


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
