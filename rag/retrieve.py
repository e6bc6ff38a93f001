"""Query -> Hits: dense and BM25 candidates fused, then ranked by features that can be read off a hit.

Candidates are the clauses in force on the query's day that are nearest by vector (clause or its question) or by
BM25 (see `rag.fusion`). The final score adds what fusion cannot see: share of the question's words found, the asker's
role, what is asked for, and articles named.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from rag.fusion import DENSE_WEIGHT, RRF_K, fuse
from rag.index import SearchIndex
from rag.lexical import normalize, words
from rag.models import Chunk, Hit, Outside, Section
from rag.numerals import figures
from rag.understand import Intent, Query

POOL = 60
OWN_ROLE = 0.8  # share of the best score at which a clause for the asker leads
EVERYONE = 0.85
CONSEQUENCE = 0.8
FOLLOWUP = 2.0


class Reranker(Protocol):
    """Scores (question, text) pairs, higher is better; any scale."""

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """One score per text."""
        ...


class Weights:
    """Weights of the ranking features, fitted by ``bench/calibrate`` on the public gold set."""

    dense = 1.0
    fusion = 1.0
    coverage = 1.3
    heading = 0.5
    role = 0.30
    subject = 0.12
    common = 0.06
    rare = 0.35
    goods = 0.10
    other_goods = 0.40
    unasked = 0.15
    article = 1.5
    law = 0.6
    liability = 0.28
    guideline = 0.12


_SECTION_PRIOR = {
    Section.FAQ: 0.05,
    Section.MUST: 0.04,
    Section.MUST_NOT: 0.04,
    Section.LIABILITY: -0.04,
    Section.HOWTO: -0.06,
    Section.CHECKLIST: -0.30,
}


# Who says nothing of a role is hardly ever one of these.
_RARE_ASKERS = ("platform", "mcn", "park")


class Retriever:
    """Searches one opened index."""

    def __init__(
        self, index: SearchIndex, embeddings: Embeddings | None, reranker: Reranker | None = None
    ) -> None:
        self.index = index
        self._vector: Callable[[str], list[float] | None] = (
            lru_cache(maxsize=64)(embeddings.embed_query) if embeddings else _no_vector
        )
        self._reranker = reranker
        self._plain = [normalize("\n".join([c.text, c.body, *c.asked])) for c in index.chunks]
        self._questions = [tuple(map(normalize, c.questions)) for c in index.chunks]

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
        return own_role_first(query, consequence_first(query, self._rerank(query, hits)))[:limit]

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
        if vector is None or self.index.outside is None:
            return 0.0, None
        return self.index.outside.nearest(vector)

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
        asked_now = set(words(query.original)) if query.followup else set()
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
        w = Weights
        score = (
            w.dense * max(0.0, (cosine - 0.80) / 0.12)
            + w.fusion * fusion
            + w.coverage * coverage
            + w.heading * heading
            + _SECTION_PRIOR[chunk.section]
            + self._role(query, chunk)
            + self._intent(query, chunk)
            + self._article(query, chunk)
            + self._goods(query, chunk)
        )
        if query.guideline == chunk.guideline:
            score += w.guideline
        return Hit(chunk=chunk, score=score, dense=cosine, lexical=lexical, coverage=coverage)

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

    @staticmethod
    def _role(query: Query, chunk: Chunk) -> float:
        score = 0.0
        if query.operator and chunk.operator == query.operator:
            score += Weights.role
        if query.subject and chunk.operator == query.subject:
            score += Weights.subject if query.operator else Weights.role
        if chunk.operator == "common":
            score += Weights.common
        if not query.operator and not query.subject and chunk.operator in _RARE_ASKERS:
            score -= Weights.rare
        return score

    @staticmethod
    def _intent(query: Query, chunk: Chunk) -> float:
        score = 0.0
        if Intent.PENALTY in query.intents:
            weight = Weights.liability / (2 if Intent.WHO in query.intents else 1)  # 罚谁: who, not how much
            score += weight if states_consequence(chunk) else 0.0
            score += weight / 2 if chunk.section is Section.LIABILITY else 0.0
        elif Intent.HOWTO in query.intents and chunk.section in (Section.HOWTO, Section.MUST):
            score += 0.08
        elif (Intent.DUTY in query.intents and chunk.section is Section.MUST) or (
            Intent.PERMISSION in query.intents and chunk.section is Section.MUST_NOT
        ):
            score += 0.05
        if Intent.PENALTY not in query.intents and "罚" in (chunk.heading or ""):
            score -= Weights.unasked
        if Intent.FIGURE in query.intents and figures(chunk.body):
            score += 0.08
        return score

    @staticmethod
    def _goods(query: Query, chunk: Chunk) -> float:
        """For a question that names goods: clauses on those goods before, clauses on other goods behind the rest."""
        if query.goods.intersection(chunk.topics):
            return Weights.goods
        return -Weights.other_goods if query.other_goods.intersection(chunk.topics) else 0.0

    @staticmethod
    def _article(query: Query, chunk: Chunk) -> float:
        score = 0.0
        for wanted in query.laws:
            names = [ref for ref in chunk.laws if ref.law == wanted.law]
            if wanted.article is not None and any(ref.article == wanted.article for ref in names):
                score += Weights.article
            elif names:
                score += Weights.law
        return score

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


def consequence_first(query: Query, hits: list[Hit]) -> list[Hit]:
    """Where it is asked how much a breach costs, let a clause that says so lead if it is about as near."""
    if not hits or not {Intent.PENALTY, Intent.FIGURE} <= query.intents or states_consequence(hits[0].chunk):
        return hits
    own, bar = own_operators(query, hits[0]), CONSEQUENCE * hits[0].score
    near = (h for h in hits if h.score >= bar and h.chunk.operator in own)
    return _led_by(next((h for h in near if states_consequence(h.chunk)), None), hits)


def own_role_first(query: Query, hits: list[Hit]) -> list[Hit]:
    """Let the asker's own clause lead where another role's is only slightly better; else one that is for everyone.

    Where a consequence is asked for, a clause that names one is looked for first.
    """
    if not query.operator or not hits or hits[0].chunk.operator in (query.operator, "common"):
        return hits
    fit = [h for h in hits if Intent.PENALTY not in query.intents or states_consequence(h.chunk)]
    for pool in (fit, hits):
        for role, share in ((query.operator, OWN_ROLE), ("common", EVERYONE)):
            bar = share * hits[0].score
            own = next((h for h in pool if h.chunk.operator == role and h.score >= bar), None)
            if own is not None:
                return _led_by(own, hits)
    return hits


def _led_by(first: Hit | None, hits: list[Hit]) -> list[Hit]:
    """``hits`` with ``first`` moved to the front; unchanged without one."""
    return hits if first is None else [first, *(h for h in hits if h is not first)]


def own_operators(query: Query, lead: Hit) -> tuple[str | None, ...]:
    """Whose clauses may stand in one answer: the leading clause's operator, the asker's, and everyone's."""
    return lead.chunk.operator, query.operator, "common"


def states_consequence(chunk: Chunk) -> bool:
    """Whether a clause names what a breach costs: an amount of money or a multiple of one."""
    return "罚" in chunk.body or any(normal.endswith(("元", "倍")) for _, normal in figures(chunk.body))


def _no_vector(text: str) -> None:
    """Stands in for the embedding model where there is none."""


class ClauseRetriever(BaseRetriever):
    """The retriever as a langchain component: text in, `Document`s with clause metadata out."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    search: Any
    limit: int = 8

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        hits: list[Hit] = self.search(query, limit=self.limit)
        return [
            Document(
                page_content=h.chunk.body,
                metadata={
                    "id": h.chunk.id,
                    "title": h.chunk.title,
                    "version": str(h.chunk.version),
                    "score": h.score,
                },
            )
            for h in hits
        ]
