"""诚信直播间: the officers' list, and the page for everybody."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import Depends, Form, Request
from starlette.responses import Response

from api.deps import StateDep
from api.desk.board.enrolled import STATES, Enrolled
from api.desk.roles import Role, User
from api.desk.web import UserDep, desk_router, page, redirect, require
from api.problems import ProblemError

router = desk_router("/desk/rooms")
public = desk_router("")

KeeperDep = Annotated[User, Depends(require(Role.WRITER, Role.REVIEWER))]
Line = Annotated[str, Form(max_length=400)]


def room_form(
    name: Line = "", platform: Line = "", room_state: Line = "", since: Line = "", note: Line = "",
    shown: Annotated[bool, Form()] = False, number: Annotated[int, Form()] = 0,
) -> Enrolled:  # fmt: skip
    """The room of a form that was sent.

    Raises:
        ProblemError: 422, the day is none.
    """
    try:
        day = dt.date.fromisoformat(since.strip())
    except ValueError as error:
        raise ProblemError(422, "invalid", "日期写得不对", "写成 2026-12-31。", at="since") from error
    words = [" ".join(text.split()) for text in (name, platform, note)]
    return Enrolled(words[0][:80], words[1][:40], room_state, day, words[2][:400] or None, shown, number)


RoomDep = Annotated[Enrolled, Depends(room_form)]


@router.get("")
async def rooms(request: Request, state: StateDep, user: UserDep) -> Response:
    """The whole list, each to be changed, and the form for a new one."""
    found = await state.run(state.desk.rooms.all)
    return page(request, "rooms.html", rooms=found, states=STATES)


@router.post("")
async def save(request: Request, state: StateDep, user: KeeperDep, room: RoomDep) -> Response:
    """Put a room in, or change one."""
    await state.run(lambda: state.desk.rooms.save(room, by=user))
    return redirect(request, "/desk/rooms", done="saved" if room.id else "added")


@router.post("/{number}/delete")
async def delete(request: Request, state: StateDep, user: KeeperDep, number: int) -> Response:
    """Take a room off the list."""
    await state.run(lambda: state.desk.rooms.delete(number, by=user))
    return redirect(request, "/desk/rooms", done="deleted")


@public.get("/honest-rooms")
async def shown(request: Request, state: StateDep) -> Response:
    """The rooms that may be named, for everybody."""
    found = await state.run(state.desk.rooms.public)
    return page(request, "honest_rooms.html", rooms=found)
