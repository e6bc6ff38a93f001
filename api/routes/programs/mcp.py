"""`hegui mcp`: the assistant as an MCP server (official SDK), so that other assistants can ask it.

Tools: ask, search, get_guideline, get_law_article, check_script. They answer like the HTTP API, from the same state. Standard input
and output by default; ``--http PORT`` serves streamable HTTP on 127.0.0.1 instead: to this machine, and to a proxy that asks by the
name of HEGUI_PUBLIC_URL (deploy/nginx.conf); other names are refused, since a page in a browser could take them on (DNS rebinding).
"""

from __future__ import annotations

import argparse
import functools
import sys
from collections.abc import Awaitable, Callable, Sequence
from importlib.metadata import version
from typing import Annotated, ParamSpec, TypeVar
from urllib.parse import urlsplit

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import ToolAnnotations
from pydantic import Field

from api.app import create_app
from api.routes.readers import ask as asking
from api.routes.readers import lookup, script
from api.schemas.fields import Day, History, Name, QuestionText
from api.schemas.requests import ScriptBody
from api.schemas.responses import ArticleOut, GuidelineDetail, SearchResult
from api.state import State
from rag.ask import Answer, Question
from rag.ground import HeguiError, Settings, load_settings
from rag.script import MAX_TEXT, Report

HOST = "127.0.0.1"
INSTRUCTIONS = (
    "直播电商合规知识库：回答直播带货的合规问题，每句都有指引条款和法律条文作依据。"
    "问规定用 ask；自己找条款用 search；看整份指引用 get_guideline；查哪些条款依据某条法律用 get_law_article；审口播稿、标题、详情页用 check_script。"
    "转述时请保留出处和日期；status 不是 answered 或 partial 的，不要自行补答案。"
)

P = ParamSpec("P")
R = TypeVar("R")

Operator = Annotated[
    Name,
    Field(
        description="经营者类型：platform 平台、live-room 直播间、anchor 主播、mcn 服务机构、merchant 商家、park 园区、"
        "common 通用；不填表示不限"
    ),
]
AsOf = Annotated[Day, Field(description="按哪一天施行的规定（年-月-日，如 2026-02-01）；不填是今天")]


def build_server(settings: Settings) -> MCPServer[object]:
    """The MCP server over one application state. Corpus and index are opened by the first call that needs them."""
    state: State = create_app(settings).state.hegui
    server: MCPServer[object] = MCPServer(
        "hegui", title="直播电商合规知识库", instructions=INSTRUCTIONS, version=version("hegui"), log_level="WARNING"
    )  # fmt: skip
    for tool, title, description in _tools(state):
        server.add_tool(
            tool,
            title=title,
            description=description,
            annotations=ToolAnnotations(read_only_hint=True, open_world_hint=False),
            structured_output=True,
        )
    return server


