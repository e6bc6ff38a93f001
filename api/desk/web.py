"""What every page of the desk stands on: routers, templates, who is signed in, and the check against forged forms.

A module of pages is ``router = desk_router()`` with routes below ``/desk``; it is listed in ``routes/__init__.py``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import jinja2
from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.deps import get_state
from api.desk.navigation import menu
from api.desk.roles import Role, User
from api.desk.words import clause_name
from api.problems import ProblemError, facts_of
from api.sessions import load_key
from api.state import State
from rag.ground import BEIJING, HeguiError

COOKIE = "hegui_desk"
FIELD = "csrf"
HEADER = "x-csrf-token"
MAX_FIELDS = 5000
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
                response = _error_page(request, error)
            for name, value in _HEADERS.items():
                response.headers.setdefault(name, value)
            _hand_out_cookie(request, response)
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


# --- forged forms -----------------------------------------------------------------------------------


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


def _hand_out_cookie(request: Request, response: Response) -> None:
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


# --- pages ------------------------------------------------------------------------------------------

TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=jinja2.StrictUndefined,
)


def shown_time(moment: dt.datetime | None) -> str:
    """A time as Beijing reads it, such as 2026-11-26 17:05."""
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M") if moment else ""


TEMPLATES.filters["when"] = shown_time
TEMPLATES.filters["clause"] = clause_name


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A page from a template.

    Beside ``context`` the template has ``user`` (or None), ``menu``, ``here`` (the path), ``csrf`` (the hidden field),
    ``url('/desk/…')``, ``public`` (not a page of the desk), ``notice`` (the text of ``?done=``) and ``Role``.
    """
    state = get_state(request)
    user: User | None = getattr(request.state, "desk_user", None)
    base = state.settings.base_path
    forms = request.url.path.startswith(("/desk", "/reply"))  # who only reads gets no cookie
    token = csrf_token(request) if forms else ""
    field = Markup('<input type="hidden" name="{}" value="{}">')
    html = TEMPLATES.get_template(template).render(
        user=user, menu=menu(user), here=request.url.path, csrf=field.format(FIELD, token),
        csrf_token=token, url=lambda path: base + path, Role=Role,
        notice=_DONE.get(request.query_params.get("done", ""), ""), today=state.settings.current_day(),
        public=not request.url.path.startswith("/desk"), **context,
    )  # fmt: skip
    return HTMLResponse(html, status)


#: What ``redirect(…, done="saved")`` says on the page it leads to.
_DONE = {
    "saved": "已保存。",
    "added": "已新建。",
    "sent": "已发出。",
    "closed": "已办结。",
    "password": "密码已修改，其他设备上的登录已退出。",
    "deleted": "已删除。",
    "submitted": "已保存并提交审核。",
    "imported": "Word 文件已导入，接在原有条款后面。",
    "restored": "已取回，成为最新的内容。",
    "brought": "更正已合进来。您也改过的地方留的是您的文字，旁边有一条意见写着更正后的文字，请对照。",
    "again": "您看的时候同事又保存了一次，下面是最新的，请再选一次。",
    "moved": "已办理。",
    "known": "这一版登记册里早就有了，没有条款要跟着改，不用办。",
    "waiting": "已记下，等审核发布的同事在“发布”页发布后生效。",
}


def redirect(request: Request, path: str, *, done: str = "") -> RedirectResponse:
    """To another page of ours after a form; ``done`` is a key of the notices shown there."""
    query = f"{'&' if '?' in path else '?'}done={done}" if done else ""
    return RedirectResponse(get_state(request).settings.base_path + path + query, 303)


def _error_page(request: Request, error: HTTPException | HeguiError | RequestValidationError) -> Response:
    if isinstance(error, HTTPException) and error.headers and "Location" in error.headers:
        return RedirectResponse(error.headers["Location"], error.status_code)
    status, title, detail, headers = facts_of(error)
    if isinstance(error, RequestValidationError) and all(e["loc"][0] == "path" for e in error.errors()):
        status, title, detail = 404, "没有这一页", "地址可能抄漏了。从菜单进去再选。"
    response = page(request, "error.html", status=status, title=title, detail=detail, back=_form_of(request))
    response.headers.update(headers)
    return response


def _form_of(request: Request) -> str:
    """The page of ours whose form was sent, empty if the browser does not tell."""
    host, _, path = request.headers.get("referer", "").partition("://")[2].partition("/")
    ours = request.method == "POST" and host == request.headers.get("host") and not path.startswith("/")
    return f"/{path.partition('?')[0].partition('#')[0]}" if ours else ""
