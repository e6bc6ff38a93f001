"""撤下: a published version is taken back, with a reason that readers of earlier answers are told."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import Annotated

from fastapi import Form, Request
from starlette.responses import Response

from api.deps import StateDep
from api.desk.additions import WITHDRAWAL
from api.desk.faults import Faults
from api.desk.web import ReviewerDep, desk_router, page, redirect
from api.desk.writing.form import read_day
from api.problems import ProblemError
from api.state import State
from rag.content import Guideline

router = desk_router("/desk/writing")
Line = Annotated[str, Form(max_length=200)]


@router.get("/of/{operator}/{slug}/withdraw/{version}")
async def ask(
    request: Request, state: StateDep, user: ReviewerDep, operator: str, slug: str, version: str
) -> Response:
    """What is taken down, what applies then, and why."""
    key = f"{operator}/{slug}"
    found, earlier = await state.run(lambda: _version(state, key, version))
    return page(request, "withdraw.html", key=key, version=found, earlier=earlier)


@router.post("/of/{operator}/{slug}/withdraw/{version}")
async def put_down(
    request: Request, state: StateDep, user: ReviewerDep, operator: str, slug: str, version: str,
    reason: Line = "", then: Line = "",
) -> Response:  # fmt: skip
    """Put the withdrawal down, and begin to look which answers change."""

    def work() -> None:
        found, earlier = _version(state, f"{operator}/{slug}", version)
        why = " ".join(reason.split()).rstrip("。；")
        faults = Faults()
        if not why:
            faults.add("reason", "没有写原因", "写一句读者看得懂的。")
        if then not in ("before", "none") or (then == "before" and earlier is None):
            faults.add("then", "没有选撤下以后怎么办", "选一项。")
        faults.stop()
        data = (state.settings.guidelines / found.path).read_bytes()
        fields = {
            "guideline": found.id, "version": str(found.version), "reason": why,
            "before_goes_on": then == "before", "base": hashlib.sha256(data).hexdigest(),
        }  # fmt: skip
        about = f"{found.title}（{found.version}；{why}）"
        subject = f"{found.id}@{found.version}"
        number = state.desk.additions.add(WITHDRAWAL, about, fields, user, subject=subject)
        with suppress(ProblemError):  # another job is running: it waits on the page
            corpus = state.engine.corpus()
            state.desk.releasing.compare(state.settings, corpus, [], [number], user)

    await state.run(work)
    return redirect(request, "/desk/publish")


def _version(state: State, key: str, version: str) -> tuple[Guideline, Guideline | None]:
    """A published version and the one before it.

    Raises:
        ProblemError: 404.
    """
    day, versions = read_day(version, "施行日期"), state.engine.corpus().versions(key)
    found = next((g for g in versions if g.version == day), None)
    if found is None:
        raise ProblemError(404, "not-found", "没有这一版", "它可能已经撤下，回到列表再看。")
    earlier: list[Guideline] = [g for g in versions if g.version < day]
    return found, earlier[-1] if earlier else None
