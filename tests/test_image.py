"""The image, built and run: where podman or docker can do that and has its base, or can fetch it."""

from __future__ import annotations

import shutil
import subprocess
import time

import httpx2
import pytest

from rag.ground.settings import ROOT
from tests.servers import free_port
from tests.test_deploy import instructions

NAME = "hegui-test"
FIRST_START = 900.0


def run(*command: str) -> str | None:
    """What it wrote; None if it failed."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    return done.stdout.strip() if done.returncode == 0 else None


def can_run_the_base() -> str:
    """The engine; without one that can start the base of the image the test is skipped."""
    engine = next((e for e in ("podman", "docker") if shutil.which(e) and run(e, "info") is not None), None)
    if engine is None:
        pytest.skip("没有能用的 podman 或 docker：镜像没有构建")
    base = dict(instructions())["FROM"]
    if run(engine, "run", "--rm", base, "python", "--version") is None:
        pytest.skip(f"{engine} 取不到或开不了 {base}：镜像没有构建")
    return engine


@pytest.mark.timeout(3600)
def test_the_image_is_built_and_answers_without_root() -> None:
    engine, port = can_run_the_base(), free_port()
    built = subprocess.run(
        [engine, "build", "-f", "deploy/Containerfile", "-t", NAME, "."], check=False, cwd=ROOT
    )
    assert built.returncode == 0
    started = run(engine, "run", "--rm", "-d", "-p", f"127.0.0.1:{port}:8000", "--name", NAME, NAME)
    assert started is not None
    try:
        deadline = time.monotonic() + FIRST_START
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:
            while not answers(http):
                assert time.monotonic() < deadline, run(engine, "logs", NAME)
                time.sleep(2)
            assert http.get("/readyz").json()["status"] == "ok"
            found = http.post("/api/ask", json={"question": "好评返现可以吗"}).json()
            assert found["status"] == "answered"
        assert run(engine, "exec", NAME, "id", "-u") == "10001"
    finally:
        run(engine, "stop", NAME)


def answers(http: httpx2.Client) -> bool:
    try:
        return http.get("/healthz").status_code == 200
    except httpx2.TransportError:
        return False
