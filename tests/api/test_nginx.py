"""Behind Debian's nginx with the delivered example: TLS, below a path, buffering on; and with the path taken off."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import openai
import pytest

from api.app import create_app
from rag.ground.settings import ROOT, Settings
from tests.api import by_name
from tests.api.problems import assert_problem
from tests.conftest import served
from tests.fakes.chat_server import FakeChat, Handler, Request, echo
from tests.servers import free_port

EXAMPLE = ROOT / "deploy" / "nginx.conf"
NAME = by_name.NAME
Proxied = Callable[..., httpx2.Client]


@pytest.fixture(scope="module")
def nginx() -> str:
    """The program; where there is none the test is skipped, except in CI."""
    path = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if path is None or shutil.which("openssl") is None:
        missing = "没有 nginx 或 openssl：请安装（apt-get install nginx openssl）后再跑反向代理测试"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    return path


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    pem, key = folder / "hegui.pem", folder / "hegui.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}",
         "-addext", f"subjectAltName=IP:127.0.0.1,DNS:{NAME}", "-keyout", str(key), "-out", str(pem)],
        check=True, capture_output=True,
    )  # fmt: skip
    return pem, key


def written(folder: Path, upstream: str, certificate: tuple[Path, Path], ports: tuple[int, int]) -> str:
    """The example with this test's addresses in the lines that a deployer changes too."""
    changes = {
        "127.0.0.1:8000": upstream.removeprefix("http://"),
        "listen 80;": f"listen 127.0.0.1:{ports[0]};",
        "listen 443 ssl": f"listen 127.0.0.1:{ports[1]} ssl",
        "/etc/ssl/certs/hegui.pem": str(certificate[0]),
        "/etc/ssl/private/hegui.key": str(certificate[1]),
        "/var/log/nginx/hegui.log": str(folder / "hegui.log"),
    }
    text = EXAMPLE.read_text("utf-8")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""  # the test's folder is its owner's alone
    return (
        f"{user} daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{\n{temporary}{text}\n}}\n"
    )


