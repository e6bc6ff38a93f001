"""OpenAI-compatible routes: any chat client can connect. Citations are a numbered list at the end of the text."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import TypeAdapter, ValidationError

from api.deps import StateDep, count_lookup, count_question
from api.problems import ProblemError
from api.routes.programs.replies import SOURCES, Spoken, chunks, completion, text_parts
from api.routes.programs.tasks import question_within, task_reply
from api.routes.readers.ask import answer_question, check_names
from api.schemas.fields import MAX_ANSWER, MAX_QUESTION, MAX_TURNS, QuestionText
from api.schemas.requests import ChatBody, ChatMessage
from api.streams import event_stream
from rag.ask import Question, Turn
from rag.ground import NotFoundError

router = APIRouter(prefix="/v1", tags=["OpenAI 兼容"])

MODEL = "hegui"
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


@router.post("/chat/completions", summary="对话", response_model=None)
async def chat(body: ChatBody, request: Request, state: StateDep) -> JSONResponse | StreamingResponse:
    """最后一条用户消息是问题，先前的消息是对话历史；系统消息不当作指令。客户端要标题、标签的提示词不算提问。"""
    refuse_what_we_cannot(body)
    reply = task_reply(body.messages)
    if reply is None:
        count_question(request)
        question = to_question(body)
        await state.run(lambda: check_names(state, question))
        site = state.settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")
    else:
        count_lookup(request)

    async def speak() -> Spoken:
        if reply is not None:
            return Spoken(secrets.token_hex(8), [reply])
        answer = await state.run(lambda: answer_question(state, question))
        return Spoken(answer.id, list(text_parts(answer, site)))

    if body.stream:
        return event_stream(chunks(speak(), body, MODEL))
    return JSONResponse(completion(await speak(), body, MODEL))


def refuse_what_we_cannot(body: ChatBody) -> None:
    """Parameters that promise a form of reply we do not give.

    Raises:
        ProblemError: 400; a client that relied on them would misread the reply.
    """
    wrong = {
        "n": ("每次只给一个回答", "n 请用 1 或不写。") if (body.n or 1) > 1 else None,
        "tools": ("本服务不调用工具", "tool_choice 请用 auto、none 或不写。")
        if body.tool_choice not in (None, "auto", "none")
        else None,
        "response_format": (
            "只用普通文字回答",
            "response_format 请用 text 或不写；要结构化的回答，请用 /api/ask。",
        )
        if (body.response_format or {}).get("type", "text") != "text"
        else None,
    }
    for message in filter(None, wrong.values()):
        raise ProblemError(400, "unsupported", *message)


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
    if spoken[-1].has_other_than_text and not spoken[-1].text:
        raise ProblemError(422, "invalid", "只读得懂文字", "请把图片、文件里要问的事写成文字。")
    try:
        text = _question.validate_python(question_within(spoken[-1].text))
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
            turns.append(Turn(question=question_within(message.text)[:MAX_QUESTION]))
        elif message.role == "assistant" and turns and turns[-1].answer is None:
            answer = message.text.partition(f"\n\n{SOURCES}\n")[0]
            turns[-1] = turns[-1].model_copy(update={"answer": answer[:MAX_ANSWER]})
    return tuple(turns)


def _model() -> dict[str, Any]:
    return {"id": MODEL, "object": "model", "created": 0, "owned_by": "hegui"}
