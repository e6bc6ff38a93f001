"""行话: the glossary listed, edited, written anew, taken out."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from starlette.responses import Response

from api.deps import StateDep
from api.desk.additions import TERM
from api.desk.listed import TERMS, put_down
from api.desk.roles import Role, User
from api.desk.terms import about, all_terms, find_term, read_entry
from api.desk.web import OfficerDep, WriterDep, desk_router, page, redirect
from api.state import State
from rag.content import Term

router = desk_router("/desk/terms")


@router.get("")
async def listing(request: Request, state: StateDep, user: OfficerDep, q: str = "") -> Response:
    """The terms in the order of the glossary: those with the words of a search."""
    words = q.lower().split()

    def has(term: Term) -> bool:
        text = " ".join([term.term, term.meaning, *term.slang]).lower()
        return all(word in text for word in words)

    terms, small = await state.run(lambda: all_terms(state)), await state.run(state.desk.additions.waiting)
    return page(
        request, "terms.html", terms=[t for t in terms if has(t)], q=q, may_edit=user.may(Role.WRITER),
        waiting={a.fields["id"] for a in small if a.kind == TERM},
    )  # fmt: skip


@router.get("/new")
async def new(request: Request, state: StateDep, user: WriterDep) -> Response:
    """An empty form."""
    return await _page(request, state, user, None)


@router.post("/new")
async def add(request: Request, state: StateDep, user: WriterDep) -> Response:
    """A new term, kept for publication."""
    form = await request.form()

    def work() -> None:
        entry = read_entry(state, form, "")
        put_down(state, TERMS, entry["term"], entry, about(entry), user)

    await state.run(work)
    return redirect(request, "/desk/terms", done="waiting")


@router.get("/{own}")
async def one(request: Request, state: StateDep, user: OfficerDep, own: str) -> Response:
    """One term."""
    return await _page(request, state, user, await state.run(lambda: find_term(state, own)))


@router.post("/{own}")
async def edit(
    request: Request, state: StateDep, user: WriterDep, own: str, act: Annotated[str, Form(max_length=20)] = ""
) -> Response:  # fmt: skip
    """Keep the term as it was typed, or take it out: with the next publication."""
    form = await request.form()

    def work() -> None:
        find_term(state, own)
        if act == "delete":
            put_down(state, TERMS, own, None, f"删去：{own}", user)
            return
        entry = read_entry(state, form, own)
        put_down(state, TERMS, own, entry, about(entry), user)

    await state.run(work)
    return redirect(request, "/desk/terms", done="waiting")


async def _page(request: Request, state: State, user: User, term: Term | None) -> Response:
    waits = term is not None and await state.run(lambda: state.desk.additions.waits(TERM, term.term))
    return page(request, "term.html", term=term, waiting=waits, may_edit=user.may(Role.WRITER))
