"""The trainer's screen: steer, watch the bars, see which topics fail, take the report along. All of it only with the room's cookie."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel
from starlette.responses import Response

from api.deps import StateDep
from api.desk.web import desk_router
from api.problems import ProblemError
from api.streams import event_stream
from api.training.certificates import rule_of
from api.training.models import Phase
from api.training.routes.courses import as_pdf
from api.training.web import (
    address,
    code_picture,
    download,
    hall_of,
    lead_cookie,
    leading,
    only_here,
    page,
    pdf,
    printed,
    set_lead,
    to,
)
from rag.ground import csv_text

router = desk_router("/training/rooms")
api = APIRouter(prefix="/api/training/rooms", include_in_schema=False)
LeadDep = Annotated[str, Depends(leading)]


class Step(BaseModel):
    """What the trainer saw when the button was pressed."""

    phase: Phase
    step: int
    end: bool = False


@router.get("/{room}")
async def screen(request: Request, state: StateDep, room: LeadDep) -> Response:
    """The screen."""
    now = await state.run(lambda: state.training.rooms.get(room))
    link = address(request, f"/room/{now.code}?k={now.key}") if now.code else ""
    spare = address(request, f"/training/rooms/{room}/lead/{request.cookies[lead_cookie(room)]}")
    return page(
        request, "lead.html", room=now, qr=code_picture(link) if link else "", spare=spare,
        short=address(request, "/room"), local=only_here(address(request, "/")),
        rule=rule_of(len(now.session.exercises)),
    )  # fmt: skip


@router.get("/{room}/lead/{secret}")
async def spare(request: Request, state: StateDep, room: str, secret: str) -> Response:
    """The spare link: another device of the trainer's may steer as well."""
    if not await state.run(lambda: state.training.rooms.leads(room, secret)):
        raise ProblemError(403, "not-leading", "这个备用链接不对", "请从开课堂的那台设备上重新复制。")
    response = to(request, f"/training/rooms/{room}")
    set_lead(request, response, room, secret)
    return response


@router.get("/{room}/report")
async def report(request: Request, state: StateDep, room: LeadDep) -> Response:
    """How it went."""
    return page(request, "report.html", report=await state.run(lambda: state.training.reports.report(room)))


@router.get("/{room}/report.pdf")
async def report_pdf(state: StateDep, room: LeadDep) -> Response:
    """The same to print and file."""
    drawn = await state.run(lambda: state.training.reports.report(room).sheet())
    return pdf(await printed(state, lambda: as_pdf(state, drawn)), "report.pdf")


@router.get("/{room}/report.csv")
async def report_csv(state: StateDep, room: LeadDep) -> Response:
    """The same for a spreadsheet."""
    found = await state.run(lambda: state.training.reports.report(room))
    return download(csv_text(found.rows()), "report.csv", "text/csv; charset=utf-8")


@router.get("/{room}/signin.pdf")
async def signin(state: StateDep, room: LeadDep) -> Response:
    """A list to sign with the codes of those who are there."""
    drawn = await state.run(lambda: state.training.reports.report(room).to_sign())
    return pdf(await printed(state, lambda: as_pdf(state, drawn)), "signin.pdf")


@router.get("/{room}/attendance.csv")
async def attendance(state: StateDep, room: LeadDep) -> Response:
    """Who was there, by code."""
    found = await state.run(lambda: state.training.reports.report(room))
    return download(csv_text(found.attendance()), "attendance.csv", "text/csv; charset=utf-8")


@api.get("/{room}/events")
async def events(state: StateDep, room: LeadDep) -> Response:
    """What there is to see, whenever it changes."""

    async def told() -> AsyncIterator[str]:
        async for picture in hall_of(state).watch(room):
            yield picture.lead_event

    return event_stream(told())


@api.post("/{room}/step", status_code=204)
async def step(state: StateDep, room: LeadDep, body: Step) -> None:
    """Go on."""
    await state.run(lambda: state.training.rooms.step(room, seen=(body.phase, body.step), end=body.end))
    hall_of(state).changed(room)


@api.post("/{room}/asked/{asked}/hide", status_code=204)
async def hide(state: StateDep, room: LeadDep, asked: int) -> None:
    """Take a question off the screens."""
    await state.run(lambda: state.training.rooms.hide(room, asked))
    hall_of(state).changed(room)
