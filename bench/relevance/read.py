"""Reads the relevance data: questions by family, the grades of their clauses, questions of other trades."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from rag.index import Chunk

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Family:
    """One ask, put several ways. ``grades``: clause id -> 2 answers, 1 belongs, 0 neither.

    ``kind``: ``answer``, ``near`` (words of the trade, no clause answers), ``open`` (ours, but none of the graded clauses answers and nobody
    has looked further) or ``multi`` (several asks; ``parts`` are the families asked).
    """

    id: str
    kind: str
    split: str
    operator: str | None
    questions: tuple[str, ...]
    parts: tuple[str, ...] = ()
    grades: dict[str, int] = field(default_factory=dict)


def twins_of(chunks: Iterable[Chunk]) -> dict[str, set[str]]:
    """Digest of a clause's text -> the ids of all clauses that say the same."""
    twins: dict[str, set[str]] = defaultdict(set)
    for chunk in chunks:
        twins[chunk.digest].add(chunk.id)
    return twins


def grade_of(grades: Mapping[str, int], same: set[str], ungraded: int = -1) -> int:
    """The best grade of the clauses ``same``; ``ungraded`` where nobody has graded one."""
    return max((grade for clause, grade in grades.items() if clause in same), default=ungraded)


def read_families(*splits: str, kinds: tuple[str, ...] = ("answer", "near", "multi")) -> list[Family]:
    """The families of ``splits`` (all without any)."""
    if not (HERE / "questions.jsonl").exists():
        return []
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    for line in (HERE / "grades.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        grades[row["family"]][row["clause"]] = row["grade"]
    found = []
    for line in (HERE / "questions.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        if (splits and row["split"] not in splits) or row["kind"] not in kinds:
            continue
        family = Family(
            row["family"], row["kind"], row["split"], row.get("operator"), tuple(row["questions"]),
            tuple(row.get("parts", ())), grades.get(row["family"], {}),
        )  # fmt: skip
        found.append(family)
    return found


def read_outside(split: str | None = None) -> list[str]:
    """Questions of other trades."""
    path = HERE / "outside.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []
    return [r["question"] for r in rows if split is None or r["split"] == split]


def read_messages(split: str | None = None) -> list[tuple[str, str]]:
    """Messages with their kind: ``rule`` (an honest question near the border), ``evade``, ``talk``."""
    path = HERE / "messages.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []
    return [(r["text"], r["kind"]) for r in rows if split is None or r["split"] == split]
