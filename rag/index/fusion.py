"""One ranking out of two: reciprocal rank fusion with the scores themselves as a second opinion.

RRF (Cormack, Clarke & Buettcher 2009) adds weight / (k + rank) per list and forgets how far apart the scores lie.
Adding a share of the scores, scaled to 0..1 within the pool, keeps RRF's recall and orders the top better. The
constants were chosen on STARD dev and are measured with their neighbours in ``bench/retrieval.py``.
"""

from __future__ import annotations

from collections.abc import Mapping

RRF_K = 10
DENSE_WEIGHT = 2.0
SCORE_SHARE = 0.4
DENSE_SHARE = 0.65


def fuse(dense: Mapping[int, float], lexical: Mapping[int, float]) -> dict[int, float]:
    """Fused score of every document in either list; higher is better.

    Args:
        dense: document -> cosine similarity of the nearest documents.
        lexical: document -> BM25 score of the best matching documents (positive).
    """
    fused: dict[int, float] = {}
    for weight, scores in ((DENSE_WEIGHT, dense), (1.0, lexical)):
        for rank, document in enumerate(sorted(scores, key=lambda d: scores[d], reverse=True)):
            fused[document] = fused.get(document, 0.0) + weight / (RRF_K + rank)
    floor, span = min(dense.values(), default=0.0), _span(dense)
    peak = max(lexical.values(), default=0.0) or 1.0
    for document in fused:
        near = (dense[document] - floor) / span if document in dense else 0.0
        match = lexical.get(document, 0.0) / peak
        fused[document] += SCORE_SHARE * (DENSE_SHARE * near + (1 - DENSE_SHARE) * match)
    return fused


def _span(scores: Mapping[int, float]) -> float:
    return (max(scores.values()) - min(scores.values())) or 1.0 if scores else 1.0
