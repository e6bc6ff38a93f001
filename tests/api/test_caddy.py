"""Behind Debian's Caddy with the delivered example; only the name, which would want a certificate, is changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from api.app import create_app
from rag.ground.settings import ROOT, Settings
from tests.api.problems import assert_problem
from tests.conftest import served
from tests.servers import free_port

EXAMPLE = ROOT / "deploy" / "Caddyfile"


@pytest.fixture
def http(configure: Callable[..., Settings], tmp_path: Path) -> Iterator[httpx2.Client]:
    """A client at the public address of a service behind Caddy."""
    caddy = shutil.which("caddy")
    if caddy is None:
        missing = "没有 Caddy：请安装（apt-get install caddy）后再跑"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    address = f"http://127.0.0.1:{free_port()}"
    app = create_app(configure(public_url=f"{address}/hegui", trust_proxy=1, rate_limit=0))
    with served(app) as service:
        text = EXAMPLE.read_text("utf-8")
        for old, new in {
            "example.gov.cn {": f"{address} {{",
            "127.0.0.1:8000": service.removeprefix("http://"),
        }.items():
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "Caddyfile").write_text(f"{{\n\tadmin off\n}}\n{text}", "utf-8")
        command = [caddy, "run", "--adapter", "caddyfile", "--config", str(tmp_path / "Caddyfile")]
        home = {
            **os.environ,
            "HOME": str(tmp_path),
            "XDG_DATA_HOME": str(tmp_path),
            "XDG_CONFIG_HOME": str(tmp_path),
        }
        with (tmp_path / "log").open("wb") as log:
            process = subprocess.Popen(command, stderr=log, env=home)
        try:
            with httpx2.Client(base_url=f"{address}/hegui", timeout=60) as client:
                wait(client, process, tmp_path / "log")
                yield client
        finally:
            process.terminate()
            process.wait(20)


def wait(client: httpx2.Client, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            client.get("/healthz").raise_for_status()
            return
        except (httpx2.TransportError, httpx2.HTTPStatusError):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)


def test_everything_answers_below_the_path(http: httpx2.Client) -> None:
    assert "首页" in http.get("/").text
    assert httpx2.get(str(http.base_url).rstrip("/")).headers["location"] == "/hegui/"
    assert http.get("/static/hegui-chat.js").headers["content-encoding"] == "gzip"
    answer = http.post("/api/ask", json={"question": "好评返现可以吗"})
    assert answer.json()["status"] == "answered"
    assert "Path=/hegui/;" in answer.headers["set-cookie"]
    assert http.get("/live-room/genuine-trade").headers["location"] == "/hegui/live-room/genuine-trade/"
    assert_problem(http.get("/api/nothing"), 404)
    assert http.get("/metrics").status_code == 404
    with http.stream("POST", "/api/ask/stream", json={"question": "好评返现可以吗"}) as events:
        assert "event: done" in list(events.iter_lines())
