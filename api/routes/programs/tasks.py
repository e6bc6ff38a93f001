"""Housekeeping prompts of chat clients: titles, tags, follow-up questions, queries, summaries.

Open WebUI, NextChat, LobeChat, Cherry Studio and Page Assist send them beside each question, as if a user had written
them. They are answered here from their own text, so that they neither cost a search nor count as questions.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from api.schemas.requests import ChatMessage

TITLE_LENGTH = 20
_NO_TITLE = "合规问答"
_TASK = "### Task:"
# What Open WebUI's templates ask to be filled in. The first key that its prompt names is the one it wants.
_EMPTY: dict[str, object] = {
    "follow_ups": [],
    "tags": ["直播合规"],
    "queries": [],
    "text": "",
    "prompt": "",
    "summary": "",
}
_WANTS_TITLE = re.compile(
    r"(?:总结|概括).{0,12}?(?:\d+|十)\s*个字以内的标题|直接返回这句话的简要主题|3\s*-\s*5 word (?:title|phrase)"
)
_WANTS_SUMMARY = re.compile(r"简要总结一下(?:你和用户的)?对话(?:内容)?，用作后续的上下文提示")
_WANTS_EMOJI = "reflect the speaker's likely facial expression"
_SAID = re.compile(r"^\s*(?:user|human|用户)\s*[:：]\s*(.+)$", re.IGNORECASE | re.MULTILINE)
_QUERY = re.compile(r"<user_query>\s*(.+?)\s*</user_query>", re.DOTALL)
_QUOTED = re.compile(r"-{5,}\s*(.+?)\s*-{5,}", re.DOTALL)


def task_reply(messages: Sequence[ChatMessage]) -> str | None:
    """The reply to a housekeeping prompt; None if a person asks something."""
    last = messages[-1].text
    system = "\n".join(m.text for m in messages if m.role in ("system", "developer"))
    if last.startswith(_TASK) and ("</chat_history>" in last or "autocompletion" in last):
        return _filled(messages, last)
    if system.startswith("Available Tools:") and "tool_calls" in system:
        return json.dumps({"tool_calls": []})
    if _WANTS_SUMMARY.search(last):
        return "；".join(_asked(messages[:-1])) or _NO_TITLE
    if _WANTS_EMOJI in last:
        return "💬"
    if _WANTS_TITLE.search(last) or (_WANTS_TITLE.search(system) and _SAID.search(last)):
        return title(messages)
    return _filled_title(messages) if _WANTS_TITLE.search(system) else None


def question_within(text: str) -> str:
    """What the user asked, out of a message that a client wrapped in documents it had found itself."""
    if not text.startswith(_TASK):
        return text
    query = _QUERY.search(text)
    return query[1] if query else text.rpartition("</context>")[2].strip() or text


def title(messages: Sequence[ChatMessage]) -> str:
    """The first question of the conversation, short enough for a list."""
    last = messages[-1].text
    said = _SAID.search(last) or _QUOTED.search(last)
    asked = [said[1]] if said else _asked(messages[:-1]) or [_NO_TITLE]
    return re.split(r"[。？！?!\n]", asked[0].strip())[0][:TITLE_LENGTH] or _NO_TITLE


def _filled_title(messages: Sequence[ChatMessage]) -> str:
    """A title where the system message asks for one and the conversation follows as it is."""
    return title((*messages, messages[-1].model_copy(update={"content": ""})))


def _filled(messages: Sequence[ChatMessage], prompt: str) -> str:
    """The JSON that a template asks for."""
    head = prompt.partition("<chat_history>")[0]
    if re.search(r'"title"\s*:', head):
        return json.dumps({"title": title(messages)}, ensure_ascii=False)
    wanted = (key for key in _EMPTY if re.search(rf'"{key}"\s*:', head))
    return json.dumps({key: _EMPTY[key] for key in list(wanted)[:1]}, ensure_ascii=False)


def _asked(messages: Sequence[ChatMessage]) -> list[str]:
    return [m.text for m in messages if m.role == "user" and m.text]
