"""Ranking metrics and percentiles, each with its definition; pure functions over lists of document numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from statistics import fmean


def recall_at(ranking: Sequence[int], relevant: Collection[int], depth: int) -> float:
    """Recall@k = |relevant in the first k| / |relevant| (Manning, Raghavan & Schütze 2008, ch. 8); 0..1."""
    return len(set(ranking[:depth]) & set(relevant)) / len(set(relevant))


def hit_at(ranking: Sequence[int], relevant: Collection[int], depth: int) -> float:
    """hit@k (success@k): 1.0 if any relevant document is among the first k, else 0.0."""
    return float(any(d in relevant for d in ranking[:depth]))


def reciprocal_rank(ranking: Sequence[int], relevant: Collection[int], depth: int = 10) -> float:
    """1 / rank of the first relevant document within the first ``depth``, else 0; its mean is MRR@depth."""
    return next((1 / n for n, d in enumerate(ranking[:depth], 1) if d in relevant), 0.0)


def mean_over(
    metric: Callable[[Sequence[int], Collection[int], int], float],
    rankings: Sequence[Sequence[int]],
    relevant: Sequence[Collection[int]],
    depth: int,
) -> float:
    """Mean of a metric over questions; every question weighs the same."""
    return fmean(metric(r, gold, depth) for r, gold in zip(rankings, relevant, strict=True))


def statute_scores(
    rankings: Sequence[Sequence[int]], relevant: Sequence[Collection[int]]
) -> dict[str, float]:
    """The five numbers of STARD: R@5, R@10, R@100, MRR@10, hit@1."""
    return {
        "R@5": mean_over(recall_at, rankings, relevant, 5),
        "R@10": mean_over(recall_at, rankings, relevant, 10),
        "R@100": mean_over(recall_at, rankings, relevant, 100),
        "MRR@10": mean_over(reciprocal_rank, rankings, relevant, 10),
        "hit@1": mean_over(hit_at, rankings, relevant, 1),
    }


def clause_scores(rankings: Sequence[Sequence[int]], relevant: Sequence[Collection[int]]) -> dict[str, float]:
    """The numbers of our own clauses: hit@1, hit@5, hit@10, MRR@10 (any one right clause will do)."""
    return {
        "hit@1": mean_over(hit_at, rankings, relevant, 1),
        "hit@5": mean_over(hit_at, rankings, relevant, 5),
        "hit@10": mean_over(hit_at, rankings, relevant, 10),
        "MRR@10": mean_over(reciprocal_rank, rankings, relevant, 10),
    }


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest-rank percentile: the smallest value with at least ``share`` of all values at or below it."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def unique(documents: Sequence[int]) -> list[int]:
    """The documents in order of first appearance: chunks of one text count once, at their best place."""
    return list(dict.fromkeys(documents))
