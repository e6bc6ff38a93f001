"""OpenAI-compatible routes: any chat client can connect. Citations are a numbered list at the end of the text."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import TypeAdapter, ValidationError

from api.deps import StateDep, limit_asking
from api.problems import ProblemError
from api.routes.readers.ask import answer_question
from api.schemas.fields import MAX_ANSWER, MAX_QUESTION, MAX_TURNS, QuestionText
from api.schemas.requests import ChatBody, ChatMessage
from rag.ask import Answer, Citation, Question, Turn
from rag.ground import NotFoundError

router = APIRouter(prefix="/v1", tags=["OpenAI 兼容"])

MODEL = "hegui"
_SOURCES = "依据："
_question: TypeAdapter[str] = TypeAdapter(QuestionText)


@router.get("/models", summary="模型列表")
async def models() -> dict[str, Any]:
    """只有一个模型：hegui。"""
    return {"object": "list", "data": [_model()]}


@router.get("/models/{model}", summary="模型")
async def model(model: str) -> dict[str, Any]:
    """模型 hegui 的说明。"""
    if model != MODEL:
        raise NotFoundError("没有这个模型。", f"请用模型 {MODEL}。")
    return _model()


@router.post("/chat/completions", dependencies=[Depends(limit_asking)], summary="对话", response_model=None)
async def chat(body: ChatBody, request: Request, state: StateDep) -> JSONResponse | StreamingResponse:
    """最后一条用户消息是问题，先前的消息是对话历史；系统消息不当作指令。"""
    question = to_question(body)
    answer = await state.run(lambda: answer_question(state, question))
    site = state.settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")
    parts = list(text_parts(answer, site))
    if body.stream:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(_chunks(answer, parts), media_type="text/event-stream", headers=headers)
    message = {"role": "assistant", "content": "".join(parts)}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return JSONResponse({**_envelope(answer, "chat.completion"), "choices": [choice]})


def to_question(body: ChatBody) -> Question:
    """The last user message with the turns before it.

    Raises:
        ProblemError: 422, no user message or not a valid question.
    """
    spoken = [m for m in body.messages if m.role in ("user", "assistant")]
    if not spoken or spoken[-1].role != "user":
        raise ProblemError(
            422, "invalid", "没有要回答的问题", "messages 的最后一条要是用户消息（role 为 user）。"
        )
    try:
        text = _question.validate_python(spoken[-1].text)
    except ValidationError as error:
        raise ProblemError(422, "invalid", "问题不合要求", f"{error.errors()[0]['msg']}。") from error
    return Question(
        question=text, operator=body.operator, as_of=body.as_of, history=_turns(spoken[:-1])[-MAX_TURNS:]
    )


def _turns(messages: Sequence[ChatMessage]) -> tuple[Turn, ...]:
    """Pair user and assistant messages; the source list we appended is taken off again."""
    turns: list[Turn] = []
    for message in messages:
        if message.role == "user" and message.text:
            turns.append(Turn(question=message.text[:MAX_QUESTION]))
        elif message.role == "assistant" and turns and turns[-1].answer is None:
            answer = message.text.partition(f"\n\n{_SOURCES}\n")[0]
            turns[-1] = turns[-1].model_copy(update={"answer": answer[:MAX_ANSWER]})
    return tuple(turns)


def text_parts(answer: Answer, site: str) -> Iterator[str]:
    """The answer as text, in the pieces a stream sends: sentences with marks, notice, sources, contact."""
    if not answer.sentences:
        yield answer.answer
    elif answer.notes:
        yield "\n\n".join(answer.notes) + "\n\n"
    for index, sentence in enumerate(answer.sentences):
        marks = "".join(f"[{n}]" for n in sentence.citations)
        heading = f"\n**{sentence.heading}**\n" if sentence.heading else ""
        yield ("\n" if index else "") + heading + sentence.text + marks
    if answer.missing:
        yield "\n\n" + "\n\n".join(answer.missing)
    if answer.choices:
        yield "\n" + "".join(f"\n- {choice}" for choice in answer.choices)
    if answer.citations:
        yield f"\n\n{_SOURCES}\n" + "\n".join(_source(c, site) for c in answer.citations)
    day = "" if answer.as_of.isoformat() in answer.notice else f"按 {answer.as_of} 的规定。"
    yield f"\n\n{day}{answer.notice}".rstrip()
    if not answer.citations and answer.contact.text not in answer.answer:
        yield f"\n{answer.contact.text}"


def _source(citation: Citation, site: str) -> str:
    laws = "、".join(f"《{law.law}》{law.label}" for law in citation.laws)
    place = f"{citation.title}·{citation.section}（{citation.version} 起施行）"
    return f"[{citation.n}] {place}{'，' if laws else ''}{laws} {site}{citation.url}"


def _chunks(answer: Answer, parts: Sequence[str]) -> Iterator[str]:
    head = _envelope(answer, "chat.completion.chunk")
    deltas: list[tuple[dict[str, str], str | None]] = [({"role": "assistant", "content": ""}, None)]
    deltas += [({"content": part}, None) for part in parts]
    deltas.append(({}, "stop"))
    for delta, reason in deltas:
        choice = {"index": 0, "delta": delta, "finish_reason": reason, "logprobs": None}
        yield f"data: {json.dumps({**head, 'choices': [choice]}, ensure_ascii=False)}\n\n"
    yield "data: [DONE]\n\n"


def _envelope(answer: Answer, kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{answer.id}", "object": kind, "created": int(time.time()), "model": MODEL}


def _model() -> dict[str, Any]:
    return {"id": MODEL, "object": "model", "created": 0, "owned_by": "hegui"}
