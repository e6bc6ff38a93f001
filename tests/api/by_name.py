"""Programs that ask over MCP under the public name, through a proxy on this machine: the name leads nowhere from here."""

from __future__ import annotations

import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio
import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from rag.ground.settings import ROOT, Settings
from tests.api.test_mcp import QUESTION, call, environment, wait_for, whole
from tests.servers import free_port

NAME = "example.gov.cn"  # as it stands in the delivered examples
PUBLIC = f"https://{NAME}/hegui"
ADDRESS = f"{PUBLIC}/mcp"


class Here(httpx2.AsyncHTTPTransport):
    """Connects to a port of this machine, whatever the address says; name, certificate and Host header stay the address's."""

    def __init__(self, port: int, authority: Path) -> None:
        super().__init__(verify=ssl.create_default_context(cafile=str(authority)))
        self._port = port

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        request.extensions = {**request.extensions, "sni_hostname": request.url.host}
        request.url = request.url.copy_with(host="127.0.0.1", port=self._port)
        return await super().handle_async_request(request)


@contextmanager
def mcp_server(settings: Settings, tmp_path: Path) -> Iterator[int]:
    """``hegui mcp --http`` of a service with the public name; gives its port."""
    port = free_port()
    env = whole(environment(settings, tmp_path) | {"HEGUI_PUBLIC_URL": PUBLIC})
    command = [sys.executable, "-m", "api.routes.programs.mcp", "--http", str(port)]
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    ) as server:
        try:
            wait_for(port, server)
            yield port
        finally:
            server.terminate()
            server.wait(timeout=30)


def converse(proxy: int, authority: Path) -> None:
    """The official client at ``ADDRESS``: tools listed, two questions answered; a page of another origin is refused."""

    async def run() -> None:
        async with httpx2.AsyncClient(transport=Here(proxy, authority), timeout=60) as http:
            async with Client(streamable_http_client(ADDRESS, http_client=http)) as client:
                assert "ask" in {tool.name for tool in (await client.list_tools()).tools}
                answer = await call(client, "ask", question=QUESTION, operator="live-room")
                assert answer["status"] == "answered"
                assert answer["citations"][0]["laws"][0]["article"] == 9
                assert (await call(client, "search", query="数字人标识"))["count"] >= 1
            foreign = await http.post(ADDRESS, json={}, headers=ACCEPTED | {"origin": "https://evil.example"})
            assert foreign.status_code == 403
            own = await http.post(ADDRESS, json={}, headers=ACCEPTED | {"origin": f"https://{NAME}"})
            assert own.status_code == 400  # understood as far as the body, which says nothing

    anyio.run(run)


def another_name(address: str, authority: Path) -> httpx2.Response:
    """What a page gets that made its own name lead here (DNS rebinding)."""
    tls = ssl.create_default_context(cafile=str(authority))
    tls.check_hostname = False
    return httpx2.post(address, json={}, headers=ACCEPTED | {"host": "evil.example"}, verify=tls)


ACCEPTED = {"accept": "application/json, text/event-stream"}
