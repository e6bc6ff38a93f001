"""What the judge's probabilities mean: bars chosen on the dev split, and how it does there and on the test split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.relevance.read import Family, read_families
from bench.training.data import ANSWERS, BELONGS, Content
from bench.training.onnx import Bars, TrainedJudge

WRONGLY = 0.04  # share of near misses that may still be answered on dev
NEARLY = 0.08  # share of near misses for which the nearest rule may be shown
SURE = 0.85  # share of the clauses above the bar of belonging that are graded 1 or 2


@dataclass(frozen=True)
class Judged:
    """One question with its graded clauses: grades (clauses,) and probabilities (clauses, 2)."""

    family: Family
    grades: np.ndarray
    marks: np.ndarray


def judged(judge: TrainedJudge, content: Content, split: str) -> list[Judged]:
    """The judge's word on every graded pair of ``split``."""
    found = []
    for family in read_families(split, kinds=("answer", "near")):
        places = [content.place[i] for i in family.grades if i in content.place]
        if not places:
            continue
        grades = np.array([family.grades[content.chunks[p].id] for p in places])
        for question in family.questions:
            texts = [content.chunks[p].text for p in places]
            found.append(Judged(family, grades, judge.judge(content.asked(question, family.operator), texts)))
    return found


def choose_bars(rows: Sequence[Judged]) -> Bars:
    """The lowest bars that keep near misses and clauses that do not belong below the shares above."""
    near = np.sort([r.marks[:, 0].max() for r in rows if r.family.kind == "near"])
    direct = float(near[int(len(near) * (1 - WRONGLY))])
    nearest = float(near[int(len(near) * (1 - NEARLY))])
    marks = np.concatenate([r.marks[:, 1] for r in rows if r.family.kind == "answer"])
    fits = np.concatenate([r.grades >= BELONGS for r in rows if r.family.kind == "answer"])
    order = np.argsort(-marks)
    shares = np.cumsum(fits[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(shares >= SURE)
    belongs = float(marks[order][good[-1]]) if len(good) else 0.9
    return Bars(direct=round(direct, 4), nearest=round(min(nearest, direct), 4), belongs=round(belongs, 4))


def figures(rows: Sequence[Judged], bars: Bars) -> dict[str, float]:
    """Of the answerable: first clause graded 2, and over the bar; of the near misses: over the bar. Shares."""
    answerable = [r for r in rows if r.family.kind == "answer"]
    near = [r for r in rows if r.family.kind == "near"]
    first = [r.grades[r.marks[:, 0].argmax()] == ANSWERS for r in answerable]
    over = [r.marks[:, 0].max() >= bars.direct for r in answerable]
    return {
        "first answers": float(np.mean(first)),
        "and is over the bar": float(np.mean([a and b for a, b in zip(first, over, strict=True)])),
        "over the bar, beside": float(np.mean([b and not a for a, b in zip(first, over, strict=True)])),
        "near misses over the bar": float(np.mean([r.marks[:, 0].max() >= bars.direct for r in near])),
    }


def calibrate(folder: Path, content: Content) -> tuple[Bars, list[str]]:
    """Bars from dev, and a table of dev and test."""
    judge = TrainedJudge(folder)
    rows = {split: judged(judge, content, split) for split in ("dev", "test")}
    bars = choose_bars(rows["dev"])
    lines = [f"{'':<28}{'dev':>8}{'test':>8}"]
    found = {split: figures(rows[split], bars) for split in rows}
    lines += [f"{name:<28}{found['dev'][name]:>8.1%}{found['test'][name]:>8.1%}" for name in found["dev"]]
    return bars, lines
