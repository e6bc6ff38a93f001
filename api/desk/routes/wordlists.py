"""词表和例外 of the script check: listed, edited, tried on a sentence, written anew, taken out."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Form, Request
from starlette.responses import Response

from api.deps import StateDep
from api.desk.additions import RULE
from api.desk.roles import Role, User
from api.desk.rules import findings, put_down
from api.desk.web import OfficerDep, WriterDep, desk_router, page, redirect
from api.desk.wordlists import (
    EXEMPT,
    GROUPS,
    PARTS,
    WordList,
    all_lists,
    blank,
    find_list,
    read_list,
    taken_out,
)
from api.problems import ProblemError
from api.state import State

router = desk_router("/desk/wordlists")
NEW = ("words", EXEMPT)


@router.get("")
async def listing(request: Request, state: StateDep, user: OfficerDep, q: str = "") -> Response:
    """The lists by group, those with the words of a search."""
    found, small = await state.run(lambda: all_lists(state)), await state.run(state.desk.additions.waiting)
    words = q.lower().split()

    def has(one: WordList) -> bool:
        text = " ".join([one.label, *(line for part in one.lines.values() for line in part)]).lower()
        return all(word in text for word in words)

    groups = [(*GROUPS[key], [one for one in found if one.group == key and has(one)]) for key in GROUPS]
    return page(
        request, "wordlists.html", groups=[g for g in groups if g[2]], q=q, may_edit=user.may(Role.WRITER), new={k: GROUPS[k][0] for k in NEW},
        waiting={a.fields["id"] for a in small if a.kind == RULE},
    )  # fmt: skip


@router.get("/new/{group}")
async def new(request: Request, state: StateDep, user: WriterDep, group: str) -> Response:
    """An empty form."""
    return await _page(request, state, user, blank(_fresh(group)), {"new": True})


@router.post("/new/{group}")
async def add(request: Request, state: StateDep, user: WriterDep, group: str) -> Response:
    """A new list, kept for publication."""
    form = await request.form()

    def work() -> None:
        typed, fields = read_list(state, form, blank(_fresh(group)), new=True)
        put_down(state, fields, typed.about, user)

    await state.run(work)
    return redirect(request, "/desk/wordlists", done="waiting")


@router.get("/{own}")
async def one(request: Request, state: StateDep, user: OfficerDep, own: str) -> Response:
    """One list."""
    return await _page(request, state, user, await state.run(lambda: find_list(state, own)), {})


@router.post("/{own}")
async def edit(
    request: Request, state: StateDep, user: WriterDep, own: str, act: Annotated[str, Form(max_length=20)] = ""
) -> Response:  # fmt: skip
    """Try the list as it was typed, keep it for publication, or take it out."""
    form = await request.form()
    text = str(form.get("text", ""))[:2000].strip()
    if act == "try" and not text:
        raise ProblemError(422, "invalid", "没有写试的话", "写一句主播会说的话再试。", at="text")

    def work() -> dict[str, Any] | None:
        known = find_list(state, own)
        if act == "delete":
            put_down(state, taken_out(known), f"删去：{known.about}", user)
            return None
        typed, fields = read_list(state, form, known)
        if act != "try":
            put_down(state, fields, typed.about, user)
            return None
        return {"shown": typed, "text": text, "hits": findings(state, fields, text)}

    tried = await state.run(work)
    if tried is None:
        return redirect(request, "/desk/wordlists", done="waiting")
    return await _page(request, state, user, tried.pop("shown"), tried)


def _fresh(group: str) -> str:
    if group not in NEW:
        raise ProblemError(404, "not-found", "没有这种词表", "回到列表再选。")
    return group


async def _page(
    request: Request, state: State, user: User, shown: WordList, more: dict[str, Any]
) -> Response:
    waits = await state.run(lambda: state.desk.additions.waits(RULE, shown.id))
    return page(
        request, "wordlist.html", shown=shown, group=GROUPS[shown.group], parts=PARTS, exempt=shown.group == EXEMPT, waiting=waits,
        may_edit=user.may(Role.WRITER), may_delete=shown.group in NEW, **{"new": False, "text": "", "hits": None, **more},
    )  # fmt: skip
