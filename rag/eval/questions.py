"""Question sets: one JSON object a line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.ask import Question, Turn
from rag.ground import ContentError


class Part(BaseModel):
    """One of several asks of a message, in the asker's words, with the clauses and articles that answer it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    asked: str
    clauses: list[str] = Field(default_factory=list)
    gold: list[tuple[str, int | None]] = Field(default_factory=list)


class Item(BaseModel):
    """A question with its gold, one line of the file. ``clauses``: ``guideline#clause`` ids that answer it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    kind: str
    question: str
    operator: str | None = None
    as_of: str | None = None
    history: list[dict[str, Any]] | None = None
    gold: list[tuple[str, int | None]] = Field(default_factory=list)
    must: list[str] = Field(default_factory=list)
    avoid: list[str] = Field(default_factory=list)
    forbid_law: list[tuple[str, int | None]] = Field(default_factory=list)
    split: str | None = None
    clauses: list[str] = Field(default_factory=list)
    parts: list[Part] = Field(default_factory=list)


def load_items(path: Path) -> list[Item]:
    """Read a JSON-lines file of questions.

    Raises:
        ContentError: unreadable file or a line that breaks the format; names the line.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ContentError(f"读不到题目文件 {path}：{error}。", "检查路径和编码。") from error
    items: list[Item] = []
    for number, line in enumerate(lines, 1):
        try:
            if line.strip():
                items.append(Item.model_validate_json(line))
        except ValidationError as error:
            hint = "每行一个 JSON 对象，字段见题集说明。"
            raise ContentError(f"{path}:{number}：题目格式不对：{error}", hint) from error
    return items


def to_question(item: Item) -> Question:
    """The question as it is asked."""
    turns = tuple(Turn(question=t["question"], answer=t.get("answer")) for t in item.history or ())
    return Question.model_validate(
        {"question": item.question, "operator": item.operator, "as_of": item.as_of, "history": turns}
    )