# long: one closure per tool, because the SDK reads a tool's schema from its signature
def _tools(state: State) -> list[tuple[Callable[..., object], str, str]]:
    """The tools with their titles and descriptions."""

    @_explained
    async def ask(
        question: Annotated[QuestionText, Field(description="问题，1 到 500 个字，用通俗的话就行")],
        operator: Operator = None,
        as_of: AsOf = None,
        history: Annotated[History, Field(description="同一次对话里先前的问答，用来理解追问")] = (),
    ) -> Answer:
        asked = Question(question=question, operator=operator, as_of=as_of, history=history)
        return await state.run(lambda: asking.answer_question(state, asked))

    @_explained
    async def search(
        query: Annotated[QuestionText, Field(description="要找的内容")],
        operator: Operator = None,
        topic: Annotated[Name, Field(description="主题编号，如 price；不填表示不限")] = None,
        as_of: AsOf = None,
        limit: Annotated[int, Field(ge=1, le=50, description="最多几条")] = 10,
    ) -> SearchResult:
        return await lookup.search(state, query, operator=operator, topic=topic, as_of=as_of, limit=limit)

    @_explained
    async def get_guideline(
        guideline: Annotated[
            str,
            Field(
                pattern=r"^[a-z-]+/[a-z0-9-]+$", description="指引编号：经营者类型/名称，如 live-room/price"
            ),
        ],
        as_of: AsOf = None,
        version: Annotated[Day, Field(description="取施行日期为这一天的版本；和 as_of 只用一个")] = None,
    ) -> GuidelineDetail:
        operator, _, slug = guideline.partition("/")
        return await state.run(lambda: lookup.guideline(state, operator, slug, as_of=as_of, version=version))

    @_explained
    async def get_law_article(
        law: Annotated[
            str, Field(min_length=1, max_length=80, description="法律简称、全称或别名，如 广告法")
        ],
        article: Annotated[str, Field(min_length=1, max_length=16, description="条号：9 或 第九条")],
        as_of: AsOf = None,
    ) -> ArticleOut:
        return await state.run(lambda: lookup.article(state, law, article, as_of=as_of))

    @_explained
    async def check_script(
        text: Annotated[str, Field(description=f"稿子，1 到 {MAX_TEXT} 个字，原样送来")],
        operator: Operator = None,
        goods: Annotated[
            tuple[str, ...], Field(description="卖的是什么：主题编号，如 food；不填就从稿子里认")
        ] = (),
        as_of: AsOf = None,
    ) -> Report:
        body = ScriptBody(text=text, operator=operator, goods=goods, as_of=as_of)
        return await state.run(lambda: script.check_script(state, body))

    return [
        (
            ask,
            "提问",
            "回答直播电商的合规问题：先给结论，再给条件和后果，每句带出处；答不了会说明原因和找谁。",
        ),
        (search, "搜索条款", "在某一天有效的指引条款里搜索，最相关的在前。"),
        (get_guideline, "看指引", "取一份指引的全部条款、法律依据和各个版本；默认是今天施行的版本。"),
        (
            check_script,
            "审稿",
            "找出口播稿、标题、详情页里有问题的说法：位置、级别、原因、依据的条款和法条、改法，以及还缺什么。不保存稿子。",
        ),
        (get_law_article, "查法条", "某一条法律在指引里被哪些条款引用；导入过法律原文的，同时给出原文。"),
    ]


def _explained(tool: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    """Our own errors as tool errors: what happened and what to do, for the model to read."""

    @functools.wraps(tool)
    async def call(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return await tool(*args, **kwargs)
        except HeguiError as error:
            raise ToolError(str(error)) from error

    return call


def _names(settings: Settings) -> TransportSecuritySettings:
    """Under which names, and from which pages, the server may be asked over HTTP."""
    hosts = [f"{name}:*" for name in (HOST, "localhost", "[::1]")]
    origins = [f"http://{host}" for host in hosts]
    if public := urlsplit(settings.public_url).netloc:
        hosts += [public, f"{public}:*"]
        origins.append(f"{urlsplit(settings.public_url).scheme}://{public}")
    allowed = filter(None, map(str.strip, settings.allow_origins.split(",")))
    return TransportSecuritySettings(allowed_hosts=hosts, allowed_origins=[*origins, *allowed])


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until the client goes away; 2 if a setting is wrong."""
    parser = argparse.ArgumentParser(prog="hegui mcp", description="MCP 服务：供支持 MCP 的助手调用。")
    parser.add_argument(
        "--http",
        type=int,
        metavar="端口",
        help="改用 HTTP，只监听 127.0.0.1，地址以 /mcp 结尾；对外用反向代理，名字写在 HEGUI_PUBLIC_URL",
    )
    options = parser.parse_args(argv)
    try:
        settings = load_settings()
        server = build_server(settings)
    except HeguiError as error:
        print(error, file=sys.stderr)
        return 2
    if options.http is None:
        server.run("stdio")
    else:
        server.run("streamable-http", host=HOST, port=options.http, transport_security=_names(settings))
    return 0


if __name__ == "__main__":
    sys.exit(main())
