"""Pure ASGI middleware: errors and headers of every response, the body limit, the masked access log."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit, urlunsplit

from starlette.datastructures import URL, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Metrics
from api.problems import log_unexpected, problem
from rag.ground import mask
from rag.script import MAX_FILE_BYTES

access_log = logging.getLogger("hegui.access")

MAX_BODY = 64 * 1024
# Chat clients send the whole conversation each time; what is too old in it is left out when the body is read.
MAX_CONVERSATION = 4 * 1024 * 1024
# Twenty thousand characters, each escaped in JSON as two surrogates; a file as `rag.script` takes it and one byte, which is refused there.
_LONGER = {"/api/script-check": 320 * 1024, "/api/script-text": MAX_FILE_BYTES + 1}
# The desk: whole guidelines and Word files.
MAX_FORM = 8 * 1024 * 1024
# So much of a body that is too long is still taken in and thrown away: who is cut off while sending never reads the answer.
DRAINED = 16 * 1024 * 1024
_CONVERSATIONS = frozenset({"/api/ask", "/api/ask/stream", "/v1/chat/completions"})

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def content_policy(origins: Sequence[str] = (), *, inline: bool = False) -> str:
    """The Content-Security-Policy; ``origins`` may show our pages in a frame.

    ``inline`` is for the built site: its generator's theme has scripts and styles in its pages.
    """
    ancestors = " ".join(("'self'", *origins))
    policy = (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
        f"frame-ancestors {ancestors}"
    )
    return (
        f"{policy}; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'" if inline else policy
    )


def security_headers(origins: Sequence[str]) -> dict[str, str]:
    """Headers of every response that has not set them itself; ``origins`` may embed us."""
    headers = {
        "Content-Security-Policy": content_policy(origins),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "cross-origin" if origins else "same-origin",
    }
    if not origins:  # this older header knows no list of origins
        headers["X-Frame-Options"] = "SAMEORIGIN"
    return headers


class Envelope:
    """Around everything: headers, metrics, access log; an unforeseen error becomes a 500 problem.

    Redirects stay within the site as a path, whatever name and scheme the proxies in front go by.
    """

    def __init__(self, app: ASGIApp, *, metrics: Metrics, headers: Mapping[str, str], base: str = "") -> None:
        self.app = app
        self.metrics = metrics
        self.headers = dict(headers)
        self.base = base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
                dynamic = scope["path"].startswith(("/api/", "/v1/"))
                headers.setdefault("Cache-Control", "no-store" if dynamic else "no-cache")
                if place := headers.get("location"):
                    headers["Location"] = self._within(place, scope)
            await send(message)

        try:
            await self.app(scope, receive, send_with_headers)
        except Exception as error:
            log_unexpected(scope["method"], scope["path"], error)
            if status:  # too late for another response: let the server cut the connection
                raise
            await problem(500, instance=scope["path"])(scope, receive, send_with_headers)
        finally:
            self._record(scope, status, time.perf_counter() - started)

    def _within(self, place: str, scope: Scope) -> str:
        """Where a redirect of ours leads, as a path from the root of the host."""
        parts = urlsplit(place)
        if parts.netloc != URL(scope=scope).netloc:
            return place
        return self.base + urlunsplit(("", "", parts.path, parts.query, ""))

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        route = getattr(scope.get("route"), "path", "site")
        self.metrics.request(method, route, status, seconds)
        shown = (
            route if route != "site" else mask("".join(c if c.isprintable() else "?" for c in scope["path"]))
        )
        access_log.info("%s %s %s %.0fms", method, shown, status, seconds * 1000)


def _longest(path: str) -> int:
    """How many bytes a body may have."""
    if path in _CONVERSATIONS:
        return MAX_CONVERSATION
    if path.startswith("/desk/") and not path.startswith("/desk/login"):
        return MAX_FORM
    return _LONGER.get(path, MAX_BODY)


class BodyLimit:
    """Reads the body before the application does and answers 413 beyond the limit, declared or not."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        limit = _longest(path)
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        hopeless = not declared.isdigit() or int(declared) > max(limit, DRAINED)
        body = None if hopeless else await self._read(receive, limit)
        if body is None:
            way = (
                "对话太长时，请清空或新开一个对话再问"
                if path in _CONVERSATIONS
                else "稿子太长时，请分成几份；文件太大时，请只留文字"
            )
            detail = f"请求正文不能超过 {limit // 1024} KB；{way}。"
            response = problem(413, detail=detail, instance=scope["path"], headers={"Connection": "close"})
            await response(scope, receive, send)
            return
        replayed = False

        async def replay() -> Message:
            nonlocal replayed
            if replayed:
                return await receive()
            replayed = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, replay, send)

    async def _read(self, receive: Receive, limit: int) -> bytes | None:
        """The whole body, or None if it is longer than the limit; what is too much is thrown away, within `DRAINED`."""
        chunks: list[bytes] = []
        size, more = 0, True
        while more and size <= max(limit, DRAINED):
            message = await receive()
            if message["type"] != "http.request":  # the client went away
                break
            size += len(message.get("body", b""))
            if size > limit:
                chunks.clear()
            else:
                chunks.append(message.get("body", b""))
            more = message.get("more_body", False)
        return None if size > limit else b"".join(chunks)
