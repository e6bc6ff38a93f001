"""What a model is asked to return, and how a reply is read."""

from __future__ import annotations

from typing import Self, TypeVar

from pydantic import BaseModel

from rag.ground import ChatModelError

R = TypeVar("R", bound="Reply")


class Reply(BaseModel):
    """What a model is asked to return; a subclass may also read plain prose."""

    @classmethod
    def from_prose(cls, text: str) -> Self:
        """Read an answer that is not JSON.

        Raises:
            ValueError: this kind of reply cannot be read from prose.
        """
        raise ValueError("not JSON")


class CallFailed(ChatModelError):
    """A call that brought nothing usable. ``outcome`` names the reason in the counters."""

    def __init__(self, outcome: str, *, again: bool = False, after: float = 0.0) -> None:
        super().__init__(
            f"聊天模型没有给出可用的回答（{outcome}）。", "已改用原文摘取；检查 HEGUI_LLM_* 设置。"
        )
        self.outcome, self.again, self.after = outcome, again, after


def parse_reply(text: str, form: type[R]) -> R:
    """JSON, bare or in a code fence, or prose; the thoughts of a reasoning model left out."""
    if text.lstrip().startswith("<think>"):
        text = text.partition("</think>")[2]
    text = text.strip()
    if text.startswith("```"):
        text = text.removeprefix("```").removeprefix("json").removesuffix("```").strip()
    if not text:
        raise ValueError("empty")
    return form.model_validate_json(text) if text.startswith(("{", '["', "[{")) else form.from_prose(text)
