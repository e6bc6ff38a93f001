"""审稿规则: listed, looked at, edited, tried on a sentence, written anew, taken out."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Form, Request
from starlette.responses import Response

from api.deps import StateDep
from api.desk.additions import RULE
from api.desk.picking import picking
from api.desk.roles import Role, User
from api.desk.routes.inbox import clause_at
from api.desk.rules import (
    FILES,
    AnyRule,
    all_rules,
    empty,
    find_rule,
    put_down,
    read_changes,
    read_new,
    tried,
)
from api.desk.web import OfficerDep, WriterDep, desk_router, page, redirect
from api.problems import ProblemError
from api.state import State
from rag.script import MISSING, Absence, Level

router = desk_router("/desk/rules")


@router.get("")
async def listing(request: Request, state: StateDep, user: OfficerDep, q: str = "") -> Response:
    """All rules by subject, those with the words of a search."""
    rules = await state.run(lambda: all_rules(state))
    small = await state.run(state.desk.additions.waiting)
    words = q.lower().split()

    def has(rule: AnyRule) -> bool:
        text = " ".join([rule.name, rule.why, *rule.find, *rule.say, *getattr(rule, "present", ())]).lower()
        return all(word in text for word in words)

    groups = [(FILES.get(name, name), [r for r in found if has(r)]) for name, found in rules]
    return page(
        request, "rules.html", groups=[g for g in groups if g[1]], q=q,
        waiting={a.fields["id"] for a in small if a.kind == RULE}, may_edit=user.may(Role.WRITER),
    )  # fmt: skip


@router.get("/new")
async def new(request: Request, state: StateDep, user: WriterDep, missing: bool = False) -> Response:
    """An empty form, for something to find or for something that has to be said."""
    return await _page(request, state, user, empty(missing=missing), {})


@router.post("/new")
async def add(request: Request, state: StateDep, user: WriterDep) -> Response:
    """A new rule, kept for publication."""
    form = await request.form()

    def work() -> None:
        file, own, fields = read_new(state, form)
        put_down(state, {"file": file, "id": own, "changes": fields, "new": True}, str(fields["name"]), user)

    await state.run(work)
    return redirect(request, "/desk/rules", done="waiting")


@router.get("/{rule}")
async def one(request: Request, state: StateDep, user: OfficerDep, rule: str) -> Response:
    """One rule with its clause."""
    _, found = await state.run(lambda: find_rule(state, rule))
    return await _page(request, state, user, found, {})


@router.post("/{rule}")
async def edit(
    request: Request, state: StateDep, user: WriterDep, rule: str, act: Annotated[str, Form(max_length=20)] = ""
) -> Response:  # fmt: skip
    """Try the rule as it was typed, or keep it for publication."""
    file, found = await state.run(lambda: find_rule(state, rule))
    form = await request.form()
    if act == "delete":
        gone = {"file": file, "id": rule, "changes": None}
        await state.run(lambda: put_down(state, gone, f"删去：{found.name}", user))
        return redirect(request, f"/desk/rules/{rule}", done="waiting")
    changes = read_changes(form, found)
    if act != "try":
        fields, about = {"file": file, "id": rule, "changes": changes}, str(changes.get("name", found.name))
        await state.run(lambda: put_down(state, fields, about, user))
        return redirect(request, f"/desk/rules/{rule}", done="waiting")
    text = str(form.get("text", ""))[:2000].strip()
    if not text:
        raise ProblemError(422, "invalid", "没有写试的话", "写一句主播会说的话再试。", at="text")
    hits = await state.run(lambda: tried(state, file, found, changes, text))
    typed = found.model_copy(update=changes)
    return await _page(request, state, user, typed, {"text": text, "hits": hits})


async def _page(request: Request, state: State, user: User, rule: AnyRule, shown: dict[str, Any]) -> Response:
    def clause() -> tuple[str, str] | None:
        try:
            guideline, found = clause_at(state, rule.clause)
        except ProblemError:
            return None
        return guideline.title, found.text

    return page(
        request, "rule.html", rule=rule, levels=list(Level), clause=await state.run(clause),
        waiting=await state.run(lambda: state.desk.additions.waits(RULE, rule.id)), may_edit=user.may(Role.WRITER),
        picking=await state.run(lambda: picking(state, request.query_params)), missing=isinstance(rule, Absence), files={f: name for f, name in FILES.items() if f != MISSING}, missing_file=MISSING,
        operators=[o for o in state.engine.corpus().registers.operators if o.id != "common"],
        topics=[t for t in state.engine.corpus().registers.topics if t.kind == "goods"],
        **{"text": "", "hits": None, **shown},
    )  # fmt: skip
