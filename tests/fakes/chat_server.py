"""A recording fake of an OpenAI-compatible chat server, over real HTTP on 127.0.0.1; each request follows a script.

with FakeChat() as chat:
    chat.script(busy(retry_after=0), says("不可以", ("不能这样做。", [1])))
    ...   # the first request gets 429, every later one the answer
    chat.requests[0].key, chat.requests[0].user
"""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

Written = tuple[str, list[int]]
_CLAUSE = re.compile(r"<clause>\n\[(\d+)\] ([^\n]*)\n(?:问：([^\n]*)\n)?(.*?)\n</clause>", re.S)


@dataclass(frozen=True)
class Clause:
    """A clause as the prompt shows it."""

    number: int
    head: str
    question: str
    body: str


@dataclass(frozen=True)
class Request:
    """A request as it arrived."""

    path: str
    key: str
    body: dict[str, Any]
    at: float

    @property
    def system(self) -> str:
        """The instructions."""
        return "\n".join(m["content"] for m in self.body["messages"] if m["role"] == "system")

    @property
    def user(self) -> str:
        """The data section."""
        return "\n".join(m["content"] for m in self.body["messages"] if m["role"] == "user")

    @property
    def clauses(self) -> list[Clause]:
        """The numbered clauses of the data section."""
        return [
            Clause(int(n), head, question, body) for n, head, question, body in _CLAUSE.findall(self.user)
        ]

    @property
    def way(self) -> str:
        """How the form of the reply was asked for."""
        if "response_format" in self.body or isinstance(self.body.get("format"), dict):
            return "json_schema"
        return "function_calling" if "tools" in self.body else "plain"


