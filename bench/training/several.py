"""Fit what tells several asks from one: `python -m bench.training.several` prints the constants for rag/ask/several.py.

A logistic regression on `rag.ask.several.features` of every message of the train split of bench/relevance that can be cut, those that ask
what several families ask against all others. Prints by threshold, for every split, how many of both are taken for several.
"""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression

from bench.relevance.read import read_families
from rag.ask import Assistant, Question
from rag.ask.pipeline import Pipeline
from rag.ask.several import FEATURES, features
from rag.ask.understand.parts import split_question
from rag.content import load_corpus
from rag.ground import Settings

THRESHOLDS = (0.1, 0.15, 0.2, 0.3, 0.4, 0.5)


def measured(pipeline: Pipeline, split: str) -> tuple[np.ndarray, np.ndarray]:
    """Features (messages, features) and labels (messages,) of the messages of a split that can be cut."""
    rows, labels = [], []
    for family in read_families(split):
        for text in family.questions:
            question = Question(question=text, operator=family.operator)
            if len(split_question(question, pipeline.snapshot.index.words)) < 2:
                continue
            whole = pipeline.snapshot.reader.read(question, pipeline.today)
            one, pieces = pipeline.pieces(question, whole)
            rows.append(features(text, one.outcome, [p.outcome for p in pieces]))
            labels.append(int(family.kind == "multi"))
    return np.array(rows), np.array(labels)


def main() -> None:
    """Fit on train, report on all."""
    settings = Settings(rate_limit=0)
    assistant = Assistant.open(settings, load_corpus(settings.guidelines))
    data = {split: measured(assistant.pipeline(), split) for split in ("train", "dev", "test")}
    assistant.close()
    x, y = data["train"]
    mean, spread = x.mean(0), x.std(0) + 1e-9
    model = LogisticRegression(max_iter=4000).fit((x - mean) / spread, y)
    weights = model.coef_[0] / spread
    bias = float(model.intercept_[0] - (weights * mean).sum())
    print(f"BIAS = {bias:.2f}")
    print(
        "COEFFICIENTS = {"
        + ", ".join(f'"{n}": {c:.2f}' for n, c in zip(FEATURES, weights, strict=True))
        + "}"
    )
    print(f"{'':<8}{'several':>9}{'one':>7}" + "".join(f"{t:>16}" for t in THRESHOLDS))
    for split, (rows, labels) in data.items():
        chances = 1 / (1 + np.exp(-(rows @ weights + bias)))
        cells = "".join(
            f"{np.mean(chances[labels == 1] >= t):>8.1%}{np.mean(chances[labels == 0] >= t):>8.1%}"
            for t in THRESHOLDS
        )
        print(f"{split:<8}{labels.sum():>9}{(1 - labels).sum():>7}{cells}")


if __name__ == "__main__":
    main()
