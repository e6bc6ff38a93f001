"""Corrections that nobody was told of: versions that read otherwise than they were published, under the same revision."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from rag.content import Corpus, Problem
from rag.index.publish import read_chunks, read_pointer


def uncounted(folder: Path, corpus: Corpus) -> list[Problem]:
    """A note for each of them; none where nothing is published.

    Args:
        folder: ``<data>/index``.
        corpus: the content as it is now.
    """
    pointer = read_pointer(folder)
    before: dict[tuple[str, int], list[tuple[str | None, str]]] = defaultdict(list)
    for chunk in read_chunks(folder, pointer) if pointer else ():
        before[chunk.id.partition("#")[0], chunk.revision].append((chunk.heading, chunk.body))
    return [
        Problem(
            path=guideline.path, line=1, code="revision", level="note",
            message=f"条款和已经发布的不一样，revision 还是 {guideline.revision}",
            fix=f"写成 revision: {guideline.revision + 1}，读者才看得到更正过；规则变了的，开新版本",
        )
        for guideline in corpus.guidelines
        if guideline.status == "published"
        and (known := before.get((guideline.key, guideline.revision)))
        and known != [(clause.heading, clause.text) for clause in guideline.clauses]
    ]  # fmt: skip
