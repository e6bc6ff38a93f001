"""情形: listed by role, edited question by question beside the clauses, written anew, taken out."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Form, Request
from starlette.responses import Response

from api.deps import StateDep
from api.desk.additions import CASE
from api.desk.cases import MOST, all_cases, find_case, read_entry, stands
from api.desk.listed import CASES, put_down
from api.desk.picking import picking
from api.desk.quiz import clause_in_force
from api.desk.roles import Role, User
from api.desk.web import OfficerDep, WriterDep, desk_router, page, redirect
from api.problems import ProblemError
from api.state import State
from rag.content import Case

router = desk_router("/desk/cases")


@router.get("")
async def listing(request: Request, state: StateDep, user: OfficerDep, q: str = "") -> Response:
    """The cases by role: those with the words of a search."""
    words = q.lower().split()

    def has(case: Case) -> bool:
        text = " ".join([case.title, case.story, *(x.ask for x in case.questions)]).lower()
        return all(word in text for word in words)

    def work() -> list[tuple[str, list[tuple[Case, bool]]]]:
        found = [(one, stands(state, one)) for one in all_cases(state) if has(one)]
        roles = state.engine.corpus().registers.by_use
        groups = [(role.short, [row for row in found if row[0].operator == role.id]) for role in roles]
        return [group for group in groups if group[1]]

    groups, small = await state.run(work), await state.run(state.desk.additions.waiting)
    return page(
        request, "cases.html", groups=groups, q=q, may_edit=user.may(Role.WRITER),
        waiting={a.fields["id"] for a in small if a.kind == CASE},
    )  # fmt: skip


@router.get("/new")
async def new(request: Request, state: StateDep, user: WriterDep) -> Response:
    """An empty form."""
    return await _page(request, state, user, None)


@router.post("/new")
async def add(request: Request, state: StateDep, user: WriterDep) -> Response:
    """A new case, kept for publication."""
    form = await request.form()

    def work() -> None:
        entry = read_entry(state, form, None)
        put_down(state, CASES, entry["id"], entry, entry["title"], user)

    await state.run(work)
    return redirect(request, "/desk/cases", done="waiting")


@router.get("/{own}")
async def one(request: Request, state: StateDep, user: OfficerDep, own: str) -> Response:
    """One case, each answer beside its clauses."""
    return await _page(request, state, user, await state.run(lambda: find_case(state, own)))


@router.post("/{own}")
async def edit(
    request: Request, state: StateDep, user: WriterDep, own: str, act: Annotated[str, Form(max_length=20)] = ""
) -> Response:  # fmt: skip
    """Keep the case as it was typed, read against its clauses, or take it out: with the next publication."""
    form = await request.form()

    def work() -> None:
        known = find_case(state, own)
        if act == "delete":
            put_down(state, CASES, own, None, f"删去：{known.title}", user)
            return
        entry = read_entry(state, form, own)
        put_down(state, CASES, own, entry, entry["title"], user)

    await state.run(work)
    return redirect(request, "/desk/cases", done="waiting")


async def _page(request: Request, state: State, user: User, case: Case | None) -> Response:
    def quoted(address: str) -> tuple[str, str | None]:
        try:
            guideline, clause = clause_in_force(state, address)
        except ProblemError:
            return address, None
        return guideline.title, f"{clause.heading or ''}{clause.text}"

    def work() -> dict[str, Any]:
        asked = [(q, [quoted(address) for address in q.clauses]) for q in case.questions] if case else []
        return {
            "questions": [*asked, *[(None, [])] * (MOST - len(asked))],
            "stale": case is not None and not stands(state, case),
            "waiting": case is not None and state.desk.additions.waits(CASE, case.id),
            "picking": picking(state, request.query_params),
            "operators": state.engine.corpus().registers.by_use,
        }

    return page(request, "case_edit.html", case=case, may_edit=user.may(Role.WRITER), **await state.run(work))
