"""Choosing a course, and what comes out of it: slides, handout, exercises, cases, all in one package."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, Response

from api.deps import StateDep
from api.desk.web import MAX_FIELDS, desk_router
from api.numbers import whole
from api.problems import ProblemError
from api.state import State
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
    set_lead,
    to,
)
from rag.content import Guideline
from rag.training import (
    ASSETS,
    MAX_GUIDELINES,
    MAX_MINUTES,
    MIN_MINUTES,
    Course,
    Plan,
    Sheet,
    case_sheet,
    deck_page,
    deck_slides,
    handout,
    package,
    quiz_sheet,
    render_pdf,
    sign_in_sheet,
)

router = desk_router("/training")
_SHEETS = {"handout": handout, "quiz": quiz_sheet, "cases": case_sheet, "signin": sign_in_sheet}
FILES = frozenset({"deck.css", "deck.js", "sheet.css"})
USUAL_MINUTES = 45


@router.get("")
async def start(request: Request, state: StateDep, operator: str = "", like: str = "") -> Response:
    """Choose: first the role, then its guidelines and the minutes. ``like``: begin from another course."""
    corpus = await state.run(state.engine.corpus)
    before = await state.run(lambda: state.training.courses.get(like)) if like else None
    operator = operator or (before.operator if before else "")
    day = state.settings.current_day()
    found = [g for g in corpus.in_force(day) if g.operator in (operator, "common")] if operator else []
    return page(
        request, "start.html", form=True, operators=corpus.registers.by_use, operator=operator, before=before,
        groups=_grouped(found, operator), most=MAX_GUIDELINES, shortest=MIN_MINUTES, longest=MAX_MINUTES,
        minutes=before.minutes if before else USUAL_MINUTES,
    )  # fmt: skip


def _grouped(found: list[Guideline], operator: str) -> list[tuple[str, list[Guideline]]]:
    own = [g for g in found if g.operator == operator]
    rest = [g for g in found if g.operator != operator]
    return [(name, group) for name, group in (("这类人的指引", own), ("共同的指引", rest)) if group]


@router.post("")
async def save(request: Request, state: StateDep) -> Response:
    """Keep a course and show it."""
    count_saving(request)
    course = _course(await request.form(max_fields=MAX_FIELDS), state)
    await state.run(lambda: planned(state, course))
    number = await state.run(lambda: state.training.courses.save(course))
    return to(request, f"/training/{number}")


def _course(form: FormData, state: State) -> Course:
    """A course as the form names it.

    Raises:
        ProblemError: 422, saying what to choose.
    """
    chosen = tuple(str(g) for g in form.getlist("guidelines"))
    minutes, title = str(form.get("minutes", "")).strip(), str(form.get("title", "")).strip()
    if not 1 <= len(chosen) <= MAX_GUIDELINES:
        raise ProblemError(422, "invalid", "还没有选好指引", f"返回上一页，选 1 到 {MAX_GUIDELINES} 份指引。")
    length = whole(minutes)
    if length is None or not MIN_MINUTES <= length <= MAX_MINUTES:
        raise ProblemError(
            422, "invalid", "时长写得不对", f"返回上一页，写 {MIN_MINUTES} 到 {MAX_MINUTES} 之间的分钟数。"
        )
    if len(title) > 40:
        raise ProblemError(422, "invalid", "课程名太长", "返回上一页，写 40 个字以内。")
    corpus, day = state.engine.corpus(), state.settings.current_day()
    first = corpus.get(chosen[0], day=day)
    operator = str(form.get("operator", "")) or first.operator
    return Course(title=title or first.title, operator=operator, guidelines=chosen, minutes=length, day=day)


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
        local=only_here(link), old=plan.course.day != state.settings.current_day(),
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
    return pdf(await state.run(lambda: as_pdf(state, drawn)), f"{name}.pdf")


def as_pdf(state: State, drawn: Sheet) -> bytes:
    """A sheet printed by this publisher today."""
    return render_pdf(drawn, publisher=state.settings.publisher, day=state.settings.current_day())


@router.get("/{number}/package.zip")
async def everything(request: Request, state: StateDep, number: str) -> Response:
    """All of it, for a room without a network."""
    plan = await _plan(state, number)
    options: dict[str, Any] = {"link": _site(request), "publisher": state.settings.publisher}
    body = await state.run(lambda: package(plan, today=state.settings.current_day(), **options))
    return download(body, "course.zip", "application/zip")


@router.post("/{number}/open")
async def open_room(request: Request, state: StateDep, number: str) -> Response:
    """Open a room for this course; this browser steers it."""
    count_saving(request)
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
