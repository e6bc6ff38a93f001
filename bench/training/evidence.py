"""What the assistant makes of the judge's word: a logistic regression and two bars, fitted on the dev split.

Every question is asked of the running search; the judge reads the first hits. A hit counts as right if its clause (or one
that says the same) is graded 2. The bars are the lowest that keep the near misses below the shares given here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from bench.relevance.read import grade_of, read_families, read_outside, twins_of
from bench.training.data import ANSWERS
from rag.ask import Assistant, Question
from rag.ask.clauses import states_consequence
from rag.ask.judge import READ, confidence, evidence
from rag.ask.understand.query import Intent
from rag.content import load_corpus
from rag.ground import Settings
from rag.index.judge import EVIDENCE, FOLDER, TrainedJudge, asked_by

WRONG = 0.035  # share of the questions of dev, near misses among them, that may lead with a clause graded 0, where every first hit is graded
BY_WORDS = 0.12  # share of near misses that may be answered where there are no vectors
OTHER_FINE = 0.04  # share of the questions for a fine that may be told another breach's
NEAR = 0.073  # share of near misses to which a clause may be shown, as the nearest at least
UNGRADED = -1


@dataclass(frozen=True)
class Row:
    """A question of a family with its first hits: features (hits, features), grades (hits,), and, where it asks what a breach costs, which
    hits state such a cost (hits,)."""

    family: str
    kind: str
    features: np.ndarray
    grades: np.ndarray
    fines: np.ndarray


def collect(weights: Path, split: str) -> tuple[list[str], list[Row]]:
    """Names of the features, and the questions of a split as the running search finds for them."""
    settings = Settings(rate_limit=0, judge="none")
    assistant = Assistant.open(settings, load_corpus(settings.guidelines))
    pipeline, judge = assistant.pipeline(), TrainedJudge(weights)
    twins = twins_of(pipeline.snapshot.index.chunks)
    asked = [
        (f.id, f.kind, text, f.operator, f.grades)
        for f in read_families(split, kinds=("answer", "near", "open"))
        for text in f.questions[:1]
    ]
    asked += [("", "outside", text, None, {}) for text in read_outside(split)]
    names: list[str] = []
    rows: list[Row] = []
    for family, kind, text, operator, grades in asked:
        query, hits = pipeline.consult(Question(question=text, operator=operator))
        outside, _ = pipeline.outside(query)
        head = hits[:READ]
        said = judge.judge(
            asked_by(query.text, pipeline.snapshot.role(query.operator)), [h.chunk.text for h in head]
        )
        sure = confidence(query, hits, outside)
        favours = [pipeline.snapshot.search.favour(query, h) for h in head]
        found = [evidence(query, hits, p, said[p], sure, favours[p]) for p in range(len(head))]
        names = list(found[0]) if found else names
        marks = [grade_of(grades, twins[h.chunk.digest], UNGRADED if grades else 0) for h in head]
        costs = np.array([Intent.PENALTY in query.intents and states_consequence(h.chunk) for h in head])
        rows.append(Row(family, kind, np.array([list(f.values()) for f in found]), np.array(marks), costs))
    assistant.close()
    return names, rows


def fit(rows: list[Row]) -> tuple[np.ndarray, float]:
    """Coefficients and bias of the regression on every graded hit."""
    pairs = [
        (f, g == ANSWERS) for r in rows for f, g in zip(r.features, r.grades, strict=True) if g != UNGRADED
    ]
    x, y = np.array([f for f, _ in pairs]), np.array([right for _, right in pairs])
    mean, spread = x.mean(0), x.std(0) + 1e-6
    model = LogisticRegression(C=1.0, max_iter=2000).fit((x - mean) / spread, y)
    weights = model.coef_[0] / spread
    return weights, float(model.intercept_[0] - (weights * mean).sum())


def chances(rows: list[Row], weights: np.ndarray, bias: float) -> list[np.ndarray]:
    """For every question the probabilities of its hits."""
    return [
        1 / (1 + np.exp(-(r.features @ weights + bias))) if len(r.features) else np.zeros(1) for r in rows
    ]


def bar(rows: list[Row], found: list[np.ndarray], share: float) -> float:
    """The lowest bar that at most ``share`` of the near misses pass."""
    near = sorted(float(c.max()) for r, c in zip(rows, found, strict=True) if r.kind == "near")
    return near[int(len(near) * (1 - share))]


def wrong_bar(rows: list[Row], found: list[np.ndarray], share: float) -> float:
    """The lowest bar over which at most ``share`` of the questions of the trade lead with a clause graded 0."""
    trade = [(r, c) for r, c in zip(rows, found, strict=True) if r.kind != "outside"]
    wrong = [float(c.max()) for r, c in trade if len(r.grades) and r.grades[c.argmax()] == 0]
    return sorted([*wrong, 0.0], reverse=True)[min(int(len(trade) * share), len(wrong))] + 1e-3


def fine_bar(rows: list[Row], found: list[np.ndarray], lowest: float) -> float:
    """The lowest bar over which at most `OTHER_FINE` of the questions what a breach costs lead with another breach's fine."""
    leads = [
        (float(c.max()), int(r.grades[c.argmax()]))
        for r, c in zip(rows, found, strict=True)
        if len(r.fines) and r.fines[c.argmax()] and r.kind in ("answer", "near")
    ]
    wrong = sorted((v for v, grade in leads if grade == 0), reverse=True)
    most = int(len(leads) * OTHER_FINE)
    return max(lowest, wrong[most] + 1e-3) if len(wrong) > most else lowest


