"""The cookie of the desk, and the check against forged forms: a token that belongs to the browser's cookie."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from fastapi import Request
from starlette.responses import Response

from api.deps import get_state
from api.problems import ProblemError
from api.sessions import load_key
from api.state import State

COOKIE = "hegui_desk"
FIELD = "csrf"
HEADER = "x-csrf-token"
MAX_FIELDS = 5000


async def check_csrf(request: Request) -> None:
    """Refuse what did not come from a form of ours: its token (field ``csrf`` or header) belongs to the browser's cookie.

    Raises:
        ProblemError: 403.
    """
    if request.method in ("GET", "HEAD"):
        return
    given = request.headers.get(HEADER)
    if given is None:
        form = await request.form(max_fields=MAX_FIELDS)
        given = str(form.get(FIELD, ""))
    cookie = request.cookies.get(COOKIE, "")
    foreign = request.headers.get("sec-fetch-site") == "cross-site"
    if foreign or not cookie or not hmac.compare_digest(given.encode(), _token(request, cookie).encode()):
        raise ProblemError(
            403, "csrf", "这个表单过期了", "返回上一页，刷新后再提交；浏览器要允许本站的 Cookie。"
        )


def csrf_token(request: Request) -> str:
    """The token for forms on the page that answers ``request``."""
    secret = request.cookies.get(COOKIE, "")
    if not secret:
        secret = getattr(request.state, "desk_cookie", "") or secrets.token_urlsafe(32)
        request.state.desk_cookie = secret
    return _token(request, secret)


def _token(request: Request, secret: str) -> str:
    return hmac.new(desk_key(get_state(request)), f"desk:{secret}".encode(), hashlib.sha256).hexdigest()


def desk_key(state: State) -> bytes:
    """What the desk signs with."""
    if state.desk_key is None:
        state.desk_key = load_key(state.settings.data)
    return state.desk_key


def hand_out_cookie(request: Request, response: Response) -> None:
    """A browser without a cookie gets one with its first form; it signs nobody in."""
    secret = getattr(request.state, "desk_cookie", "")
    if secret:
        set_cookie(request, response, secret)


def set_cookie(request: Request, response: Response, secret: str) -> None:
    """Put the session's secret into the browser."""
    settings = get_state(request).settings
    request.state.desk_cookie = ""
    response.set_cookie(
        COOKIE, secret, path=f"{settings.base_path}/", httponly=True, samesite="lax",
        secure=request.url.scheme == "https" or settings.public_url.startswith("https:"),
    )  # fmt: skip
