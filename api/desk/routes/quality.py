"""Scoring drawn answers, and the public page with the figures."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import Request
from starlette.responses import Response

from api.deps import StateDep
from api.desk.board.scores import CITATIONS, VERDICTS, Mark
from api.desk.faults import Faults
from api.desk.routes.inbox import clause_at, nearest
from api.desk.web import MAX_FIELDS, OfficerDep, desk_router, page, redirect
from api.desk.words import namer
from api.problems import ProblemError
from api.state import State
from rag.ask import Sentence

router = desk_router("/desk/scores")
public = desk_router("/quality")

FEW = 30


@public.get("")
async def quality(request: Request, state: StateDep) -> Response:
    """The score per week and role, for everybody: figures only."""
    figures = await state.run(state.desk.scores.figures)
    names = {o.id: o.short for o in (await state.run(state.engine.corpus)).registers.operators}
    return page(request, "quality.html", figures=figures, names=names, share=state.desk.scores.share, few=FEW)


@router.get("")
async def waiting(request: Request, state: StateDep, user: OfficerDep) -> Response:
    """Drawn answers nobody has scored."""
    drawn = await state.run(state.desk.scores.waiting)
    better = await state.run(state.desk.scores.better)
    named = namer(await state.run(state.engine.corpus))
    return page(
        request, "scores.html", drawn=drawn, better=better, share=state.desk.scores.share, named=named
    )


@router.get("/{answer_id}")
async def one(request: Request, state: StateDep, user: OfficerDep, answer_id: str) -> Response:
    """One answer, sentence by sentence."""
    stored = await state.run(lambda: state.store.answer(answer_id))
    if stored is None:
        raise ProblemError(404, "not-found", "没有这个回答", "过了保存期的会被删除，请评下一个。")
    cited = {c.n: c for c in stored.answer.citations}
    near = await state.run(lambda: nearest(state, stored.question))
    registers = (await state.run(state.engine.corpus)).registers
    return page(
        request, "score.html", stored=stored, answer=stored.answer, cited=cited, verdicts=VERDICTS,
        marks=CITATIONS, number=answer_id, near=near, roles={o.id: o.short for o in registers.operators},
    )  # fmt: skip


@router.post("/{answer_id}")
async def save(request: Request, state: StateDep, user: OfficerDep, answer_id: str) -> Response:
    """Keep the marks and go on to the next answer."""
    form = await request.form(max_fields=MAX_FIELDS)
    fields = {key: value.strip() for key, value in form.items() if isinstance(value, str)}

    def work() -> str:
        stored = state.store.answer(answer_id)
        if stored is None:
            raise ProblemError(404, "not-found", "没有这个回答", "过了保存期的会被删除，请评下一个。")
        faults = Faults()
        marks = [_mark(state, fields, n, s, faults) for n, s in enumerate(stored.answer.sentences)]
        faults.stop()
        state.desk.scores.save(answer_id, marks, by=user)
        rest = state.desk.scores.waiting()
        return f"/desk/scores/{rest[0].id}" if rest else "/desk/scores"

    return redirect(request, await state.run(work), done="saved")


def _mark(state: State, fields: Mapping[str, str], number: int, sentence: Sentence, faults: Faults) -> Mark:
    """The mark of one sentence as sent; a fault where something is not marked, or the better clause does not exist."""
    verdict, citation = fields.get(f"verdict-{number}", ""), fields.get(f"citation-{number}", "")
    if verdict not in VERDICTS:
        faults.add(f"verdict-{number}", f"第 {number + 1} 句还没有评", "选一个：对、部分对、错。")
    if sentence.citations and citation not in CITATIONS:
        faults.add(f"citation-{number}", f"第 {number + 1} 句的出处还没有评", "选一个。")
    better = fields.get(f"better-{number}", "")
    if better:
        with faults.caught(f"better-{number}"):
            clause_at(state, better)
    return Mark(verdict, citation if sentence.citations else None, better or None)
