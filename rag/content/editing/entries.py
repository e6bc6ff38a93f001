"""One entry of ``quiz.yml``, ``cases.yml`` or ``glossary.yml`` written, replaced or taken out; every other line keeps its bytes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from rag.content.cases import CASES_FILE
from rag.content.quiz import QUIZ_FILE, line_of
from rag.content.registers import GLOSSARY_FILE
from rag.ground import ContentError, load_yaml, yaml_line

Entry = Mapping[str, Any]

_QUESTION = ("id", "clause", "kind", "ask", "right", "wrong", "why", "version", "digest")
_ASK = ("ask", "answer", "clauses")


def with_question(text: str, own: str, entry: Entry | None) -> str:
    """``quiz.yml`` with the question of id ``own`` as ``entry`` says (its day as text): see `_with_entry`."""
    lines = []
    if entry is not None:
        fields = {key: entry[key] for key in _QUESTION if entry.get(key)}
        lines = [f"- {yaml_line({**fields, 'version': dt.date.fromisoformat(entry['version'])})}"]
    return _with_entry(text, QUIZ_FILE, "id", own, lines)


def with_case(text: str, own: str, entry: Entry | None) -> str:
    """``cases.yml`` with the case of id ``own`` as ``entry`` says: see `_with_entry`."""
    lines = []
    if entry is not None:
        head = [f"{key}: {yaml_line(entry[key])}" for key in ("id", "operator", "title", "story")]
        asks = [
            f"    - {yaml_line({key: q[key] for key in _ASK})[:-1]}, digest: '{q['digest']}'}}"
            for q in entry["questions"]
        ]
        lines = [f"- {head[0]}", *(f"  {line}" for line in head[1:]), "  questions:", *asks]
    return _with_entry(text, CASES_FILE, "id", own, lines)


def with_term(text: str, own: str, entry: Entry | None) -> str:
    """``glossary.yml`` with the term ``own`` as ``entry`` says: see `_with_entry`."""
    lines = []
    if entry is not None:
        lines = [f"- term: {yaml_line(entry['term'])}", f"  meaning: {yaml_line(entry['meaning'])}"]
        if entry["slang"]:
            lines.append(f"  slang: {yaml_line(list(entry['slang']))}")
    return _with_entry(text, GLOSSARY_FILE, "term", own, lines)


def _with_entry(text: str, file: str, key: str, own: str, entry: Sequence[str]) -> str:
    """The file with the entry whose ``key`` is ``own`` written as these lines: a new one at the end, none takes it out.

    Raises:
        ContentError: it is to be taken out and is not there, or the file is written in a way that is not understood.
    """
    lines = text.splitlines()
    place = line_of(lines, own, key)
    if place is None and not entry:
        raise ContentError(f"{file} 里没有 {own}。", "刷新列表后再选。")
    start = len(lines) if place is None else place
    end = start + (place is not None)
    while end < len(lines) and lines[end].startswith(" "):
        end += 1
    written = "\n".join([*lines[:start], *entry, *lines[end:]]) + "\n"
    before, now = load_yaml(text) or [], load_yaml(written) or []
    which = next((n for n, e in enumerate(before) if e[key] == own), len(before))
    if now != [*before[:which], *(now[which : which + 1] if entry else ()), *before[which + 1 :]]:
        raise ContentError(f"{file} 里 {own} 的写法特殊，没有改动它。", "请管理员照文件开头写的格式改。")
    return written
