"""What an asker reads with the code of his question, without an account."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from starlette.responses import Response

from api.deps import StateDep, address_of
from api.desk.inbox.cases import Reply
from api.desk.web import desk_router, page, redirect
from api.problems import ProblemError
from api.state import State
from api.store import read_code
from api.views import guideline_url

router = desk_router("/reply")

STATES = {"open": "还没有答复", "replied": "已答复", "closed": "已办结"}


@router.get("")
async def form(request: Request) -> Response:
    """Where the code is typed."""
    return page(request, "reply_form.html", wrong=False)


@router.post("")
async def find(
    request: Request, state: StateDep, code: Annotated[str, Form(max_length=100)] = ""
) -> Response:
    """On to the reply."""
    read = read_code(code)
    if read is None:
        raise ProblemError(
            422, "invalid", "没有这个查询码", "请照转交时显示的 16 位字母和数字输入。", at="code"
        )
    return redirect(request, f"/reply/{read}")


@router.get("/{code}")
async def read(request: Request, state: StateDep, code: str) -> Response:
    """The question, what was answered, and the clause as it stands now. Codes are not to be guessed: tries are limited."""
    state.guessing.check(address_of(request))
    known = read_code(code)
    asked = await state.run(lambda: state.desk.cases.asked(known)) if known else None
    if asked is None:
        return page(request, "reply_form.html", status=404, wrong=True)
    rules = await state.run(lambda: {r.clause: _rule(state, r) for r in asked.replies if r.clause})
    return page(request, "reply.html", asked=asked, rules=rules, states=STATES, contact=state.contact)


def _rule(state: State, reply: Reply) -> tuple[str, str, str] | None:
    """Title, text and address of the clause in the version in force today; None if there is none any more."""
    name, _, clause = (reply.clause or "").partition("#")
    today = state.settings.current_day()
    for guideline in state.engine.corpus().versions(name):
        if guideline.in_force(today):
            found = next((c for c in guideline.clauses if c.id == clause), None)
            return (
                (guideline.title, found.text, f"{guideline_url(guideline, today)}#{clause}")
                if found
                else None
            )
    return None
