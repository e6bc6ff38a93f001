"""Publishing: what is approved, which answers change, how far it is, what was published, and back."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from starlette.responses import Response

from api.deps import StateDep
from api.desk.web import ReviewerDep, desk_router, page, redirect
from api.desk.writing.overtaken import refuse_undoing
from api.problems import ProblemError
from rag.release import can_undo, publications

router = desk_router("/desk/publish")
Numbers = Annotated[list[int], Form()]
SHOWN = 50
#: What a publication is at, for people who know no index.
STEPS = {
    "准备": "正在准备", "检查": "正在检查内容", "网站": "正在生成网页", "词法索引": "正在更新助手", "计算向量": "正在更新助手",
    "更新检索": "正在更新助手", "提问": "正在提问", "切换": "正在换上",
}  # fmt: skip


@router.get("")
async def overview(request: Request, state: StateDep, user: ReviewerDep) -> Response:
    """Everything about publishing on one page; it loads itself again while a job is running."""
    settings, releasing = state.settings, state.desk.releasing
    progress = await state.run(lambda: releasing.progress(settings))
    drafts = await state.run(releasing.drafts.approved)
    additions = await state.run(state.desk.additions.waiting)
    past = await state.run(lambda: publications(settings)[:SHOWN])
    undo = await state.run(lambda: can_undo(settings))
    return page(
        request, "publish.html", progress=progress, drafts=drafts, additions=additions, past=past, undo=undo, steps=STEPS,
        own=[] if releasing.self_review else [a.id for a in additions if a.own(user)],
        running=bool(progress and progress.state == "running"),
    )  # fmt: skip


@router.post("/compare")
async def compare(
    request: Request, state: StateDep, user: ReviewerDep, draft: Numbers = [], addition: Numbers = []  # noqa: B006
) -> Response:  # fmt: skip
    """Which answers would change."""

    def work() -> None:
        refuse_undoing(state, draft)
        corpus = state.engine.corpus()
        state.desk.releasing.compare(state.settings, corpus, draft, addition, user)

    await state.run(work)
    return redirect(request, "/desk/publish")


@router.post("")
async def publish(
    request: Request, state: StateDep, user: ReviewerDep, draft: Numbers = [], addition: Numbers = []  # noqa: B006
) -> Response:  # fmt: skip
    """Publish what was compared."""

    def work() -> None:
        refuse_undoing(state, draft)
        corpus = state.engine.corpus()
        state.desk.releasing.publish(state.settings, corpus, draft, addition, user)

    await state.run(work)
    return redirect(request, "/desk/publish")


@router.post("/drop/{number}")
async def drop(request: Request, state: StateDep, user: ReviewerDep, number: int) -> Response:
    """A small change that is not wanted after all."""
    await state.run(lambda: state.desk.additions.drop(number, user))
    return redirect(request, "/desk/publish", done="deleted")


@router.post("/back")
async def back(
    request: Request,
    state: StateDep,
    user: ReviewerDep,
    publication: Annotated[str, Form(max_length=40)] = "",
    sure: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Undo the last publication, once it has been said twice."""
    if sure != "yes":
        raise ProblemError(
            422, "not-sure", "没有退回：还没有确认", "勾选“看清楚了，要退回”，再按“确认退回”。", at="sure"
        )
    await state.run(lambda: state.desk.releasing.roll_back(state.settings, publication, user))
    return redirect(request, "/desk/publish")
