"""Replies in the form of OpenAI's chat completions: whole or in chunks, with usage; an answer as plain text."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Awaitable, Iterator
from typing import Any, NamedTuple

from api.problems import body_of, openai_error
from api.schemas.requests import ChatBody
from rag.ask import Answer, Citation
from rag.ground import HeguiError

SOURCES = "依据："


class Spoken(NamedTuple):
    """What a reply consists of: its number and the pieces of its text."""

    id: str
    parts: list[str]


def completion(spoken: Spoken, body: ChatBody, model: str) -> dict[str, Any]:
    """The whole reply."""
    message = {"role": "assistant", "content": "".join(spoken.parts)}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    head = _envelope(spoken, "chat.completion", model)
    return {**head, "choices": [choice], "usage": _usage(spoken, body)}


async def chunks(speaking: Awaitable[Spoken], body: ChatBody, model: str) -> AsyncIterator[str]:
    """The reply as events; a fault on the way is an event too, as OpenAI's clients expect it."""
    try:
        spoken = await speaking
    except HeguiError as error:
        yield _event({"error": openai_error(body_of(error))})
        return
    head = _envelope(spoken, "chat.completion.chunk", model)
    counted = body.stream_options is not None and body.stream_options.include_usage
    deltas: list[tuple[dict[str, str], str | None]] = [({"role": "assistant", "content": ""}, None)]
    deltas += [({"content": part}, None) for part in spoken.parts]
    deltas.append(({}, "stop"))
    for delta, reason in deltas:
        choice = {"index": 0, "delta": delta, "finish_reason": reason, "logprobs": None}
        yield _event({**head, "choices": [choice], **({"usage": None} if counted else {})})
    if counted:
        yield _event({**head, "choices": [], "usage": _usage(spoken, body)})
    yield "data: [DONE]\n\n"


def _event(data: dict[str, Any]) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"


def _usage(spoken: Spoken, body: ChatBody) -> dict[str, int]:
    """Characters, for there are no tokens where no model wrote; clients add these figures up and show them."""
    asked, told = sum(len(m.text) for m in body.messages), sum(map(len, spoken.parts))
    return {"prompt_tokens": asked, "completion_tokens": told, "total_tokens": asked + told}


def _envelope(spoken: Spoken, kind: str, model: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{spoken.id}", "object": kind, "created": int(time.time()), "model": model}


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
        yield f"\n\n{SOURCES}\n" + "\n".join(_source(c, site) for c in answer.citations)
    day = "" if answer.as_of.isoformat() in answer.notice else f"按 {answer.as_of} 的规定。"
    yield f"\n\n{day}{answer.notice}".rstrip()
    if not answer.citations and answer.contact.text not in answer.answer:
        yield f"\n{answer.contact.text}"


def _source(citation: Citation, site: str) -> str:
    laws = "、".join(f"《{law.law}》{law.label}" for law in citation.laws)
    place = f"{citation.title}·{citation.section}（{citation.version} 起施行）"
    return f"[{citation.n}] {place}{'，' if laws else ''}{laws} {site}{citation.url}"
