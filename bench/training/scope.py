"""Fit what tells our matters from others: `python -m bench.training.scope` prints the constants for rag/ask/judge.py.

A logistic regression, both classes weighted equally, on `rag.ask.judge.features` of questions that the guidelines answer (train split
of bench/relevance, split "tune" of the gold set) and of what is not ours (other trades and talk of the train split, the gold set's
questions out of scope). Prints by threshold, on dev, test and the gold set's splits, the share of ours kept and of others refused.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from bench.relevance.read import read_families, read_messages, read_outside
from bench.training.data import SEED
from rag.ask import Assistant, Question
from rag.ask.guard.inspect import Screening, inspect
from rag.ask.judge import FEATURES, features
from rag.ask.pipeline import Pipeline
from rag.ask.retrieve.search import POOL
from rag.content import load_corpus
from rag.eval.questions import load_items, to_question
from rag.eval.right import SUBSTANCE
from rag.ground import Settings

GOLD = Path("tests/eval/gold.jsonl")
MOST = 1500  # questions of the train split
THRESHOLDS = (0.2, 0.3, 0.4, 0.5)
Asked = tuple[Question, int]  # and whether it is ours


def relevance(split: str) -> list[Asked]:
    """The questions of a split of bench/relevance: 1 those with an answer, 0 other trades and talk."""
    families = read_families(split, kinds=("answer",))
    ours = [Question(question=t, operator=f.operator) for f in families for t in f.questions]
    random.Random(SEED).shuffle(ours)
    others = [*read_outside(split), *(text for text, kind in read_messages(split) if kind == "talk")]
    return [(q, 1) for q in ours[:MOST]] + [(Question(question=t), 0) for t in others]


def gold(split: str) -> Iterator[Asked]:
    """The questions of a split of the gold set that are answered, or are out of scope."""
    for item in load_items(GOLD):
        wanted = item.split == split and item.kind in (*SUBSTANCE, "out_of_scope")
        if wanted and inspect(item.question) is Screening.FINE:
            yield to_question(item), int(item.kind in SUBSTANCE)


def measured(pipeline: Pipeline, asked: Sequence[Asked]) -> tuple[np.ndarray, np.ndarray]:
    """Features (questions, features) and labels (questions,)."""
    rows = []
    for question, _ in asked:
        query, hits = pipeline.consult(question)
        rows.append(features(query, hits[:POOL], pipeline.outside(query)[0]))
    return np.array(rows), np.array([label for _, label in asked])


def main() -> None:
    """Fit on train and "tune", report on the rest."""
    settings = Settings(rate_limit=0, judge="none")
    assistant = Assistant.open(settings, load_corpus(settings.guidelines))
    pipeline = assistant.pipeline()
    sets = {
        "fitted on": [*relevance("train"), *gold("tune")],
        "dev": relevance("dev"),
        "test": relevance("test"),
        "gold test": list(gold("test")),
    }
    data = {name: measured(pipeline, asked) for name, asked in sets.items()}
    assistant.close()
    x, y = data["fitted on"]
    mean, spread = x.mean(0), x.std(0) + 1e-9
    model = LogisticRegression(class_weight="balanced", max_iter=4000).fit((x - mean) / spread, y)
    weights = model.coef_[0] / spread
    bias = float(model.intercept_[0] - (weights * mean).sum())
    print(f"BIAS = {bias:.2f}")
    print(
        "COEFFICIENTS = {"
        + ", ".join(f'"{n}": {c:.2f}' for n, c in zip(FEATURES, weights, strict=True))
        + "}"
    )
    place = FEATURES.index("margin"), FEATURES.index("dense_top3")
    print(f"nearest less margin, mean: {(x[:, place[1]] - x[:, place[0]]).mean():.2f}")
    for name, (features_of, labels) in data.items():
        chances = 1 / (1 + np.exp(-(features_of @ weights + bias)))
        cells = "".join(
            f"{t:>7}{np.mean(chances[labels == 1] >= t):>8.1%}{np.mean(chances[labels == 0] < t):>8.1%}"
            for t in THRESHOLDS
        )
        print(f"{name:<12}{cells}")


if __name__ == "__main__":
    main()
