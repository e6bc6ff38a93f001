"""Reads the messages by which the gate learns to tell honest questions from requests for help with breaking rules."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
HONEST, WRONG = 0, 1
KINDS = {"honest": HONEST, "wrong": WRONG}


@dataclass(frozen=True)
class Message:
    """What somebody writes, and whether it asks for help with breaking rules (`WRONG`) or not (`HONEST`)."""

    text: str
    kind: int


def read_gate(split: str | None = None) -> list[Message]:
    """The messages of a split (all without): train, dev, test.

    Raises:
        ValueError: an unknown kind, or one text twice.
    """
    rows = [json.loads(line) for line in (HERE / "messages.jsonl").read_text("utf-8").splitlines()]
    texts = [r["text"] for r in rows]
    if len(set(texts)) < len(texts):
        raise ValueError("a message stands twice")
    if unknown := {r["kind"] for r in rows} - KINDS.keys():
        raise ValueError(f"unknown kinds: {unknown}")
    return [Message(r["text"], KINDS[r["kind"]]) for r in rows if split is None or r["split"] == split]
