"""审稿规则: listed, looked at, edited, tried on a sentence."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Form, Request
from starlette.responses import Response

from api.deps import StateDep
from api.desk.additions import RULE
from api.desk.roles import Role, User
from api.desk.routes.inbox import clause_at
from api.desk.rules import all_rules, find_rule, put_down, read_changes, tried
from api.desk.web import OfficerDep, WriterDep, desk_router, page, redirect
from api.problems import ProblemError
from api.state import State
from rag.script import Level, Rule

router = desk_router("/desk/rules")

FILES = {
    "absolute.yml": "绝对化用语", "kinds.yml": "各类商品", "medical.yml": "医疗和保健功效", "people.yml": "人物、引用和人群",
    "price.yml": "价格和促销",
}  # fmt: skip


@router.get("")
async def listing(request: Request, state: StateDep, user: OfficerDep, q: str = "") -> Response:
    """All rules by subject, those with the words of a search."""
    rules = await state.run(lambda: all_rules(state))
    small = await state.run(state.desk.additions.waiting)
    words = q.lower().split()

    def has(rule: Rule) -> bool:
        text = " ".join([rule.name, rule.why, *rule.find, *rule.say]).lower()
        return all(word in text for word in words)

    groups = [(FILES.get(name, name), [r for r in found if has(r)]) for name, found in rules]
    return page(
        request, "rules.html", groups=[g for g in groups if g[1]], q=q,
        waiting={a.fields["id"] for a in small if a.kind == RULE},
    )  # fmt: skip


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
    changes = read_changes(form, found)
    if act != "try":
        await state.run(lambda: put_down(state, file, found, changes, user))
        return redirect(request, f"/desk/rules/{rule}", done="waiting")
    text = str(form.get("text", ""))[:2000].strip()
    if not text:
        raise ProblemError(422, "invalid", "没有写试的话", "写一句主播会说的话再试。")
    hits = await state.run(lambda: tried(state, file, rule, changes, text))
    typed = found.model_copy(update=changes)
    return await _page(request, state, user, typed, {"text": text, "hits": hits})


async def _page(request: Request, state: State, user: User, rule: Rule, shown: dict[str, Any]) -> Response:
    def clause() -> tuple[str, str] | None:
        try:
            guideline, found = clause_at(state, rule.clause)
        except ProblemError:
            return None
        return guideline.title, found.text

    return page(
        request, "rule.html", rule=rule, levels=list(Level), clause=await state.run(clause),
        waiting=await state.run(lambda: state.desk.additions.waits(RULE, rule.id)), may_edit=user.may(Role.WRITER),
        **{"text": "", "hits": None, **shown},
    )  # fmt: skip
