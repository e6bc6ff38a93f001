"""POST /api/ask, its stream, and GET /api/answers/{id}."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Literal

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse

from api.deps import StateDep, count_question, require_guideline, require_operator
from api.problems import body_of
from api.schemas.requests import AskBody
from api.schemas.responses import CitationState, PastAnswer
from api.state import State
from api.streams import event_stream
from api.views import guideline_url
from rag.ask import Answer, Assistant, Citation, OnStatus, Query, Question, Status, Turn, ignore_status
from rag.content import Corpus, Correction, read_corrections
from rag.ground import HeguiError, NotFoundError, mask
from rag.index import digest

router = APIRouter(prefix="/api", tags=["提问"])


@router.post("/ask", dependencies=[Depends(count_question)], summary="提问")
async def ask(body: AskBody, state: StateDep) -> Answer:
    """用通俗的话提问，得到带出处的回答；答不了也会说明原因和找谁。"""
    question = Question(**body.model_dump())
    return await state.run(lambda: answer_question(state, question))


@router.post(
    "/ask/stream",
    dependencies=[Depends(count_question)],
    response_class=StreamingResponse,
    responses={200: {"content": {"text/event-stream": {}}}},
    summary="提问（逐句返回）",
)
async def ask_stream(body: AskBody, state: StateDep) -> StreamingResponse:
    """同“提问”，以服务器推送事件返回：判断好就先给 status，然后是若干 sentence、citations、done（完整回答）。"""
    question = Question(**body.model_dump())
    await state.run(lambda: check_names(state, question))
    return event_stream(stream(state, question))


@router.get("/answers/{answer_id}", summary="以前的回答")
def past_answer(answer_id: str, state: StateDep) -> PastAnswer:
    """以前的一次回答，以及它引用的条款后来有没有变。"""
    stored = state.store.answer(answer_id)
    if stored is None:
        raise NotFoundError("没有这次回答的记录。", "请核对编号；回答只保存一段时间，过期后请重新提问。")
    corpus, today = state.engine.corpus(), state.settings.current_day()
    told = read_corrections(state.settings.guidelines)
    states = [
        _citation_state(c, corpus, stored.answer, today).model_copy(update={"notice": _notice(c, told)})
        for c in stored.answer.citations
    ]
    return PastAnswer(
        created=stored.created,
        question=stored.question,
        answer=stored.answer,
        citations=states,
        changed=any(s.changed or s.superseded_by for s in states),
    )


def check_names(state: State, question: Question) -> Assistant:
    """The assistant, if it can be asked this. Blocking.

    Raises:
        ProblemError: unknown operator or guideline.
        IndexMissingError: no index has been published.
    """
    assistant = state.engine.assistant()
    require_operator(assistant.corpus, question.operator)
    require_guideline(assistant.corpus, question.guideline)
    return assistant


def answer_question(state: State, question: Question, on_status: OnStatus = ignore_status) -> Answer:
    """Check the names, mask personal data, ask, count and keep. Blocking.

    The engine gets the masked question: a phone number helps no search, and a chat model must not see it.

    Raises:
        ProblemError, IndexMissingError: as `check_names`.
        VectorStoreError: Chroma cannot be reached.
    """
    assistant = check_names(state, question)
    question = question.model_copy(
        update={
            "question": mask(question.question),
            "history": tuple(Turn(question=mask(t.question), answer=t.answer) for t in question.history),
        }
    )
    answer = assistant.ask(question, on_status)
    state.metrics.answer(answer)
    state.store.save_answer(question, answer)
    return answer


async def stream(state: State, question: Question) -> AsyncIterator[str]:
    """The answer as server-sent events: the status as soon as it is decided, the rest when every sentence is verified.

    A fault on the way ends the stream with an ``error`` event that holds the problem.
    """
    loop, decided = asyncio.get_running_loop(), asyncio.Queue[dict[str, object] | None]()

    def tell(answer_id: str, status: Status, query: Query) -> None:
        head: dict[str, object] = {
            "id": answer_id,
            "status": status,
            "as_of": query.day.isoformat(),
            "operator": query.operator,
        }
        loop.call_soon_threadsafe(decided.put_nowait, head)

    async def work() -> Answer:
        try:
            return await state.run(lambda: answer_question(state, question, tell))
        finally:
            decided.put_nowait(None)

    task = asyncio.create_task(work())
    first = await decided.get()
    if first is not None:
        yield _event("status", first)
    try:
        answer = await task
    except HeguiError as error:
        yield _event("error", body_of(error))
        return
    for event in events(answer, told=first):
        yield event


def events(answer: Answer, told: dict[str, object] | None) -> Iterator[str]:
    """The answer as events; its status again only if it is not what was ``told``."""
    whole = answer.model_dump(mode="json")
    head = {key: whole[key] for key in ("id", "status", "as_of", "operator")}
    if head != told:
        yield _event("status", head)
    for sentence in whole["sentences"] or [{"text": answer.answer, "citations": []}]:
        yield _event("sentence", sentence)
    yield _event("citations", {"citations": whole["citations"]})
    yield _event("done", whole)


def _event(name: str, data: Mapping[str, object]) -> str:
    """One event; JSON has no raw line breaks, so one data line is enough."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _notice(citation: Citation, told: Sequence[Correction]) -> str | None:
    """What was put right of the words that an answer cited; None if they stand."""
    return next(
        (
            c.notice
            for c in told
            if (c.guideline, c.version) == (citation.guideline, citation.version)
            and digest(c.before) == citation.digest
        ),
        None,
    )


def _citation_state(citation: Citation, corpus: Corpus, answer: Answer, today: dt.date) -> CitationState:
    """Compare the cited clause with the corpus as it is now: the same words may stand under another number by now."""
    version = next((g for g in corpus.versions(citation.guideline) if g.version == citation.version), None)
    clauses = version.clauses if version else ()
    same = [c for c in clauses if digest(c.text) == citation.digest]
    clause = next((c for c in same if c.id == citation.clause), None) or next(iter(same), None)
    state: Literal["unchanged", "moved", "corrected", "removed"] = "unchanged"
    if clause is None:
        clause = version.clause(citation.clause) if version else None
        state = "corrected" if clause else "removed"
    elif clause.id != citation.clause:
        state = "moved"
    current = corpus.on_day(citation.guideline, today)
    return CitationState(
        n=citation.n,
        state=state,
        changed=state in ("corrected", "removed"),
        superseded_by=current.version if current and current.version != citation.version else None,
        text_now=clause.text if clause else None,
        url_now=f"{guideline_url(version, today)}#{clause.id}" if version and clause else None,
    )
