"""A correction's later versions: the same change filled in there, or said not to be needed."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from starlette.responses import Response

from api.deps import StateDep
from api.desk.web import WriterDep, desk_router, redirect
from api.desk.writing.form import read_day
from api.desk.writing.later import carry, keep

router = desk_router("/desk/writing")


@router.post("/{number}/later/{version}")
async def later(
    request: Request, state: StateDep, user: WriterDep, number: int, version: str,
    act: Annotated[str, Form(max_length=20)] = "",
) -> Response:  # fmt: skip
    """Open the correction of the later version with the change in it, or leave that version as it is."""
    day = read_day(version, "施行日期")
    if act == "keep":
        await state.run(lambda: keep(state, number, day, user))
        return redirect(request, f"/desk/writing/{number}/review", done="saved")
    made = await state.run(lambda: carry(state, number, day, user))
    return redirect(request, f"/desk/writing/{made}", done="carried")
