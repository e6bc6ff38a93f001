"""练习题: listed by role, edited beside their clause, written anew, taken out."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Form, Request
from starlette.responses import Response

from api.deps import StateDep
from api.desk.additions import QUESTION
from api.desk.listed import QUESTIONS, put_down
from api.desk.picking import picking
from api.desk.quiz import (
    KINDS,
    all_questions,
    clause_in_force,
    find_question,
    read_entry,
    stands,
)
from api.desk.roles import Role, User
from api.desk.web import OfficerDep, WriterDep, desk_router, page, redirect
from api.problems import ProblemError
from api.state import State
from rag.content import QuizQuestion

router = desk_router("/desk/quiz")

EMPTY = {"id": "", "clause": "", "kind": "verdict", "ask": "", "right": "", "wrong": [], "why": ""}


@router.get("")
async def listing(
    request: Request, state: StateDep, user: OfficerDep, q: str = "", show: str = ""
) -> Response:  # fmt: skip
    """The questions by role: those with the words of a search, or those whose clause has changed."""

    def work() -> list[tuple[str, list[tuple[QuizQuestion, bool]]]]:
        found = [(one, stands(state, one)) for one in all_questions(state) if _has(one, q.lower().split())]
        if show == "stale":
            found = [(one, good) for one, good in found if not good]
        roles = state.engine.corpus().registers.by_use
        groups = [(role.short, [row for row in found if row[0].operator == role.id]) for role in roles]
        return [group for group in groups if group[1]]

    groups, small = await state.run(work), await state.run(state.desk.additions.waiting)
    changed = {a.fields["id"] for a in small if a.kind == QUESTION}
    return page(
        request, "quiz.html", groups=groups, q=q, show=show, kinds=KINDS, waiting=changed,
        may_edit=user.may(Role.WRITER),
    )  # fmt: skip


@router.get("/new")
async def new(request: Request, state: StateDep, user: WriterDep, clause: str = "") -> Response:
    """An empty form, for a clause if one is named."""
    return await _page(request, state, user, EMPTY | {"clause": clause.strip()}, stale=False)


@router.post("/new")
async def add(request: Request, state: StateDep, user: WriterDep) -> Response:
    """A new question, kept for publication."""
    form = await request.form()

    def work() -> None:
        entry = read_entry(state, form, None)
        put_down(state, QUESTIONS, entry["id"], entry, entry["ask"], user)

    await state.run(work)
    return redirect(request, "/desk/quiz", done="waiting")


@router.get("/{own}")
async def one(request: Request, state: StateDep, user: OfficerDep, own: str) -> Response:
    """One question beside its clause."""
    question = await state.run(lambda: find_question(state, own))
    stale = not await state.run(lambda: stands(state, question))
    return await _page(request, state, user, _fields(question), stale=stale)


@router.post("/{own}")
async def edit(
    request: Request, state: StateDep, user: WriterDep, own: str, act: Annotated[str, Form(max_length=20)] = ""
) -> Response:  # fmt: skip
    """Keep the question as it was typed, read against its clause, or take it out: with the next publication."""
    form = await request.form()

    def work() -> None:
        known = find_question(state, own)
        if act == "delete":
            put_down(state, QUESTIONS, own, None, f"删去：{known.question}", user)
            return
        entry = read_entry(state, form, own)
        put_down(state, QUESTIONS, own, entry, entry["ask"], user)

    await state.run(work)
    return redirect(request, "/desk/quiz", done="waiting")


def _has(question: QuizQuestion, words: list[str]) -> bool:
    text = " ".join([question.question, *question.options, question.guideline]).lower()
    return all(word in text for word in words)


def _fields(question: QuizQuestion) -> dict[str, Any]:
    wrong = [o for n, o in enumerate(question.options) if n != question.answer]
    return {
        "id": question.id, "clause": f"{question.guideline}#{question.clause}", "kind": question.kind,
        "ask": question.question, "right": question.right, "wrong": wrong,
        "why": question.why,
    }  # fmt: skip


async def _page(
    request: Request, state: State, user: User, fields: dict[str, Any], *, stale: bool
) -> Response:
    def work() -> tuple[tuple[str, str] | None, bool]:
        try:
            guideline, found = clause_in_force(state, fields["clause"])
            clause = guideline.title, f"{found.heading or ''}{found.text}"
        except ProblemError:
            clause = None
        own = fields["id"]
        return clause, bool(own) and state.desk.additions.waits(QUESTION, own)

    clause, waits = await state.run(work)
    return page(
        request, "question.html", question=fields, clause=clause, stale=stale, kinds=KINDS, waiting=waits,
        may_edit=user.may(Role.WRITER), picking=await state.run(lambda: picking(state, request.query_params)),
    )  # fmt: skip
