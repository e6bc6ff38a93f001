"""Signing in and out, and one's own password."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Form, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from api.deps import StateDep, address_of
from api.desk.faults import Faults
from api.desk.roles import User
from api.desk.web import COOKIE, csrf_token, current_user, desk_router, maybe_user, page, redirect, set_cookie
from api.problems import ProblemError

router = desk_router()


@router.get("/login")
async def login_form(request: Request, next: str = "/desk") -> Response:
    """The form; who is signed in already goes on."""
    if await maybe_user(request):
        return redirect(request, inside(next))
    return page(request, "login.html", next=inside(next), single=_single(request))


@router.post("/login")
async def login(
    request: Request,
    state: StateDep,
    name: Annotated[str, Form(max_length=64)] = "",
    password: Annotated[str, Form(max_length=200)] = "",
    next: Annotated[str, Form(max_length=500)] = "/desk",
) -> Response:
    """Check the password. The session gets a new secret, so that nobody rides on one he handed out before."""
    state.signing_in.check(address_of(request))
    user = await state.run(lambda: state.desk.gate.check(name, password))
    if user is None:
        raise ProblemError(
            401, "wrong-password", "账号或密码不对", "连续 5 次不对会锁 15 分钟。", at="password"
        )
    return await enter(request, user, "/desk/me" if user.must_change else inside(next))


async def enter(request: Request, user: User, path: str) -> RedirectResponse:
    """Begin a session and go on to ``path``."""
    state = request.app.state.hegui
    secret = await state.run(lambda: state.desk.gate.begin(user, request.cookies.get(COOKIE, "")))
    response = redirect(request, path)
    set_cookie(request, response, secret)
    return response


@router.get("/session")
async def session(request: Request) -> Response:
    """Who is signed in and the token for forms, for a page that was opened before: its writing goes on after signing in
    anew. 401 for nobody."""
    user = await maybe_user(request)
    if user is None or user.must_change:
        return JSONResponse({}, 401)
    return JSONResponse({"who": user.name, "csrf": csrf_token(request)})


@router.post("/logout")
async def logout(request: Request, state: StateDep) -> Response:
    """End the session."""
    secret = request.cookies.get(COOKIE, "")
    await state.run(lambda: state.desk.gate.end(secret))
    response = redirect(request, "/desk/login")
    response.delete_cookie(COOKIE, path=f"{state.settings.base_path}/")
    return response


@router.get("/me")
async def me(request: Request, user: Annotated[User, Depends(current_user)]) -> Response:
    """One's own account."""
    return page(request, "me.html")


@router.post("/me")
async def change_password(
    request: Request,
    state: StateDep,
    user: Annotated[User, Depends(current_user)],
    old: Annotated[str, Form(max_length=200)] = "",
    new: Annotated[str, Form(max_length=200)] = "",
    again: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """A new password; other browsers are signed out."""
    faults = Faults()
    if new != again:
        faults.add("again", "两次输入的新密码不一样", "三个都再输一次。")
    elif new == old:
        faults.add("new", "新密码要和原来的不同", "换一个，三个都再输一次。")
    faults.stop()
    if not await state.run(lambda: state.desk.gate.check(user.name, old)):
        faults.add("old", "原来的密码不对", "三个都再输一次。")
    faults.stop()
    secret = request.cookies.get(COOKIE, "")
    await state.run(lambda: state.desk.people.set_password(user.id, new, by=user, keep=secret))
    return redirect(request, "/desk/me", done="password")


def _single(request: Request) -> str:
    """The words of the button of the OpenID provider; empty if none is set."""
    settings = request.app.state.hegui.settings
    return settings.oidc_label if settings.oidc_issuer else ""


def inside(path: str) -> str:
    """``path`` if it is a page of the desk, else the first page: nobody is led elsewhere by a link."""
    plain = path == "/desk" or path.startswith(("/desk/", "/desk?"))
    return path if plain and "\\" not in path and path.isprintable() else "/desk"
