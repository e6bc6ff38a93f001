"""Fit the weights by which hits are ranked: `python -m bench.training.ranking` prints the table for rag/ask/retrieve/score.py.

Every question of the train split of bench/relevance is searched; the weights are those under which a clause that answers is
likeliest to stand first (softmax over the graded candidates of a question), held near the weights of now by `L2`: signals
that the questions hardly show (articles named, follow-ups) stay as they are. The first hits, before and after, on dev and on test.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from scipy.optimize import minimize

from bench.relevance.read import Family, grade_of, read_families, twins_of
from rag.ask import Assistant, Question
from rag.ask.retrieve.score import WEIGHTS
from rag.content import load_corpus
from rag.ground import Settings

L2 = 0.01
SHARPNESS = 8.0  # by how much a unit of score counts in the softmax
DEPTH = 60
KEPT = ("article", "law", "guideline")
Row = tuple[
    str, np.ndarray, np.ndarray
]  # family, signals (hits, names), grades (hits,): -1 where nobody graded


def collect(assistant: Assistant, families: Sequence[Family]) -> Iterator[Row]:
    """Every question with its candidates."""
    pipeline, names = assistant.pipeline(), list(WEIGHTS)
    twins = twins_of(pipeline.snapshot.index.chunks)
    for family in families:
        for text in family.questions:
            _, hits = pipeline.consult(Question(question=text, operator=family.operator))
            signals = np.array([[h.signals.get(n, 0.0) for n in names] for h in hits[:DEPTH]])
            grades = [grade_of(family.grades, twins[h.chunk.digest]) for h in hits[:DEPTH]]
            if 2 in grades:
                yield family.id, signals, np.array(grades)


def fit(rows: Sequence[Row], start: np.ndarray, free: np.ndarray) -> np.ndarray:
    """The weights (names,) under which answers stand first; those not ``free`` stay."""
    graded = [(x[g >= 0], g[g >= 0] == 2) for _, x, g in rows]

    def loss(change: np.ndarray) -> tuple[float, np.ndarray]:
        weights = start + change * free
        total, slope = L2 * float(change @ change) * len(graded), 2 * L2 * change * len(graded)
        for x, right in graded:
            scores = SHARPNESS * (x @ weights)
            odds = np.exp(scores - scores.max())
            all_of, good = odds / odds.sum(), odds * right / (odds * right).sum()
            total -= float(np.log((odds * right).sum() / odds.sum()))
            slope = slope + SHARPNESS * ((all_of - good) @ x) * free
        return total / len(graded), slope / len(graded)

    found = minimize(loss, np.zeros(len(start)), jac=True, method="L-BFGS-B")
    return np.asarray(start + found.x * free)


def table(rows: Sequence[Row], weights: np.ndarray) -> str:
    """Shares of the questions with an answer among the first 1, 2, 4 and 8, and with an ungraded clause first."""
    ranked = [g[np.argsort(-(x @ weights), kind="stable")] for _, x, g in rows]
    cells = [np.mean([2 in r[:k] for r in ranked]) for k in (1, 2, 4, 8)]
    cells += [np.mean([bool(r[r >= 0][0] == 2) for r in ranked]), np.mean([r[0] == -1 for r in ranked])]
    return "".join(f"{c:>10.1%}" for c in cells)


def main() -> None:
    """Fit on train, report on all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--fit-on", default="train")
    options = parser.parse_args()
    settings = Settings(rate_limit=0, judge="none")
    assistant = Assistant.open(settings, load_corpus(settings.guidelines))
    splits: Mapping[str, list[Row]] = {
        s: list(collect(assistant, read_families(s, kinds=("answer",))))
        for s in dict.fromkeys((options.fit_on, "dev", "test"))
    }
    assistant.close()
    names = list(WEIGHTS)
    start, free = np.array([WEIGHTS[n] for n in names]), np.array([n not in KEPT for n in names], float)
    fitted = fit(splits[options.fit_on], start, free)
    for name, before, after in zip(names, start, fitted, strict=True):
        print(f"{name:<14}{before:>8.2f}{after:>8.2f}")
    print(f"{'':<26}{'first':>10}{'2':>10}{'4':>10}{'8':>10}{'graded':>10}{'ungraded':>10}")
    for split, rows in splits.items():
        for kind in ("older", "w", "x"):
            part = [r for r in rows if (r[0][0] if r[0][0] in "wx" else "older") == kind]
            if not part:
                continue
            for title, weights in (("before", start), ("after", fitted)):
                print(f"{split:<5}{kind:<6}{title:<8}{len(part):>7}{table(part, weights)}")


if __name__ == "__main__":
    main()
