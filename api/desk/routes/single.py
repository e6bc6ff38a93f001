"""Signing in by the OpenID Connect provider of the settings."""

from __future__ import annotations

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from api.deps import StateDep, address_of
from api.desk.oidc import COOKIE, SECONDS, Provider, pack, unpack
from api.desk.routes.signin import enter, inside
from api.desk.web import desk_key, desk_router
from api.problems import ProblemError
from api.state import State

router = desk_router("/desk/oidc")


@router.get("")
async def start(request: Request, state: StateDep, next: str = "/desk") -> Response:
    """Off to the provider."""
    state.signing_in.check(address_of(request))
    address, kept = await _provider(state).start(_back(request, state), inside(next))
    response = RedirectResponse(address, 303)
    response.set_cookie(
        COOKIE, pack(kept, desk_key(state)), max_age=SECONDS, path=f"{state.settings.base_path}/desk/oidc",
        httponly=True, samesite="lax", secure=_back(request, state).startswith("https:"),
    )  # fmt: skip
    return response


@router.get("/back")
async def back(request: Request, state: StateDep) -> Response:
    """Back from the provider: its person's account, if there is one, is signed in."""
    state.signing_in.check(address_of(request))
    kept = unpack(request.cookies.get(COOKIE, ""), desk_key(state))
    person = await _provider(state).finish(kept, request.query_params)
    user = await state.run(lambda: state.desk.gate.by_subject(person.issuer, person.subject, person.name))
    if user is None:
        raise ProblemError(
            403, "no-account", "案头没有您的账号", f"请管理员新建账号“{person.name[:64]}”，再登录一次。"
        )
    response = await enter(request, user, inside(kept["then"]))
    response.delete_cookie(COOKIE, path=f"{state.settings.base_path}/desk/oidc")
    return response


def _provider(state: State) -> Provider:
    if not state.settings.oidc_issuer:
        raise ProblemError(404, "not-found", "没有设统一登录", "请用账号和密码登录。")
    if state.oidc is None:
        state.oidc = Provider(state.settings)
    return state.oidc


def _back(request: Request, state: State) -> str:
    """Our address the provider sends the browser to; it has to be registered there."""
    base = state.settings.public_url.rstrip("/") or f"{request.url.scheme}://{request.url.netloc}"
    return f"{base}/desk/oidc/back"
