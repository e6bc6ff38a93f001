"""Our own rankings: the parts (BM25, dense, plain RRF), the fusion, and the whole search of the assistant.

Every system has ``name`` and ``rank(asked, depth)`` -> one list of document numbers per question, best first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

import numpy as np

from bench.data import Asked, Texts, unit
from rag.ask.assistant import Assistant
from rag.index.fusion import fuse
from rag.index.lexical import LexicalIndex
from rag.index.models import Chunk

DEPTH = 100


class System(Protocol):
    """A ranking that is measured."""

    name: str

    def rank(self, asked: Asked, depth: int = DEPTH) -> list[list[int]]:
        """The best documents per question."""
        ...


def best(scores: np.ndarray, count: int) -> list[int]:
    """Numbers of the ``count`` highest scores, highest first; equal scores in document order."""
    return [int(n) for n in np.argsort(-scores, kind="stable")[:count]]


class Parts:
    """Scores that several systems share, computed once: BM25 (m, n) and cosine (m, n)."""

    def __init__(self, texts: Texts, asked: Asked, index: LexicalIndex) -> None:
        self.cosine = asked.vectors @ texts.vectors.T
        self.bm25 = np.stack([index.scores(q) for q in asked.questions])

    def pools(self, question: int, size: int) -> tuple[dict[int, float], dict[int, float]]:
        """The nearest and the best matching documents of one question, with their scores."""
        near, match = self.cosine[question], self.bm25[question]
        return (
            {n: float(near[n]) for n in best(near, size)},
            {n: float(match[n]) for n in best(match, size) if match[n] > 0},
        )


def rrf(pools: Sequence[dict[int, float]], k: int = 10, weights: Sequence[float] = (2.0, 1.0)) -> list[int]:
    """Reciprocal rank fusion: sum of weight / (k + rank), rank from 0 (Cormack, Clarke & Buettcher 2009)."""
    fused: dict[int, float] = {}
    for weight, pool in zip(weights, pools, strict=True):
        for rank, document in enumerate(sorted(pool, key=lambda d: pool[d], reverse=True)):
            fused[document] = fused.get(document, 0.0) + weight / (k + rank)
    return sorted(fused, key=lambda d: fused[d], reverse=True)


def by_score(scores: dict[int, float]) -> list[int]:
    """Documents, highest score first."""
    return sorted(scores, key=lambda d: scores[d], reverse=True)


def own_rankings(texts: Texts, asked: Asked, index: LexicalIndex, pool: int) -> dict[str, list[list[int]]]:
    """Rankings of the parts, of plain RRF, and of `rag.index.fuse` over pools of ``pool``."""
    parts = Parts(texts, asked, index)
    every = range(len(asked.questions))
    return {
        "BM25 words+bigrams": [best(parts.bm25[q], DEPTH) for q in every],
        "dense": [best(parts.cosine[q], DEPTH) for q in every],
        "RRF k=10, dense weight 2": [rrf(parts.pools(q, 200))[:DEPTH] for q in every],
        f"hegui fusion, pools of {pool}": [by_score(fuse(*parts.pools(q, pool)))[:DEPTH] for q in every],
    }


def tried_rankings(texts: Texts, asked: Asked, index: LexicalIndex, pool: int) -> dict[str, list[list[int]]]:
    """What was tried on top of the fusion: Rocchio feedback on dense vectors, and a vote of the larger unit."""
    parts = Parts(texts, asked, index)
    every = range(len(asked.questions))
    first = [fuse(*parts.pools(q, pool)) for q in every]
    parts.cosine = rocchio(asked.vectors, texts.vectors, [by_score(f) for f in first]) @ texts.vectors.T
    second = [fuse(*parts.pools(q, pool)) for q in every]
    return {
        "+ Rocchio k=3, beta 0.2": [by_score(f)[:DEPTH] for f in second],
        "+ vote of the law / guideline": [by_score(vote(f, texts.groups))[:DEPTH] for f in first],
        "+ both": [by_score(vote(f, texts.groups))[:DEPTH] for f in second],
    }


def rocchio(
    questions: np.ndarray,
    documents: np.ndarray,
    rankings: Sequence[Sequence[int]],
    k: int = 3,
    beta: float = 0.2,
) -> np.ndarray:
    """q' = unit(q + beta * mean of the first k documents): pseudo relevance feedback (Rocchio 1971)."""
    return unit(
        np.stack(
            [q + beta * documents[list(r[:k])].mean(0) for q, r in zip(questions, rankings, strict=True)]
        )
    )


def vote(fused: dict[int, float], groups: Sequence[str], share: float = 0.1) -> dict[int, float]:
    """Adds ``share`` * (sum of the fused scores of the document's group / the largest such sum)."""
    sums: dict[str, float] = {}
    for document, score in fused.items():
        sums[groups[document]] = sums.get(groups[document], 0.0) + score
    peak = max(sums.values(), default=1.0)
    return {d: s + share * sums[groups[d]] / peak for d, s in fused.items()}


class Search:
    """The assistant's own search, as its langchain retriever: understanding, glossary, fusion, ranking features."""

    def __init__(
        self, name: str, assistant: Assistant, chunks: Sequence[Chunk], day: dt.date, roles: bool
    ) -> None:
        self.name = name
        self._assistant, self._day, self._roles = assistant, day, roles
        self._place = {c.id: n for n, c in enumerate(chunks)}

    def rank(self, asked: Asked, depth: int = DEPTH) -> list[list[int]]:
        """Rankings of `Assistant.retriever`; with ``roles`` the asker's role is given as in the chat."""
        rankings: list[list[int]] = []
        for number, text in enumerate(asked.questions):
            role = asked.roles[number] if self._roles and asked.roles else None
            found = self._assistant.retriever(asker=role, as_of=self._day, limit=depth).invoke(text)
            rankings.append([self._place[d.id] for d in found if d.id in self._place])
        return rankings