Behaviour = Callable[[Request, "Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Answers POST /v1/chat/completions as the script says."""

    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        key = self.headers.get("authorization", "").removeprefix("Bearer ")
        request = Request(self.path, key, body, time.monotonic())
        behaviour = self.server.fake.next(request)
        try:
            behaviour(request, self)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def send(self, status: int, body: str, headers: dict[str, str] | None = None) -> None:
        """A whole response."""
        data = body.encode()
        self.send_response(status)
        for name, value in {
            "content-type": "application/json",
            "content-length": str(len(data)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def complete(self, request: Request, content: str, *, as_tool: bool = False, **message: Any) -> str:
        """The body of a completion with that content."""
        text: dict[str, Any] = {"role": "assistant", "content": content, **message}
        if as_tool:
            function = {"name": request.body["tools"][0]["function"]["name"], "arguments": content}
            text |= {
                "content": None,
                "tool_calls": [{"id": "call_1", "type": "function", "function": function}],
            }
        return json.dumps(
            {
                "id": "chatcmpl-1",
                "object": "chat.completion",
                "created": 1,
                "model": request.body["model"],
                "choices": [{"index": 0, "message": text, "finish_reason": "stop"}],
                "usage": {"prompt_tokens": 1000, "completion_tokens": 200, "total_tokens": 1200},
            },
            ensure_ascii=False,
        )

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, fake: FakeChat) -> None:
        self.fake = fake
        super().__init__(("127.0.0.1", 0), Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is part of the play."""


class FakeChat:
    """The server. ``takes``: the ways of asking for a form that it supports; others get a 400."""

    def __init__(self, takes: Sequence[str] = ("json_schema", "function_calling", "plain")) -> None:
        self.requests: list[Request] = []
        self.closing = threading.Event()
        self._takes, self._script = takes, [echo()]
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._server = _Server(self)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """The base address for clients."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def script(self, *behaviours: Behaviour) -> None:
        """What the next requests get, one behaviour each; the last one stays."""
        with self._lock:
            self._script = list(behaviours)

    def next(self, request: Request) -> Behaviour:
        """Record a request and take its behaviour from the script."""
        with self._lock:
            self.requests.append(request)
            if request.way not in self._takes:
                return fails(400, "response_format is not supported")
            return self._script.pop(0) if len(self._script) > 1 else self._script[0]


# --- behaviours ------------------------------------------------------------------------------------------------


def says(verdict: str, *sentences: Written) -> Behaviour:
    """A well-formed answer."""
    written = [{"text": text, "citations": numbers} for text, numbers in sentences]
    return content(json.dumps({"verdict": verdict, "sentences": written}, ensure_ascii=False))


def echo() -> Behaviour:
    """A good answer: the first clause, sentence by sentence."""
    return twists(lambda text: text)


def twists(twist: Callable[[str], str], *, number: int | None = None) -> Behaviour:
    """The first clause, sentence by sentence, each changed by ``twist``; cites ``number`` instead of the clause's."""

    def behave(request: Request, handler: Handler) -> None:
        first = request.clauses[0]
        pieces = [p for p in re.split(r"(?<=。)", first.body.replace("\n", "")) if p]
        says("看情况", *((twist(p), [number or first.number]) for p in pieces))(request, handler)

    return behave


def content(text: str) -> Behaviour:
    """A completion with that content, as a tool call where tools were offered."""

    def behave(request: Request, handler: Handler) -> None:
        handler.send(200, handler.complete(request, text, as_tool=request.way == "function_calling"))

    return behave


def ollama(verdict: str, *sentences: Written) -> Behaviour:
    """A well-formed answer in Ollama's protocol: one line of JSON, the last of its stream."""

    def behave(request: Request, handler: Handler) -> None:
        written = [{"text": text, "citations": numbers} for text, numbers in sentences]
        said = json.dumps({"verdict": verdict, "sentences": written}, ensure_ascii=False)
        line = {
            "model": request.body["model"], "created_at": "2026-11-24T00:00:00Z", "done": True, "done_reason": "stop",
            "message": {"role": "assistant", "content": said}, "prompt_eval_count": 1000, "eval_count": 200,
        }  # fmt: skip
        handler.send(
            200, json.dumps(line, ensure_ascii=False) + "\n", {"content-type": "application/x-ndjson"}
        )

    return behave


def prose(text: str) -> Behaviour:
    """A completion that ignores the form wanted."""
    return lambda request, handler: handler.send(200, handler.complete(request, text))


def refuses() -> Behaviour:
    """A completion with a refusal and no content."""
    return lambda request, handler: handler.send(
        200, handler.complete(request, "", refusal="I cannot help with that.")
    )


def raw(body: str, status: int = 200) -> Behaviour:
    """A response with exactly this body."""
    return lambda request, handler: handler.send(status, body)


def fails(status: int, message: str = "boom", **headers: str) -> Behaviour:
    """An error in OpenAI's format."""
    body = json.dumps({"error": {"message": message, "type": "error", "code": None}})
    return lambda request, handler: handler.send(status, body, headers)


def busy(retry_after: float) -> Behaviour:
    """429 with Retry-After."""
    return fails(429, "slow down", **{"retry-after": str(retry_after)})


def hangs() -> Behaviour:
    """No byte until the client or the test goes away."""

    def behave(request: Request, handler: Handler) -> None:
        handler.server.fake.closing.wait(30)
        handler.close_connection = True

    return behave


def trickles() -> Behaviour:
    """A response that keeps coming and never ends, so that no read times out."""

    def behave(request: Request, handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", "1000000")
        handler.end_headers()
        while not handler.server.fake.closing.wait(0.05):
            handler.wfile.write(b" ")
            handler.wfile.flush()

    return behave


def dies_midway() -> Behaviour:
    """Streams the first half of a good answer and drops the connection."""

    def behave(request: Request, handler: Handler) -> None:
        whole = handler.complete(request, request.clauses[0].body).encode()
        handler.send_response(200)
        handler.send_header("content-type", "application/json")
        handler.send_header("transfer-encoding", "chunked")
        handler.end_headers()
        half = whole[: len(whole) // 2]
        handler.wfile.write(f"{len(half):x}\r\n".encode() + half + b"\r\n")
        handler.wfile.flush()
        handler.connection.shutdown(socket.SHUT_RDWR)
        handler.close_connection = True

    return behave
