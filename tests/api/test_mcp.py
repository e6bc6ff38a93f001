"""The MCP server, asked by the official SDK's client over a real subprocess (stdio) and over HTTP."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters

from rag.ground.settings import ROOT, Settings
from tests.conftest import TODAY

QUESTION = "好评返现可以吗？"


def environment(settings: Settings, tmp_path: Path) -> dict[str, str]:
    """The environment of a server over the small corpus."""
    return {
        "HEGUI_GUIDELINES": str(settings.guidelines),
        "HEGUI_DATA": str(settings.data),
        "HEGUI_SITE": str(settings.site),
        "HEGUI_DATABASE_URL": f"sqlite:///{tmp_path / 'app.sqlite3'}",
        "HEGUI_TODAY": TODAY.isoformat(),
    }


def whole(env: dict[str, str]) -> dict[str, str]:
    """The environment of a process started without the SDK: this one's without settings, plus ``env``."""
    return {k: v for k, v in os.environ.items() if not k.startswith("HEGUI_")} | env


def stdio(env: dict[str, str]) -> StdioServerParameters:
    return StdioServerParameters(
        command=sys.executable, args=["-m", "api.routes.programs.mcp"], env=env, cwd=ROOT
    )


def talk(server: StdioServerParameters | str, conversation: Callable[[Client], Awaitable[None]]) -> None:
    """Connect, hold the conversation, disconnect."""

    async def run() -> None:
        async with Client(server, read_timeout_seconds=120) as client:
            await conversation(client)

    anyio.run(run)


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    """The structured result of a tool call that has to succeed."""
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert isinstance(result.structured_content, dict)
    return result.structured_content


async def refused(client: Client, tool: str, **arguments: Any) -> str:
    """The text of a tool call that has to fail."""
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    return " ".join(getattr(part, "text", "") for part in result.content)


def test_the_five_tools_over_stdio(indexed: Settings, tmp_path: Path) -> None:
    async def conversation(client: Client) -> None:
        listed = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(listed) == {"ask", "search", "get_guideline", "get_law_article", "check_script"}
        for tool in listed.values():
            assert tool.description
            assert any("\u4e00" <= c <= "\u9fff" for c in tool.description)
            assert tool.output_schema
            assert all("description" in field for field in tool.input_schema["properties"].values())
        assert listed["ask"].input_schema["required"] == ["question"]

        answer = await call(client, "ask", question=QUESTION, operator="live-room")
        assert answer["status"] == "answered"
        assert answer["as_of"] == TODAY.isoformat()
        assert answer["citations"][0]["laws"][0]["article"] == 9

        followed = await call(
            client, "ask", question="那罚多少？", history=[{"question": "直播间刷单会怎样？"}]
        )
        assert "一百万元" in followed["answer"]

        found = await call(client, "search", query="数字人标识", as_of="2025-10-01", limit=2)
        assert found["count"] == 2
        assert found["results"][0]["version"] == "2025-09-01"

        guideline = await call(client, "get_guideline", guideline="live-room/digital-human")
        assert guideline["version"] == "2026-02-01"
        assert [v["version"] for v in guideline["versions"]] == ["2026-02-01", "2025-09-01"]

        article = await call(client, "get_law_article", law="电子商务法", article="第十七条")
        assert article["count"] >= 1
        assert "live-room/genuine-trade" in {c["guideline"] for c in article["clauses"]}

    talk(stdio(environment(indexed, tmp_path)), conversation)


def test_wrong_arguments_are_explained_over_stdio(indexed: Settings, tmp_path: Path) -> None:
    async def conversation(client: Client) -> None:
        assert "platform" in await refused(client, "ask", question=QUESTION, operator="nobody")
        assert "日期" in await refused(client, "ask", question=QUESTION, as_of="2026-02-30")
        assert "没有指引" in await refused(client, "get_guideline", guideline="live-room/none")
        assert "条号" in await refused(client, "get_law_article", law="广告法", article="甲")
        assert await refused(client, "get_law_article", law="没有的法", article="1")
        assert (await call(client, "ask", question=QUESTION))["status"] == "answered"

    talk(stdio(environment(indexed, tmp_path)), conversation)


def test_a_script_is_checked_over_stdio(indexed: Settings, tmp_path: Path) -> None:
    async def conversation(client: Client) -> None:
        text = "😀家人们，全网最低价！"
        report = await call(client, "check_script", text=text, as_of="2025-06-01")
        found = next(f for f in report["findings"] if f["rule"] == "price-lowest")
        assert (text[found["start"] : found["end"]], found["level"]) == ("全网最低价", "违法")
        assert (report["as_of"], found["clause"]["version"]) == ("2025-06-01", "2024-07-01")
        assert found["better"]
        assert "没有文字" in await refused(client, "check_script", text="😀" * 100_000)
        assert "分成几份" in await refused(client, "check_script", text="好" * 20_001)
        assert "platform" in await refused(client, "check_script", text=text, operator="nobody")

    own = {"HEGUI_GUIDELINES": str(ROOT / "guidelines")}
    talk(stdio(environment(indexed, tmp_path) | own), conversation)


def test_without_an_index_the_tools_say_which_command_builds_it(indexed: Settings, tmp_path: Path) -> None:
    async def conversation(client: Client) -> None:
        assert "hegui index" in await refused(client, "ask", question=QUESTION)
        assert (await call(client, "get_guideline", guideline="live-room/digital-human"))["clauses"]

    talk(stdio(environment(indexed, tmp_path) | {"HEGUI_DATA": str(tmp_path / "none")}), conversation)


def test_a_wrong_setting_is_named_on_standard_error(indexed: Settings, tmp_path: Path) -> None:
    env = whole(environment(indexed, tmp_path) | {"HEGUI_PORT": "many"})
    done = subprocess.run(
        [sys.executable, "-m", "api.routes.programs.mcp"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "HEGUI_PORT" in done.stderr
    assert done.stdout == ""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_http_serves_this_machine_only(indexed: Settings, tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}/mcp"
    env = whole(environment(indexed, tmp_path))
    command = [sys.executable, "-m", "api.routes.programs.mcp", "--http", str(port)]
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as server:
        try:
            wait_for(port, server)

            async def conversation(client: Client) -> None:
                assert (await call(client, "ask", question=QUESTION))["status"] == "answered"

            talk(url, conversation)
            foreign = httpx2.post(
                url, json={}, headers={"host": "evil.example", "accept": "application/json"}
            )
            assert foreign.status_code in (403, 421)
        finally:
            server.terminate()
            server.communicate(timeout=30)


def wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    """Wait until something listens on the port."""
    deadline = time.monotonic() + 60
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if server.poll() is not None or time.monotonic() > deadline:
            pytest.fail("the server did not start")
        time.sleep(0.1)
