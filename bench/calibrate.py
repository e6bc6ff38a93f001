"""Fit the threshold between answering and not answering, on the public gold set.

    .venv/bin/python bench/calibrate.py tests/eval/gold.jsonl

Every question is answered with the decision switched off; then a logistic regression (L2, classes weighted equally)
is fitted on the split "tune" to tell questions that were answered rightly from questions out of scope, on the features
of `rag.ask.judge.features`. Questions in scope that were answered wrongly are left out: whether to answer them is not a
matter of scope. Prints the constants for rag/ask/judge.py and, for both splits, the share kept and the share refused by
threshold.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from rag.ask.assistant import Assistant
from rag.ask.guard.inspect import Screening, inspect
from rag.ask.judge import FEATURES, features
from rag.ask.models import Status
from rag.ask.pipeline import Pipeline
from rag.ask.retrieve.search import POOL
from rag.content.corpus import load_corpus
from rag.eval.questions import Item, load_items, to_question
from rag.eval.right import SUBSTANCE
from rag.eval.score import judge
from rag.ground.settings import load_settings

L2, STEPS, RATE = 0.02, 6000, 0.3
THRESHOLDS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)


def collect(items: list[Item], pipeline: Pipeline) -> tuple[np.ndarray, np.ndarray]:
    """Features (questions, features) and labels (1: in scope and answered rightly, 0: out of scope)."""
    rows: list[list[float]] = []
    labels: list[int] = []
    for item in items:
        if item.kind not in (*SUBSTANCE, "out_of_scope") or inspect(item.question) is not Screening.FINE:
            continue
        query, hits = pipeline.consult(to_question(item))
        if item.kind in SUBSTANCE:
            answer = pipeline.answer_anyway(to_question(item))
            if answer.status is not Status.ANSWERED or judge(item, answer):
                continue
        rows.append(features(query, hits[:POOL], pipeline.outside(query)[0]))
        labels.append(int(item.kind in SUBSTANCE))
    return np.array(rows), np.array(labels, float)


def fit(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    """Coefficients and intercept of a class-balanced, L2-regularised logistic regression, by gradient descent."""
    mean, scale = x.mean(0), x.std(0) + 1e-9
    z = (x - mean) / scale
    weight = np.where(y == 1, 0.5 / y.mean(), 0.5 / (1 - y.mean()))
    w, b = np.zeros(x.shape[1]), 0.0
    for _ in range(STEPS):
        error = weight * (1 / (1 + np.exp(-(z @ w + b))) - y)
        w -= RATE * (z.T @ error / len(y) + L2 * w)
        b -= RATE * float(error.mean())
    return w / scale, b - float((w * mean / scale).sum())


def main() -> None:
    """Fit on "tune", report on both splits."""
    items = load_items(Path(sys.argv[1] if len(sys.argv) > 1 else "tests/eval/gold.jsonl"))
    settings = load_settings()
    pipeline = Assistant.open(settings, load_corpus(settings.guidelines)).pipeline()
    data = {s: collect([i for i in items if i.split == s], pipeline) for s in ("tune", "test")}
    w, b = fit(*data["tune"])
    print(f"BIAS = {b:.2f}")
    print("COEFFICIENTS = {" + ", ".join(f'"{n}": {c:.2f}' for n, c in zip(FEATURES, w, strict=True)) + "}")
    print(f"{'threshold':>10}" + "".join(f"{s + ' kept':>12}{s + ' refused':>14}" for s in data))
    for threshold in THRESHOLDS:
        cells = ""
        for x, y in data.values():
            p = 1 / (1 + np.exp(-(x @ w + b)))
            cells += f"{np.mean(p[y == 1] >= threshold):>12.1%}{np.mean(p[y == 0] < threshold):>14.1%}"
        print(f"{threshold:>10}{cells}")


if __name__ == "__main__":
    main()
