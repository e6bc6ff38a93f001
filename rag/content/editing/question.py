"""One question of ``quiz.yml`` written, replaced or taken out; every other line keeps its bytes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import yaml

from rag.content.quiz import QUIZ_FILE, line_of
from rag.ground import ContentError, load_yaml

_KEYS = ("id", "clause", "kind", "ask", "right", "wrong", "version", "digest")


def with_question(text: str, own: str, entry: Mapping[str, Any] | None) -> str:
    """The file with the question of id ``own`` as ``entry`` says (its day as text): new ones at the end, none takes it out.

    Raises:
        ContentError: it is to be taken out and is not there, or the file is not written as one line a question.
    """
    lines = text.splitlines()
    place = line_of(lines, own)
    if place is None and entry is None:
        raise ContentError(f"{QUIZ_FILE} 里没有题目 {own}。", "刷新列表后再选。")
    strange = ContentError(f"{QUIZ_FILE} 里题目 {own} 不是一行一题的写法。", "请管理员照文件开头写的格式改。")
    if place is not None and not lines[place].startswith("- {"):
        raise strange
    new = [] if entry is None else [_line(entry)]
    if place is None:
        place = len(lines)
    after = [*lines[:place], *new, *lines[place + 1 :]]
    written = "\n".join(after) + "\n"
    before = [e for e in load_yaml(text) or () if e["id"] != own]
    if [e for e in load_yaml(written) or () if e["id"] != own] != before:
        raise strange
    return written


def _line(entry: Mapping[str, Any]) -> str:
    fields = {key: entry[key] for key in _KEYS if entry.get(key)}
    fields["version"] = dt.date.fromisoformat(entry["version"])
    flow = yaml.safe_dump(fields, allow_unicode=True, default_flow_style=True, sort_keys=False, width=10**6)
    return f"- {flow.strip()}"
