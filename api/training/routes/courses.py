"""Choosing a course, and what comes out of it: slides, handout, exercises, cases, all in one package."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, Response

from api.deps import StateDep
from api.desk.web import MAX_FIELDS, desk_router
from api.problems import ProblemError
from api.state import State
from api.training.choosing import Choice, choice_from, choice_of, clauses_of, course_of, grouped
from api.training.models import Session
from api.training.web import (
    address,
    code_picture,
    count_saving,
    download,
    only_here,
    page,
    pdf,
    planned,
    printed,
    set_lead,
    to,
)
from rag.training import (
    ASSETS,
    MAX_GUIDELINES,
    MAX_MINUTES,
    MIN_MINUTES,
    Plan,
    Sheet,
    case_sheet,
    deck_page,
    deck_slides,
    feedback_sheet,
    handout,
    hurried,
    pace,
    package,
    quiz_sheet,
    render_pdf,
    sign_in_sheet,
)

router = desk_router("/training")
_SHEETS = {
    "handout": handout, "quiz": quiz_sheet, "cases": case_sheet, "signin": sign_in_sheet, "feedback": feedback_sheet,
}  # fmt: skip
FILES = frozenset({"deck.css", "deck.js", "sheet.css"})


@router.get("")
async def start(request: Request, state: StateDep, operator: str = "", like: str = "") -> Response:
    """Choose: first the role, then its guidelines and the minutes. ``like``: begin from another course."""
    before = await state.run(lambda: state.training.courses.get(like)) if like else None
    choice = Choice(operator=operator) if before is None else choice_from(before)
    return await _start(request, state, replace(choice, operator=operator or choice.operator))


@router.get("/clauses")
async def clauses(request: Request, state: StateDep, like: str) -> Response:
    """Choose the clauses that become slides, beginning from a course."""
    before = await state.run(lambda: state.training.courses.get(like))
    return await _clauses(request, state, choice_from(before))


async def _start(
    request: Request, state: State, choice: Choice, wrong: ProblemError | None = None
) -> Response:
    corpus = await state.run(state.engine.corpus)
    answer = page(
        request, "start.html", form=True, operators=corpus.registers.by_use, choice=choice, wrong=wrong,
        groups=grouped(corpus, choice.operator, state.settings.current_day()), most=MAX_GUIDELINES,
        shortest=MIN_MINUTES, longest=MAX_MINUTES,
    )  # fmt: skip
    answer.status_code = wrong.status if wrong else 200
    return answer


async def _clauses(
    request: Request, state: State, choice: Choice, wrong: ProblemError | None = None
) -> Response:
    corpus = await state.run(state.engine.corpus)
    groups = clauses_of(corpus, choice, state.settings.current_day())
    answer = page(request, "clauses.html", form=True, choice=choice, groups=groups, wrong=wrong)
    answer.status_code = wrong.status if wrong else 200
    return answer


@router.post("", dependencies=[Depends(count_saving)])
async def save(request: Request, state: StateDep) -> Response:
    """Keep a course and show it; what is wrong is told above the form, with everything as it was filled in."""
    form = await request.form(max_fields=MAX_FIELDS)
    corpus = await state.run(state.engine.corpus)
    choice = choice_of(form, corpus, state.settings.current_day())
    if form.get("back"):
        return await _start(request, state, choice)
    try:
        course = course_of(choice, state)
        await state.run(lambda: planned(state, course))
    except ProblemError as error:
        again = _clauses if form.get("listed") else _start
        return await again(request, state, choice, error)
    if form.get("pick"):
        return await _clauses(request, state, choice)
    number = await state.run(lambda: state.training.courses.save(course))
    return to(request, f"/training/{number}")


@router.get("/assets/{name}")
async def asset(name: str) -> Response:
    """Script and style of the slides."""
    if name not in FILES:
        raise HTTPException(404)
    return FileResponse(ASSETS / name)


@router.get("/{number}")
async def course(request: Request, state: StateDep, number: str) -> Response:
    """A course: agenda, materials, and the button that opens a room."""
    plan = await _plan(state, number)
    link = address(request, f"/training/{number}")
    return page(
        request, "course.html", form=True, number=number, plan=plan, link=link, qr=code_picture(link),
        local=only_here(link), old=plan.course.day != state.settings.current_day(), hurried=hurried(plan), pace=pace(plan),
    )  # fmt: skip


@router.get("/{number}/slides")
async def slides(request: Request, state: StateDep, number: str) -> Response:
    """The deck."""
    plan = await _plan(state, number)
    base = state.settings.base_path
    html = deck_page(
        plan.course.title, deck_slides(plan, _site(request)), assets=f"{base}/training/assets/",
        back=f"{base}/training/{number}",
    )  # fmt: skip
    return HTMLResponse(html)


@router.get("/{number}/{name}.pdf")
async def sheet(request: Request, state: StateDep, number: str, name: str) -> Response:
    """A sheet to print."""
    plan = await _plan(state, number)
    if name not in _SHEETS or (name == "cases" and not plan.discussions):
        raise HTTPException(404)
    drawn = _SHEETS[name](plan, address(request, f"/training/{number}"))
    return pdf(await printed(state, lambda: as_pdf(state, drawn)), f"{name}.pdf")


def as_pdf(state: State, drawn: Sheet) -> bytes:
    """A sheet printed by this publisher today."""
    return render_pdf(drawn, publisher=state.settings.publisher, day=state.settings.current_day())


@router.get("/{number}/package.zip")
async def everything(request: Request, state: StateDep, number: str) -> Response:
    """All of it, for a room without a network."""
    plan = await _plan(state, number)
    options: dict[str, Any] = {"link": _site(request), "publisher": state.settings.publisher}
    body = await printed(state, lambda: package(plan, today=state.settings.current_day(), **options))
    return download(body, "course.zip", "application/zip")


@router.post("/{number}/open", dependencies=[Depends(count_saving)])
async def open_room(request: Request, state: StateDep, number: str) -> Response:
    """Open a room for this course; this browser steers it."""
    plan = await _plan(state, number)
    if not plan.exercises:
        raise ProblemError(
            422, "invalid", "选的指引里没有能出成题的问答", "返回课程页，点“照这门课另选”，换几份指引。"
        )
    session = Session(
        title=plan.course.title, role=plan.role, day=plan.course.day, minutes=plan.course.minutes,
        exercises=plan.exercises,
    )  # fmt: skip
    room, secret = await state.run(lambda: state.training.rooms.open(number, session))
    response = to(request, f"/training/rooms/{room}")
    set_lead(request, response, room, secret)
    return response


async def _plan(state: State, number: str) -> Plan:
    kept = await state.run(lambda: state.training.courses.get(number))
    return await state.run(lambda: planned(state, kept))


def _site(request: Request) -> str:
    """The public address of the site, "" where phones cannot reach it."""
    link = address(request, "/")
    return "" if only_here(link) else link
