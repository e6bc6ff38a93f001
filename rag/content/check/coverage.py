"""Which operator types have a guideline on which topic, and which must have one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from rag.content.check.findings import Findings
from rag.content.corpus import Corpus
from rag.content.models import Problem
from rag.ground import load_yaml


def missing_cells(corpus: Corpus, required: Path, today: dt.date) -> Findings:
    """Cells of the coverage matrix that a duty requires and no guideline in force fills."""
    if not required.exists():
        return
    matrix = coverage(corpus, today)
    names = {o.id: o.short for o in corpus.registers.operators}
    for line, (topic, operators) in enumerate((load_yaml(required.read_text("utf-8")) or {}).items(), 3):
        for operator in operators:
            if not matrix.get(topic, {}).get(operator):
                yield Problem(
                    path=required.name, line=line, code="coverage",
                    message=f"{names.get(operator, operator)}没有主题 {topic} 的指引", fix=f"写一份，或在已有指引的 topics 里加 {topic}",
                )  # fmt: skip


def coverage(corpus: Corpus, day: dt.date) -> dict[str, dict[str, list[str]]]:
    """Coverage matrix on ``day``: topic id -> operator id -> guideline ids in force. Empty lists are holes."""
    matrix: dict[str, dict[str, list[str]]] = {
        t.id: {o.id: [] for o in corpus.registers.operators} for t in corpus.registers.topics
    }
    for guideline in corpus.in_force(day):
        for topic in guideline.topics:
            if topic in matrix:
                matrix[topic][guideline.operator].append(guideline.id)
    return matrix
