"""A session per browser: a random number in a signed cookie. It names nobody; limits count by it, and a reader's second
word on a page replaces the first."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import secrets
from functools import cached_property
from http.cookies import CookieError, SimpleCookie
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger("hegui.api")

COOKIE = "hegui_session"
_SCOPE_KEY = "hegui.session"


class Sessions:
    """Reads the cookie; who has none, or a forged one, gets a new one with the first answer of ``/api/``.

    Args:
        folder: where the key lies that signs the cookies, so that nobody makes up sessions without asking for them.
        base: folder of the public address, the cookie's path.
    """

    def __init__(self, app: ASGIApp, *, folder: Path, base: str = "") -> None:
        self.app = app
        self.folder = folder
        self.base = base

    @cached_property
    def key(self) -> bytes:
        """The key, read or made when the first cookie is."""
        return load_key(self.folder)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        known = self._read(Headers(scope=scope).get("cookie", ""))
        session = scope[_SCOPE_KEY] = known or secrets.token_urlsafe(12)

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("Set-Cookie", self._cookie(session, scope["scheme"]))
            await send(message)

        gives = known is None and scope["path"].startswith("/api/")
        await self.app(scope, receive, send_with_cookie if gives else send)

    def _cookie(self, session: str, scheme: str) -> str:
        secure = "; Secure" if scheme == "https" else ""
        return f"{COOKIE}={session}.{self._sign(session)}; Path={self.base}/; HttpOnly; SameSite=Lax{secure}"

    def _read(self, header: str) -> str | None:
        """The session of a cookie that we signed."""
        try:
            cookie = SimpleCookie(header).get(COOKIE)
        except CookieError:
            return None
        session, _, signature = (cookie.value if cookie else "").partition(".")
        return (
            session
            if session and hmac.compare_digest(signature.encode(), self._sign(session).encode())
            else None
        )

    def _sign(self, session: str) -> str:
        return hmac.new(self.key, session.encode(), hashlib.sha256).hexdigest()[:32]


def session_of(connection: HTTPConnection) -> str:
    """The session of a request."""
    return str(connection.scope[_SCOPE_KEY])


def load_key(folder: Path) -> bytes:
    """The key in the data folder, made at the first call, so that all processes on it and a restart know the cookies.

    Where the folder cannot be written the key lives as long as the process.
    """
    path = folder / "session.key"
    try:
        if path.exists():
            return path.read_bytes()
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f"session.key.{secrets.token_hex(4)}"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
        try:
            os.link(part, path)  # only one of several processes wins, and the file is whole when it appears
        except FileExistsError:
            pass
        finally:
            part.unlink()
        return path.read_bytes()
    except OSError as error:
        logger.warning("session key not kept: %s", error)
        return secrets.token_bytes(32)
