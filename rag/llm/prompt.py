"""What a chat model is shown: instructions, and data that can give none."""

from __future__ import annotations

import re

from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage

ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://\S+|www\.\S+", re.I)


def messages(instructions: str, data: str) -> list[BaseMessage]:
    """The two messages of a call."""
    return [SystemMessage(instructions), HumanMessage(data)]


def data(text: str) -> str:
    """Text that can close no tag and holds no address."""
    return ADDRESS.sub("（链接略）", text).replace("<", "〈").replace(">", "〉")
