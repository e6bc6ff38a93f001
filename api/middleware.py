"""Pure ASGI middleware: errors and headers of every response, the body limit, the masked access log."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Metrics
from api.problems import log_unexpected, problem
from rag.ground import mask

access_log = logging.getLogger("hegui.access")

MAX_BODY = 64 * 1024
STRICT_CSP = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'self'"
)
# The site generator's theme has inline scripts and styles in its pages.
SITE_CSP = f"{STRICT_CSP}; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'"

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Envelope:
    """Around everything: security headers, metrics, access log; an unforeseen error becomes a 500 problem."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, headers: Mapping[str, str]) -> None:
        self.app = app
        self.metrics = metrics
        self.headers = dict(headers)

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

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        route = getattr(scope.get("route"), "path", "site")
        self.metrics.request(method, route, status, seconds)
        access_log.info("%s %s %s %.0fms", method, mask(scope["path"]), status, seconds * 1000)


class BodyLimit:
    """Reads the body before the application does and answers 413 beyond ``limit`` bytes, declared or not."""

    def __init__(self, app: ASGIApp, *, limit: int = MAX_BODY) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD", "OPTIONS"):
            await self.app(scope, receive, send)
            return
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        body = None if not declared.isdigit() or int(declared) > self.limit else await self._read(receive)
        if body is None:
            response = problem(413, instance=scope["path"], headers={"Connection": "close"})
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

    async def _read(self, receive: Receive) -> bytes | None:
        """The whole body, or None if it is longer than the limit."""
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] != "http.request":  # the client went away
                return b"".join(chunks)
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            if size > self.limit:
                return None
            if not message.get("more_body", False):
                return b"".join(chunks)
