"""Self-assessment sheets: every item rests on a clause in force; ids and questions stand once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from rag.content.assessments import ASSESSMENTS_FILE, clause_on, read_assessments
from rag.content.corpus import Corpus
from rag.content.models import Problem
from rag.ground import ContentError


def check_assessments(corpus: Corpus, root: Path, today: dt.date) -> Iterator[Problem]:
    """What is wrong with ``assessments.yml`` below ``root``."""
    try:
        sheets = read_assessments(root)
    except ContentError as error:
        yield Problem(path=ASSESSMENTS_FILE, line=1, code="assessment", message=error.message, fix=error.hint)
        return
    lines = (root / ASSESSMENTS_FILE).read_text("utf-8").splitlines() if sheets else []
    seen: set[tuple[str, str]] = set()
    for sheet in sheets:
        if ("", sheet.id) in seen:
            yield _problem(lines, sheet.id, f"自查表 {sheet.id} 写了两次", "换一个编号")
        seen.add(("", sheet.id))
        if corpus.on_day(sheet.about, today) is None:
            yield _problem(
                lines, sheet.about, f"自查表 {sheet.id} 说的指引 {sheet.about} 今天没有", "换成现行的指引"
            )
        for item in (item for area in sheet.areas for item in area.items):
            if (sheet.id, item.ask) in seen:
                yield _problem(lines, item.ask, f"“{item.ask}”在一张表里写了两次", "留一处")
            seen.add((sheet.id, item.ask))
            if clause_on(corpus, item.clause, today) is None:
                yield _problem(
                    lines, item.ask, f"“{item.ask}”依据的 {item.clause} 今天没有", "换成现行版里的条款编号"
                )


def _problem(lines: list[str], word: str, message: str, fix: str) -> Problem:
    line = next((n for n, text in enumerate(lines, 1) if word in text), 1)
    return Problem(path=ASSESSMENTS_FILE, line=line, code="assessment", message=message, fix=fix)
