"""Fields of request bodies: what is trimmed, bounded and refused, with messages that say what to do."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from rag.ask import Turn

MAX_QUESTION = 500
MAX_ANSWER = 4000
MAX_TURNS = 20
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_KEPT_CONTROLS = "\n\t"


def clean_text(value: str) -> str:
    """Trim, and drop control characters (NUL breaks databases, bidirectional marks disguise text)."""
    kept = (
        c
        for c in value
        if c in _KEPT_CONTROLS or (unicodedata.category(c) not in ("Cc", "Cs", "Co") and c not in _BIDI)
    )
    return "".join(kept).strip()


_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def _to_question(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = clean_text(value)
    if not text:
        raise PydanticCustomError("hegui_empty", "问题是空的，请写下要问的事")
    if len(text) > MAX_QUESTION:
        raise PydanticCustomError(
            "hegui_long", "问题有 {count} 个字，最多 500 个字，请缩短或分几次问", {"count": len(text)}
        )
    if not any(c.isalnum() for c in text):
        raise PydanticCustomError("hegui_no_words", "问题里没有文字，请用文字写下要问的事")
    return text


def _to_day(value: object) -> object:
    if value is None or value == "":
        return None
    try:
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            day = value
        elif isinstance(value, str) and _DAY.fullmatch(value):
            day = dt.date.fromisoformat(value)
        else:
            raise ValueError
    except ValueError:
        raise PydanticCustomError("hegui_day", "要写成真实存在的日期（年-月-日），如 2026-02-01") from None
    if not 1949 <= day.year <= 2099:
        raise PydanticCustomError("hegui_day", "日期要在 1949 年到 2099 年之间")
    return day


def _empty_is_none(value: object) -> object:
    return None if value == "" else value


def _last_turns(value: object) -> object:
    """Keep the last turns, cut to length; a turn without a question is left out."""
    if value is None:
        return ()
    if not isinstance(value, list):
        return value
    return tuple(_shorten(turn) for turn in value[-MAX_TURNS:] if not _is_blank(turn))


def _is_blank(turn: object) -> bool:
    return (
        isinstance(turn, dict) and isinstance(turn.get("question"), str) and not clean_text(turn["question"])
    )


def _shorten(turn: object) -> object:
    if not isinstance(turn, dict):
        return turn
    limits = {"question": MAX_QUESTION, "answer": MAX_ANSWER}
    return {
        key: clean_text(value)[: limits[key]] if key in limits and isinstance(value, str) else value
        for key, value in turn.items()
    }


def _clean_or_none(value: object) -> object:
    return (clean_text(value) or None) if isinstance(value, str) else value


def _lines_or_none(value: object) -> object:
    lines = [clean_text(line) for line in value.splitlines()] if isinstance(value, str) else None
    return value if lines is None else "\n".join(lines).strip() or None


QuestionText = Annotated[str, BeforeValidator(_to_question), Field(min_length=1, max_length=MAX_QUESTION)]
Day = Annotated[dt.date | None, BeforeValidator(_to_day)]
Name = Annotated[Annotated[str, Field(max_length=120)] | None, BeforeValidator(_empty_is_none)]
Key = Annotated[Annotated[str, Field(max_length=64)] | None, BeforeValidator(_clean_or_none)]
Note = Annotated[Annotated[str, Field(max_length=1000)] | None, BeforeValidator(_clean_or_none)]
Reach = Annotated[Annotated[str, Field(max_length=200)] | None, BeforeValidator(_clean_or_none)]
Sheet = Annotated[Annotated[str, Field(max_length=8000)] | None, BeforeValidator(_lines_or_none)]
History = Annotated[tuple[Turn, ...], BeforeValidator(_last_turns)]