@contextmanager
def running(nginx: str, folder: Path, text: str, port: int) -> Iterator[None]:
    (folder / "nginx.conf").write_text(text, "utf-8")
    command = [nginx, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    subprocess.run([*command, "-t"], check=True, capture_output=True)
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, (folder / "error.log").read_text()
            assert time.monotonic() < deadline, "nginx did not start"
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture
def proxied(
    nginx: str, certificate: tuple[Path, Path], configure: Callable[..., Settings], tmp_path: Path
) -> Iterator[Proxied]:
    """Starts the service and nginx before it; gives a client at the public address."""
    folder = tmp_path / "nginx"
    folder.mkdir(mode=0o755)
    stack: list[object] = []

    def start(change: Callable[[str], str] = lambda text: text, **settings: object) -> httpx2.Client:
        ports = (free_port(), free_port())
        public = f"https://127.0.0.1:{ports[1]}/hegui"
        app = create_app(configure(public_url=public, trust_proxy=1, **settings))
        service = served(app)
        text = change(written(folder, service.__enter__(), certificate, ports))
        stack.append(service)
        proxy = running(nginx, folder, text, ports[1])
        proxy.__enter__()
        stack.append(proxy)
        tls = ssl.create_default_context(cafile=str(certificate[0]))
        client = httpx2.Client(base_url=public, verify=tls, timeout=30)
        stack.append(client)
        return client

    yield start
    for part in reversed(stack):
        part.__exit__(None, None, None)  # type: ignore[attr-defined]


def taken_off(text: str) -> str:
    """The other common way to write it: nginx takes the path off itself."""
    assert "proxy_pass http://hegui;" in text
    return text.replace("proxy_pass http://hegui;", "proxy_pass http://hegui/;")


@pytest.mark.parametrize("change", [lambda text: text, taken_off], ids=["path kept", "path taken off"])
def test_everything_answers_below_the_path(proxied: Proxied, change: Callable[[str], str]) -> None:
    http = proxied(change)
    home = http.get("/")
    assert "首页" in home.text
    assert http.get("/live-room/genuine-trade/").status_code == 200
    chat = http.get("/chat")
    assert 'src="static/hegui-chat.js"' in chat.text
    script = http.get("/static/hegui-chat.js")
    assert script.headers["content-encoding"] == "gzip"
    assert (
        http.get("/static/hegui-chat.js", headers={"If-None-Match": script.headers["etag"]}).status_code
        == 304
    )
    answer = http.post("/api/ask", json={"question": "好评返现可以吗"})
    assert answer.json()["status"] == "answered"
    assert "; Secure" in answer.headers["set-cookie"]
    assert "Path=/hegui/;" in answer.headers["set-cookie"]
    assert_problem(http.get("/api/nothing"), 404)
    assert http.get("/metrics").status_code == 404


@pytest.mark.parametrize("change", [lambda text: text, taken_off], ids=["path kept", "path taken off"])
def test_redirects_lead_to_the_public_address(proxied: Proxied, change: Callable[[str], str]) -> None:
    http = proxied(change)
    plain = http.get("/live-room/genuine-trade", follow_redirects=True)
    assert plain.url.scheme == "https"
    assert plain.url.path == "/hegui/live-room/genuine-trade/"
    assert "交易与评价真实" in plain.text
    assert httpx2.URL(str(http.base_url)).port == plain.url.port


def test_a_stream_comes_as_it_is_made_although_nginx_buffers(proxied: Proxied, chat: FakeChat) -> None:
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


def test_openais_client_streams_through_it(proxied: Proxied) -> None:
    http = proxied()
    asked: list[openai.types.chat.ChatCompletionMessageParam] = [
        {"role": "user", "content": "好评返现可以吗？"}
    ]
    with openai.OpenAI(
        base_url=f"{http.base_url}v1", api_key="unused", max_retries=0, http_client=None
    ) as told:
        told._client = http  # type: ignore[assignment]
        chunks = list(told.chat.completions.create(model="hegui", messages=asked, stream=True))
    text = "".join(c.choices[0].delta.content or "" for c in chunks)
    assert f"{http.base_url}live-room/genuine-trade/#faq-1" in text


def test_a_long_conversation_passes_nginx_too(proxied: Proxied) -> None:
    said = [{"role": r, "content": "问" * 3500} for r in ("user", "assistant")] * 60
    body = {"messages": [*said, {"role": "user", "content": "好评返现可以吗？"}]}
    response = proxied().post("/v1/chat/completions", json=body)
    assert int(response.request.headers["content-length"]) > 1_200_000  # nginx's own limit is 1 MB
    assert response.status_code == 200


def logged(file: Path, line: str) -> str:
    """The log once ``line`` stands in it: nginx writes after it has answered."""
    end = time.monotonic() + 10
    while line not in file.read_text("utf-8"):
        assert time.monotonic() < end, f"{line} is not in the log"
        time.sleep(0.05)
    return file.read_text("utf-8")


def test_clients_are_told_apart_and_none_is_written_down(proxied: Proxied, tmp_path: Path) -> None:
    http = proxied(rate_limit=1, address_limit=1)

    def ask(claimed: str) -> int:
        http.cookies.clear()
        headers = {"X-Forwarded-For": claimed}
        return http.post("/api/ask", json={"question": "好评返现"}, headers=headers).status_code

    assert ask("203.0.113.1") == 200
    assert ask("203.0.113.2") == 429  # what a client claims stands left of what nginx writes
    http.get("/api/search", params={"q": "我叫张三，电话13800138000"})
    log = logged(tmp_path / "nginx" / "hegui.log", "GET /hegui/api/search 200")
    for secret in ("127.0.0.1", "203.0.113", "%E5%BC%A0", "张三", "13800138000"):
        assert secret not in log


def test_programs_ask_over_mcp_by_the_public_name(
    nginx: str, certificate: tuple[Path, Path], indexed: Settings, tmp_path: Path
) -> None:
    folder = tmp_path / "nginx"
    folder.mkdir(mode=0o755)
    ports = (free_port(), free_port())
    with by_name.mcp_server(indexed, tmp_path) as server:
        text = written(folder, "127.0.0.1:9", certificate, ports)
        assert "127.0.0.1:8002/mcp" in text
        text = text.replace("127.0.0.1:8002", f"127.0.0.1:{server}")
        with running(nginx, folder, text, ports[1]):
            by_name.converse(ports[1], certificate[0])
            address = f"https://127.0.0.1:{ports[1]}/hegui/mcp"
            assert by_name.another_name(address, certificate[0]).status_code == 421
