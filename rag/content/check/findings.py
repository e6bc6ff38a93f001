"""What rules return, and how a finding is made."""

from __future__ import annotations

from collections.abc import Iterator

from rag.content.models import Guideline, Problem

Findings = Iterator[Problem]


def finding(
    guideline: Guideline, line: int, code: str, message: str, fix: str, *, note: bool = False
) -> Problem:
    return Problem(
        path=guideline.path, line=line, code=code, message=message, fix=fix, level="note" if note else "error"
    )
