"""What every page of the desk stands on: routers, templates, who is signed in, and the check against forged forms.

A module of pages is ``router = desk_router()`` with routes below ``/desk``; it is listed in ``routes/__init__.py``. A form that
is refused is shown again with what was typed and what is wrong at which field (`refused`): routes only raise.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.deps import get_state
from api.desk.forged import (
    COOKIE,
    FIELD,
    MAX_FIELDS,
    check_csrf,
    csrf_token,
    desk_key,
    hand_out_cookie,
    set_cookie,
)
from api.desk.pages import TEMPLATES, page, redirect, shown_time
from api.desk.refused import refused
from api.desk.roles import Role, User
from api.problems import ProblemError
from rag.ground import HeguiError

__all__ = [
    "COOKIE", "FIELD", "MAX_FIELDS", "TEMPLATES", "AdminDep", "OfficerDep", "ReviewerDep", "UserDep", "WriterDep", "csrf_token",
    "current_user", "desk_key", "desk_router", "maybe_user", "page", "redirect", "require", "set_cookie", "shown_time",
]  # fmt: skip
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}


class DeskRoute(APIRoute):
    """A route whose errors are pages, and whose responses nobody keeps or frames."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler with its errors caught."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                response = await handle(request)
            except (HTTPException, HeguiError, RequestValidationError) as error:
                response = await refused(request, error)
            for name, value in _HEADERS.items():
                response.headers.setdefault(name, value)
            hand_out_cookie(request, response)
            return response

        return handled


def desk_router(prefix: str = "/desk") -> APIRouter:
    """A router of pages; each POST below it is checked against forged forms."""
    return APIRouter(
        prefix=prefix, route_class=DeskRoute, include_in_schema=False, dependencies=[Depends(check_csrf)]
    )


# --- who is there -----------------------------------------------------------------------------------


async def maybe_user(request: Request) -> User | None:
    """Who is signed in, or None."""
    state = get_state(request)
    if not hasattr(request.state, "desk_user"):
        secret = request.cookies.get(COOKIE, "")
        request.state.desk_user = await state.run(lambda: state.desk.gate.whose(secret)) if secret else None
    user: User | None = request.state.desk_user
    return user


async def current_user(request: Request) -> User:
    """Who is signed in.

    Raises:
        HTTPException: 303 to the sign-in page (401 for a form that was sent), or to the page for a new password.
    """
    user = await maybe_user(request)
    base = get_state(request).settings.base_path
    if user is None:
        if request.method not in ("GET", "HEAD"):
            raise ProblemError(
                401,
                "signed-out",
                "已经退出登录",
                "重新登录后再办一次；刚才写的，先按浏览器的“后退”看看还在不在，复制下来。",
            )
        back = quote(request.url.path + (f"?{request.url.query}" if request.url.query else ""), safe="/")
        raise HTTPException(303, headers={"Location": f"{base}/desk/login?next={back}"})
    if user.must_change and not request.url.path.startswith("/desk/me"):
        raise HTTPException(303, headers={"Location": f"{base}/desk/me"})
    return user


def require(*roles: Role) -> Callable[[User], User]:
    """A dependency: who is signed in and has one of ``roles`` (any, if none is named)."""

    def check(user: Annotated[User, Depends(current_user)]) -> User:
        if not user.may(*roles):
            needed = "或".join(role.label for role in roles) or "任一角色"
            raise ProblemError(403, "role", "这一页您不能用", f"需要“{needed}”角色，请找管理员。")
        return user

    return check


#: Whoever is signed in, as a parameter of a route.
UserDep = Annotated[User, Depends(require())]
AdminDep = Annotated[User, Depends(require(Role.ADMIN))]
WriterDep = Annotated[User, Depends(require(Role.WRITER))]
OfficerDep = Annotated[User, Depends(require(Role.WRITER, Role.REVIEWER))]
ReviewerDep = Annotated[User, Depends(require(Role.REVIEWER))]
