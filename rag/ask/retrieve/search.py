"""Query -> Hits: dense and BM25 candidates fused, then ranked by features that can be read off a hit.

Candidates are the clauses in force on the query's day that are nearest by vector (clause or its question) or by
BM25 (see `rag.index.fusion`). The final score adds what fusion cannot see: share of the question's words found, the asker's
role, what is asked for, and articles named.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np
from langchain_core.embeddings import Embeddings

from rag.ask.retrieve.score import FOLLOWUP, consequence_first, score, signals
from rag.ask.understand.goods import GoodsWords
from rag.ask.understand.query import Query
from rag.content import Outside, Topic
from rag.ground import normalize
from rag.index import DENSE_WEIGHT, RRF_K, Chunk, Graded, Hit, SearchIndex, fuse

POOL = 60
UNRELATED, SAME = 0.20, 0.85  # cosines between which nearness goes from 0 to 1


class Reranker(Protocol):
    """Scores (question, text) pairs, higher is better; any scale."""

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """One score per text."""
        ...


class ClauseSearch:
    """Searches one opened index."""

    def __init__(
        self,
        index: SearchIndex,
        embeddings: Embeddings | None,
        reranker: Reranker | None = None,
        topics: Iterable[Topic] = (),
        graded: Graded | None = None,
    ) -> None:
        """``topics``: by whose words a clause tells which goods it is about; ``graded``: questions that are known already."""
        self.index, self._graded = index, graded
        self._vector: Callable[[str], list[float] | None] = (
            lru_cache(maxsize=64)(embeddings.embed_query) if embeddings else _no_vector
        )
        self._reranker = reranker
        self._plain = [normalize("\n".join([c.text, c.body, *c.asked])) for c in index.chunks]
        self._questions = [tuple(map(normalize, c.questions)) for c in index.chunks]
        goods = GoodsWords(topics, index.words)
        self._kinds = [
            goods.of(normalize(f"{c.heading or ''}\n{c.body}")) or frozenset(c.topics) for c in index.chunks
        ]

    def search(
        self, query: Query, *, limit: int, operator: str | None = None, topic: str | None = None
    ) -> list[Hit]:
        """The best clauses for a query, best first.

        Args:
            query: what is asked; its day selects the versions.
            limit: at most so many hits.
            operator, topic: keep only clauses of that operator type or topic (a filter, not a preference).
        """
        mask = self.index.in_force(query.day)
        if operator or topic:
            mask &= np.array(
                [
                    (operator is None or c.operator == operator) and (topic is None or topic in c.topics)
                    for c in self.index.chunks
                ]
            )
        positions, dense, lexical, fusion = self._candidates(query, mask)
        idf = self._idf(query, mask)
        best = max(fusion.values(), default=1.0)
        hits = [
            self._hit(query, p, dense.get(p, (0.0, 0.0)), float(lexical[p]), fusion[p] / best, idf)
            for p in positions
        ]
        hits.sort(key=lambda h: h.score, reverse=True)
        return consequence_first(query, self._rerank(query, hits))[:limit]

    def _candidates(
        self, query: Query, mask: np.ndarray
    ) -> tuple[list[int], dict[int, tuple[float, float]], np.ndarray, dict[int, float]]:
        """Positions of the candidates, their cosines, the BM25 scores of all chunks, the fused scores."""
        expansions = [" ".join(names) for names in query.expansions.values() if names]
        lexical = np.where(mask, self.index.lexical_scores(query.matter, expansions), 0.0)
        top = [int(p) for p in np.argsort(-lexical)[:POOL] if lexical[p] > 0]
        dense: dict[int, tuple[float, float]] = {}
        if (vector := self._vector(query.matter)) is not None:
            found = self.index.nearest(vector, query.day, POOL)
            dense = {p: v for p, v in found.items() if mask[p]}
        nearest = sorted(dense, key=lambda p: max(dense[p]), reverse=True)[:POOL]
        fusion = fuse({p: max(dense[p]) for p in nearest}, {p: float(lexical[p]) for p in top})
        named = [p for p in np.flatnonzero(mask) if self._names_article(query, self.index.chunks[int(p)])]
        for place in named[:POOL]:
            fusion.setdefault(int(place), 0.0)
        return list(fusion), dense, lexical, fusion

    def outside(self, query: Query) -> tuple[float, Outside | None]:
        """The matter that is not ours whose wording is nearest to the question, and its cosine (0: none known)."""
        vector = self._vector(query.matter)
        if vector is None or self.index.outside is None or self.index.fault is not None:
            return 0.0, None
        return self.index.outside.nearest(vector)

    def favour(self, query: Query, hit: Hit) -> float:
        """Log odds that a clause answers, by what people found of it for questions like this one: 0 where nothing is known."""
        vector = self._vector(query.matter)
        if vector is None or self._graded is None or self.index.fault is not None:
            return 0.0
        return self._graded.favour(vector, hit.chunk.digest)

    @staticmethod
    def _names_article(query: Query, chunk: Chunk) -> bool:
        wanted = {(r.law, r.article) for r in query.laws if r.article is not None}
        return bool(wanted) and any((ref.law, ref.article) in wanted for ref in chunk.laws)

    def _idf(self, query: Query, mask: np.ndarray) -> dict[str, float]:
        """Inverse document frequency of the question's words over the clauses in force.

        In a follow-up what is asked now weighs more than what it follows (那食品的呢: food, not the matter before).
        """
        live = [self._plain[int(p)] for p in np.flatnonzero(mask)]
        total = max(len(live), 1)
        frequencies = {w: sum(w in text for text in live) for w in query.words}
        asked_now = set(self.index.words.cut(query.original)) if query.followup else set()
        return {
            w: math.log(1 + (total - n + 0.5) / (n + 0.5)) * (FOLLOWUP if w in asked_now else 1.0)
            for w, n in frequencies.items()
        }

    def _hit(
        self,
        query: Query,
        position: int,
        dense: tuple[float, float],
        lexical: float,
        fusion: float,
        idf: dict[str, float],
    ) -> Hit:
        chunk = self.index.chunks[position]
        coverage = self._coverage(query, self._plain[position], idf)
        heading = max((self._coverage(query, q, idf) for q in self._questions[position]), default=0.0)
        cosine = max(dense)
        found = signals(query, chunk, self._kinds[position]) | {
            "near": _nearness(cosine),
            "text": _nearness(dense[0]),
            "fusion": fusion,
            "coverage": coverage,
            "heading": heading,
        }
        found = {name: value for name, value in found.items() if value}
        return Hit(
            chunk=chunk, score=score(found), dense=cosine, lexical=lexical, coverage=coverage, signals=found
        )

    @staticmethod
    def _coverage(query: Query, text: str, idf: dict[str, float]) -> float:
        """Share of the question's words (by idf) that the text holds, glossary synonyms counted: 0..1."""
        total = sum(idf.values())
        if not total:
            return 0.0
        covered = 0.0
        for word, weight in idf.items():
            names = [n for slang, terms in query.expansions.items() if word in slang for n in terms]
            if word in text or any(n in text for n in names):
                covered += weight
            elif len(word) >= 3:
                pairs = [word[i : i + 2] for i in range(len(word) - 1)]
                covered += 0.5 * weight * sum(p in text for p in pairs) / len(pairs)
        return covered / total

    def _rerank(self, query: Query, hits: list[Hit]) -> list[Hit]:
        """Let the cross-encoder, if one is set, order the first hits; its ranks are fused with ours."""
        if self._reranker is None or not hits:
            return hits
        head, tail = hits[:20], hits[20:]
        scores = self._reranker.score(query.text, [h.chunk.text for h in head])
        order = sorted(range(len(head)), key=lambda i: scores[i], reverse=True)
        fused = {i: 1 / (RRF_K + i) + DENSE_WEIGHT / (RRF_K + rank) for rank, i in enumerate(order)}
        ranked = sorted(fused, key=lambda i: fused[i], reverse=True)
        top = [h.score for h in head]
        return [head[i].model_copy(update={"score": top[n]}) for n, i in enumerate(ranked)] + tail


def _nearness(cosine: float) -> float:
    """0 where a text has nothing to do with a question, 1 where they say the same."""
    return max(0.0, (cosine - UNRELATED) / (SAME - UNRELATED))


def _no_vector(text: str) -> None:
    """Stands in for the embedding model where there is none."""
