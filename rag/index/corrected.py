"""What a correction does to readers unnoticed: versions that read otherwise than they were published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from rag.content import Corpus, Guideline, Problem
from rag.index.models import Chunk
from rag.index.publish import read_chunks, read_pointer


def corrected(folder: Path, corpus: Corpus) -> Iterator[Problem]:
    """Notes on published versions whose clauses differ from those of the index: a revision that was not counted up, and
    clauses that have another number now, so that links to them lead elsewhere.

    Args:
        folder: ``<data>/index``.
        corpus: the content as it is now.
    """
    pointer = read_pointer(folder)
    before: dict[str, list[Chunk]] = defaultdict(list)
    for chunk in read_chunks(folder, pointer) if pointer else ():
        before[chunk.id.partition("#")[0]].append(chunk)
    for guideline in corpus.guidelines:
        known = before.get(guideline.key, []) if guideline.status == "published" else []
        if known and [(c.clause, c.heading, c.body) for c in known] != list(_now(guideline)):
            yield from _uncounted(guideline, known[0].revision)
            yield from _moved(guideline, known)


def _now(guideline: Guideline) -> Iterator[tuple[str, str | None, str]]:
    return ((clause.id, clause.heading, clause.text) for clause in guideline.clauses)


def _uncounted(guideline: Guideline, revision: int) -> Iterator[Problem]:
    if guideline.revision == revision:
        yield _note(
            guideline,
            "revision",
            f"条款和已经发布的不一样，revision 还是 {revision}",
            f"写成 revision: {revision + 1}，读者才看得到更正过；规则变了的，开新版本",
        )


def _moved(guideline: Guideline, known: list[Chunk]) -> Iterator[Problem]:
    now = {(heading, text): clause for clause, heading, text in _now(guideline)}
    moved = [(c.clause, to) for c in known if (to := now.get((c.heading, c.body), c.clause)) != c.clause]
    if moved:
        yield _note(
            guideline,
            "moved",
            f"已经发布的 {moved[0][0]} 现在是 {moved[0][1]}（编号变了的共 {len(moved)} 条），别人存的链接会指到别的条",
            "更正时新加的条款写在那一栏的最后；要插在前面的，开新版本",
        )


def _note(guideline: Guideline, code: str, message: str, fix: str) -> Problem:
    return Problem(path=guideline.path, line=1, code=code, message=message, fix=fix, level="note")