def table(rows: list[Row], found: list[np.ndarray], bars: tuple[float, ...]) -> list[str]:
    """For every bar: what leads the answerable questions over it, and how many of the others pass."""
    lines = [
        f"{'bar':>6}{'direct':>9}{'belongs':>9}{'beside':>9}{'ungraded':>9}{'none':>9}{'open':>9}{'near':>9}{'outside':>9}"
    ]
    for height in bars:
        counts = dict.fromkeys(("2", "1", "0", "-1", "none", "open", "near", "outside"), 0)
        sizes = {kind: sum(r.kind == kind for r in rows) for kind in ("answer", "open", "near", "outside")}
        for row, values in zip(rows, found, strict=True):
            passed = values.max() >= height
            if row.kind == "answer":
                counts[str(row.grades[values.argmax()]) if passed else "none"] += 1
            else:
                counts[row.kind] += passed
        shares = [counts[n] / sizes["answer"] for n in ("2", "1", "0", "-1", "none")]
        shares += [counts[n] / sizes[n] for n in ("open", "near", "outside")]
        lines.append(f"{height:>6.2f}" + "".join(f"{s:>9.1%}" for s in shares))
    return lines


def write_evidence(target: Path) -> list[str]:
    """Fit on dev, choose the bars there, write ``evidence.json`` to the judge under ``target``; returns the table of dev."""
    names, rows = collect(target, "dev")
    weights, bias = fit(rows)
    found = chances(rows, weights, bias)
    bars = {"direct": wrong_bar(rows, found, WRONG), "nearest": bar(rows, found, NEAR)}
    bars["fine"] = fine_bar(rows, found, bars["direct"])
    # Where there are no vectors yet the search is less sure of everything: chosen by hand on an index without any, and kept.
    words = json.loads((target / FOLDER / EVIDENCE).read_text("utf-8")).get("by words")
    if not words:
        words = {"direct": bar(rows, found, BY_WORDS)}
        words["fine"] = fine_bar(rows, found, words["direct"])
    values = {
        "bias": round(bias, 4),
        "weights": {n: round(float(w), 4) for n, w in zip(names, weights, strict=True)},
        **{name: round(height, 3) for name, height in bars.items()},
        "by words": {name: round(float(height), 3) for name, height in words.items()},
    }
    (target / FOLDER / EVIDENCE).write_text(json.dumps(values, indent=2) + "\n", "utf-8")
    return table(
        rows, found, tuple(sorted({0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, *bars.values()}))
    )
