"""挂图作战: the plan's tasks, the picture for the wall, and the public page of progress."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from fastapi import Depends, Form, Request
from starlette.responses import Response

from api.deps import StateDep
from api.desk.board.plan import STATES, PlanTask, progress, published_plan
from api.desk.board.wall import HEIGHT, MARGIN, QUARTERS, WIDTH, draw, legend
from api.desk.faults import Faults
from api.desk.roles import Role, User
from api.desk.web import TEMPLATES, AdminDep, UserDep, desk_router, page, redirect, require
from api.numbers import whole
from api.state import State

router = desk_router("/desk/plan")
public = desk_router("")

KEEPERS = (Role.REVIEWER, Role.ADMIN)
KeeperDep = Annotated[User, Depends(require(*KEEPERS))]
Line = Annotated[str, Form(max_length=400)]


def task_form(
    title: Line = "", measure: Line = "", year: Line = "", quarter: Line = "", owner: Line = "", due: Line = "",
    state: Line = "", evidence: Line = "", stamp: Line = "",
) -> PlanTask:  # fmt: skip
    """The task of a form that was sent.

    Raises:
        ProblemError: 422, a date or a number is none.
    """
    faults, day = Faults(), None
    try:
        day = dt.date.fromisoformat(due.strip()) if due.strip() else None
    except ValueError:
        faults.add("due", "日期写得不对", "写成 2026-12-31。")
    for at, text in (("year", year), ("quarter", quarter)):
        if text.strip() and whole(text) is None:
            faults.add(at, "年份或季度写得不对", "年份写成 2026，季度从列表里选。")
    faults.stop()
    in_year, in_quarter = whole(year), whole(quarter)
    words = [" ".join(text.split()) for text in (measure, title)]
    return PlanTask(
        in_year, in_quarter, words[0][:40], words[1][:200], owner.strip()[:64] or None, day, state or None,
        evidence.strip() or None, stamp=stamp,
    )  # fmt: skip


TaskDep = Annotated[PlanTask, Depends(task_form)]


@router.get("")
async def plan(request: Request, state: StateDep, user: UserDep) -> Response:
    """All tasks, and the form for a new one."""
    tasks = await state.run(state.desk.plan.all)
    known = await state.run(state.desk.plan.seeds)
    seeds = published_plan()
    fresh = sum(seed.key not in known for seed in seeds.tasks)
    return page(
        request, "plan.html", plan=seeds, tasks=tasks, fresh=fresh, done=progress(tasks)[0],
        quarters=QUARTERS, states=STATES, measures=_measures(), keeps=user.may(*KEEPERS),
    )  # fmt: skip


@router.post("")
async def add(request: Request, state: StateDep, user: KeeperDep, task: TaskDep) -> Response:
    """A new task."""
    await state.run(lambda: state.desk.plan.save(task, by=user))
    return redirect(request, "/desk/plan", done="added")


@router.post("/seed")
async def seed(request: Request, state: StateDep, user: AdminDep) -> Response:
    """The tasks of the plan as it was published, with one press."""
    await state.run(lambda: state.desk.plan.load(published_plan(), by=user))
    return redirect(request, "/desk/plan", done="added")


@router.get("/wall")
async def wall(request: Request, user: UserDep) -> Response:
    """The picture to print, with who has each task."""
    return page(
        request, "wall.html", title=published_plan().title, picture="/desk/plan/wall.svg", back="/desk/plan"
    )


@router.get("/wall.svg")
async def wall_picture(state: StateDep, user: UserDep) -> Response:
    """The picture itself."""
    return await state.run(lambda: _picture(state, owners=True))


@router.get("/{number}")
async def one(request: Request, state: StateDep, user: UserDep, number: int) -> Response:
    """One task."""
    task = await state.run(lambda: state.desk.plan.get(number))
    return page(
        request, "plan_task.html", task=task, quarters=QUARTERS, states=STATES, measures=_measures(),
        keeps=user.may(*KEEPERS),
    )  # fmt: skip


@router.post("/{number}")
async def change(request: Request, state: StateDep, user: KeeperDep, number: int, task: TaskDep) -> Response:
    """Change a task."""
    await state.run(lambda: state.desk.plan.save(task.of(number), by=user))
    return redirect(request, "/desk/plan", done="saved")


@router.post("/{number}/delete")
async def delete(request: Request, state: StateDep, user: KeeperDep, number: int) -> Response:
    """Take a task out."""
    await state.run(lambda: state.desk.plan.delete(number, by=user))
    return redirect(request, "/desk/plan", done="deleted")


@public.get("/progress")
async def shown(request: Request, state: StateDep) -> Response:
    """What is done and what is left, for everybody; nobody is named."""
    tasks = await state.run(state.desk.plan.all)
    return page(
        request, "progress.html", plan=published_plan(), tasks=tasks, done=progress(tasks)[0], quarters=QUARTERS
    )  # fmt: skip


@public.get("/progress/wall")
async def shown_wall(request: Request) -> Response:
    """The picture to print."""
    return page(request, "wall.html", title=published_plan().title, picture="/progress.svg", back="/progress")


@public.get("/progress.svg")
async def shown_picture(state: StateDep) -> Response:
    """The picture itself, without owners."""
    return await state.run(lambda: _picture(state, owners=False))


def _picture(state: State, *, owners: bool) -> Response:
    seeds, tasks, today = published_plan(), state.desk.plan.all(), state.settings.current_day()
    done, total = progress(tasks)
    svg = TEMPLATES.get_template("wall.svg").render(
        plan=seeds, picture=draw(seeds, tasks, today, owners=owners), legend=list(legend(tasks, today)), today=today,
        done=done, total=total, width=WIDTH, height=HEIGHT, margin=MARGIN,
    )  # fmt: skip
    return Response(svg, media_type="image/svg+xml")


def _measures() -> list[str]:
    return list(dict.fromkeys(seed.measure for seed in published_plan().tasks))
