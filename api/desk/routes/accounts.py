"""Accounts: who may do what. For administrators."""

from __future__ import annotations

import secrets
from typing import Annotated

from fastapi import Form, Request
from starlette.responses import Response

from api.deps import StateDep
from api.desk.roles import Role, roles_of
from api.desk.web import AdminDep, desk_router, page, redirect
from api.problems import ProblemError

router = desk_router("/desk/people")

Text = Annotated[str, Form(max_length=200)]
Roles = Annotated[tuple[str, ...], Form()]


@router.get("")
async def people(request: Request, state: StateDep, user: AdminDep) -> Response:
    """All accounts, and the form for a new one."""
    accounts = await state.run(state.desk.people.all)
    single = state.settings.oidc_label if state.settings.oidc_issuer else ""
    return page(request, "people.html", people=accounts, roles=list(Role), single=single)


@router.post("")
async def add(
    request: Request,
    state: StateDep,
    user: AdminDep,
    name: Text = "",
    display: Text = "",
    email: Text = "",
    roles: Roles = (),
    passwordless: bool = Form(default=False),
) -> Response:
    """Make an account; the password is shown once and has to be changed at the first sign-in. None where the provider
    signs people in."""
    password = None if passwordless and state.settings.oidc_issuer else secrets.token_urlsafe(9)
    made = await state.run(
        lambda: state.desk.people.add(name, display, roles_of(roles), password=password, email=email, by=user)
    )
    if password is None:
        return redirect(request, "/desk/people", done="added")
    return page(request, "password.html", account=made, password=password)


@router.get("/{number}")
async def one(request: Request, state: StateDep, user: AdminDep, number: int) -> Response:
    """One account."""
    account = await state.run(lambda: state.desk.people.get(number))
    if account is None:
        raise ProblemError(404, "not-found", "没有这个账号", "回到账号列表再选。")
    return page(request, "person.html", account=account, roles=list(Role))


@router.post("/{number}")
async def change(
    request: Request,
    state: StateDep,
    user: AdminDep,
    number: int,
    display: Text = "",
    email: Text = "",
    roles: Roles = (),
    active: bool = Form(default=False),
) -> Response:
    """Change an account."""
    await state.run(
        lambda: state.desk.people.change(
            number, display=display, email=email, roles=roles_of(roles), active=active, by=user
        )
    )
    return redirect(request, "/desk/people", done="saved")


@router.post("/{number}/password")
async def reset(request: Request, state: StateDep, user: AdminDep, number: int) -> Response:
    """A new password for somebody who forgot his; shown once."""
    password = secrets.token_urlsafe(9)
    await state.run(lambda: state.desk.people.set_password(number, password, by=user, must_change=True))
    account = await state.run(lambda: state.desk.people.get(number))
    return page(request, "password.html", account=account, password=password)
