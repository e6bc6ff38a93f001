"""A draft looked at: beside the version in force, with remarks; as page, as slides, as answer; the decision."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import material
from fastapi import Form, Request
from starlette.responses import FileResponse, HTMLResponse, Response

from api.deps import StateDep
from api.desk.roles import Role
from api.desk.web import OfficerDep, ReviewerDep, desk_router, page, redirect
from api.desk.writing.later import later
from api.desk.writing.newlaw import resting
from api.desk.writing.overtaken import overtaken, refuse_overtaken
from api.desk.writing.placed import Comparison, compared, findings, page_html, row_of_clause, slides_html
from api.desk.writing.states import MOVES, DraftState
from api.numbers import whole
from api.problems import ProblemError
from rag.content import Clause, ClauseChange, Section
from rag.ground import ROOT, HeguiError

router = desk_router("/desk/writing")

Line = Annotated[str, Form(max_length=200)]
Text = Annotated[str, Form(max_length=4000)]
#: What an officer may do here; publishing and taking down are pages of their own.
STEPS = ("recall", "send_back", "approve", "abandon")
_STYLES = Path(material.__file__).parent / "templates" / "assets" / "stylesheets"
_REVEAL = ROOT / "docs" / "assets" / "reveal"
_LOOK = {
    "site.css": ROOT / "docs" / "css" / "site.css",
    **{f"{p.name.partition('.')[0]}.css": p for p in sorted(_STYLES.glob("*.min.css"))},
    **{p.name: p for p in sorted(_REVEAL.glob("*.*s"))},
    "logo.svg": ROOT / "docs" / "assets" / "logo.svg",
}
_FRAME = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)


@router.get("/{number}/review")
async def review(request: Request, state: StateDep, user: OfficerDep, number: int) -> Response:
    """The draft clause by clause beside the version before, with remarks and what may be done."""
    draft = await state.run(lambda: state.desk.drafts.get(number))
    comparison = await state.run(lambda: compared(state, draft))
    said = await state.run(lambda: state.desk.remarks.find(number))
    found = await state.run(lambda: findings(state, draft))
    missing = await state.run(lambda: overtaken(state, draft))
    row_of = row_of_clause(draft.document)
    open_at = {one.place for one in said if not one.done}
    steps = {
        name: MOVES[name]
        for name in STEPS
        if draft.state in MOVES[name].before and user.may(*MOVES[name].roles)
    }
    return page(
        request, "draft_review.html", draft=draft, comparison=comparison, said=said, wrong=[f for f in found if f.level == "error"], past=[f for f in found if f.code == "past"], steps=steps, missing=missing, later=await state.run(lambda: later(state, draft)),
        laws=[one for one in await state.run(lambda: resting(state, draft)) if one.kept],
        sections=list(Section), row_of=row_of, open_at=open_at, open_remarks=[s for s in said if not s.done],
        marked=_marked(comparison, row_of, open_at), lost=_lost(comparison, row_of, open_at),
        may_remark=user.may(Role.REVIEWER) and draft.state in (DraftState.REVIEW, DraftState.APPROVED),
        may_edit=draft.state.editable and user.may(Role.WRITER),
        alone=await state.run(lambda: state.desk.states.alone(number, user)),
    )  # fmt: skip


def _marked(
    comparison: Comparison, row_of: dict[str, str], open_at: set[str]
) -> list[tuple[Clause, ClauseChange | None]]:
    """The clauses with remarks that nobody has dealt with, changed or not."""
    changes = comparison.difference.clauses if comparison.difference else None
    pairs: list[tuple[Clause | None, ClauseChange | None]] = (
        [(d.new, d) for d in changes]
        if changes is not None
        else [(c, None) for c in comparison.draft.clauses]
    )
    return [(c, d) for c, d in pairs if c is not None and row_of.get(c.id) in open_at]


def _lost(comparison: Comparison, row_of: dict[str, str], open_at: set[str]) -> list[str]:
    """Where remarks stand that nobody has dealt with and whose clause is gone."""
    shown = {"", "summary", *row_of.values()} | ({"changes"} if comparison.draft.changes else set())
    return sorted(open_at - shown)


@router.post("/{number}/remarks")
async def remark(
    request: Request, state: StateDep, user: ReviewerDep, number: int, place: Line = "", text: Text = ""
) -> Response:
    """Say something at a clause."""
    await state.run(lambda: state.desk.remarks.add(number, place, text, user))
    return redirect(request, f"/desk/writing/{number}/review#{f'row-{place}' if place else 'decide'}")


@router.post("/{number}/remarks/{remark_id}")
async def settle(
    request: Request, state: StateDep, user: OfficerDep, number: int, remark_id: int, back: Line = ""
) -> Response:
    """A remark has been dealt with, or not yet."""
    await state.run(lambda: state.desk.remarks.settle(number, remark_id, user))
    return redirect(request, f"/desk/writing/{number}{'/review' if back == 'review' else ''}", done="saved")


@router.post("/{number}/move")
async def move(
    request: Request,
    state: StateDep,
    user: OfficerDep,
    number: int,
    step: Line = "",
    lock: Line = "",
    why: Text = "",
) -> Response:
    """Take a step: approve, send back, recall, give up."""
    seen = whole(lock)
    if step not in STEPS or seen is None:
        raise ProblemError(422, "invalid", "没有选要做什么", "按其中一个按钮。")

    def work() -> None:
        draft = state.desk.drafts.get(number)
        if step == "approve" and any(f.level == "error" for f in findings(state, draft)):
            raise ProblemError(422, "invalid", "检查没有通过，不能通过审核", "退回修改，写上要改哪里。")
        if step == "approve":
            refuse_overtaken(state, draft)
        state.desk.states.move(number, step, user, lock=seen, why=why.strip())
        if step == "send_back" and why.strip():
            state.desk.remarks.add(number, "", why, user)

    await state.run(work)
    return redirect(request, f"/desk/writing/{number}/review", done="moved")


@router.get("/{number}/page")
async def preview(request: Request, state: StateDep, user: OfficerDep, number: int) -> Response:
    """The draft as its page on the site."""
    draft = await state.run(lambda: state.desk.drafts.get(number))
    html = await state.run(lambda: page_html(state, draft))
    response = page(request, "draft_page.html", draft=draft, html=html)
    response.headers["Content-Security-Policy"] = _FRAME
    return response


@router.get("/{number}/slides")
async def slides(state: StateDep, user: OfficerDep, number: int) -> Response:
    """The draft as slides."""
    draft = await state.run(lambda: state.desk.drafts.get(number))
    assets = f"{state.settings.base_path}/desk/writing/look/"
    html = await state.run(lambda: slides_html(state, draft, assets))
    return HTMLResponse(html, headers={"Content-Security-Policy": _FRAME})


@router.get("/look/{name}")
async def look(user: OfficerDep, name: str) -> Response:
    """The site's style sheets and scripts, for previews before any site was built."""
    if name not in _LOOK:
        raise ProblemError(404, "not-found", "没有这个文件", "刷新后再试。")
    return FileResponse(_LOOK[name])


@router.get("/{number}/ask")
async def ask(request: Request, state: StateDep, user: OfficerDep, number: int, q: str = "") -> Response:
    """What the assistant would answer with the draft in force."""
    draft = await state.run(lambda: state.desk.drafts.get(number))
    question = q.strip()[:500]
    answer, trouble = None, ""
    if question:
        try:
            answer = await state.run(lambda: state.desk.trials.ask(state, draft, question))
        except HeguiError as error:
            trouble = str(error)
    own = (
        {c.n for c in answer.citations if (c.guideline, c.version) == (draft.guideline, draft.version)}
        if answer
        else set()
    )
    return page(request, "draft_ask.html", draft=draft, q=question, answer=answer, trouble=trouble, own=own)
