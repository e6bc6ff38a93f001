"""Publishing: what is approved, which answers change, how far it is, what was published, and back."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from starlette.responses import Response

from api.deps import StateDep
from api.desk.web import ReviewerDep, desk_router, page, redirect
from rag.release import can_undo, publications

router = desk_router("/desk/publish")
Numbers = Annotated[list[int], Form()]
SHOWN = 50


@router.get("")
async def overview(request: Request, state: StateDep, user: ReviewerDep) -> Response:
    """Everything about publishing on one page; it loads itself again while a job is running."""
    settings, releasing = state.settings, state.desk.releasing
    progress = await state.run(lambda: releasing.progress(settings))
    drafts = await state.run(releasing.drafts.approved)
    past = await state.run(lambda: publications(settings)[:SHOWN])
    undo = await state.run(lambda: can_undo(settings))
    return page(request, "publish.html", progress=progress, drafts=drafts, past=past, undo=undo)


@router.post("/compare")
async def compare(request: Request, state: StateDep, user: ReviewerDep, draft: Numbers = []) -> Response:  # noqa: B006
    """Which answers would change."""

    def work() -> None:
        state.desk.releasing.compare(state.settings, state.engine.corpus(), draft, user)

    await state.run(work)
    return redirect(request, "/desk/publish")


@router.post("")
async def publish(request: Request, state: StateDep, user: ReviewerDep, draft: Numbers = []) -> Response:  # noqa: B006
    """Publish what was compared."""
    await state.run(lambda: state.desk.releasing.publish(state.settings, draft, user))
    return redirect(request, "/desk/publish")


@router.post("/back")
async def back(
    request: Request,
    state: StateDep,
    user: ReviewerDep,
    publication: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Undo the last publication."""
    await state.run(lambda: state.desk.releasing.roll_back(state.settings, publication, user))
    return redirect(request, "/desk/publish")
