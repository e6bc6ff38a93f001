"""Trains the proposer of the script check: ``python -m bench.script.train`` (needs scikit-learn, see bench/requirements-bench.txt).

From tune, the train half of ``own/``, the phrases of ``phrases/`` and, as innocent text, the wordings that the rules advise.
Neither the test split nor the held half is read. Thresholds come from cross-validation by family, not from the held half.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from bench.script.ours import TOPICS
from bench.script.own import read_own
from bench.script.read import Item, read_gold
from bench.script.score import GROUPS
from rag.ground import load_settings
from rag.script.fold import Folder
from rag.script.features import BITS, clauses, features
from rag.script.packs import load_pack
from rag.script.propose import DIGEST, FILE, WEIGHTS

PHRASES = Path(__file__).parent / "phrases"
INNOCENT = "innocent"
THRESHOLDS = (1.5, 3.0)
"""Log odds from which a clause is proposed, and from which the model is sure."""


@dataclass(frozen=True)
class Unit:
    """A clause, the goods it is about, what it claims (claim-group, or innocent) and where it is from."""

    text: str
    goods: tuple[str, ...]
    label: str
    family: str
    weight: float = 1.0


def units_of(items: list[Item], fold) -> Iterator[Unit]:  # type: ignore[no-untyped-def]
    for item in items:
        goods = (TOPICS[item.goods],) if item.goods in TOPICS else ()
        text = item.text
        for a, b in clauses(text):
            best = max(
                item.spans, key=lambda s: min(s.end, b) - max(s.start, a), default=None
            )
            over = min(best.end, b) - max(best.start, a) if best else 0
            if best and best.claim != "missing_mark" and over > 0:
                if 2 * over < min(b - a, best.end - best.start):
                    continue
                yield Unit(fold(text[a:b]), goods, f"{best.claim}-{GROUPS[best.level]}", item.family)
            elif not (best and best.claim == "missing_mark"):
                yield Unit(fold(text[a:b]), goods, INNOCENT, item.family)
        for s in item.spans:
            if s.claim != "missing_mark":
                for a, b in clauses(s.text):
                    if b - a >= 3 and 2 * (b - a) >= min(12, len(s.text)):
                        yield Unit(fold(s.text[a:b]), goods, f"{s.claim}-{GROUPS[s.level]}", item.family, 0.7)


def phrases(fold) -> Iterator[Unit]:  # type: ignore[no-untyped-def]
    text = "".join(p.read_text("utf-8") for p in sorted(PHRASES.glob("risky*.txt")))
    for block in text.split("# ")[1:]:
        head, *lines = block.splitlines()
        claim, group, kinds = head.split(" ")
        named = [TOPICS[k] for k in kinds.split(",") if k in TOPICS]
        for n, phrase in enumerate("|".join(lines).split("|")):
            goods = (named[n % len(named)],) if named and n % 3 else ()
            yield Unit(fold(phrase), goods, f"{claim}-{group}", f"p-{claim}-{n // 4}")
    text = "".join(p.read_text("utf-8") for p in sorted(PHRASES.glob("innocent*.txt")))
    topics = [(), *sorted({(t,) for t in TOPICS.values()})]
    for n, phrase in enumerate(re.split(r"[|\n]+", text.strip())):
        yield Unit(fold(phrase), topics[n % len(topics)], INNOCENT, f"i-{n // 4}")


def advised(pack, fold) -> Iterator[Unit]:  # type: ignore[no-untyped-def]
    for ready in (*pack.rules, *pack.absences):
        for say in ready.rule.say:
            for a, b in clauses(say):
                yield Unit(fold(say[a:b]), tuple(ready.rule.goods[:1]), INNOCENT, f"s-{ready.rule.id}")


def matrix(units, families) -> csr_matrix:  # type: ignore[no-untyped-def]
    rows, cols, vals = [], [], []
    for n, u in enumerate(units):
        cells = sorted({f.cell for f in features(u.text, u.goods, families)})
        rows += [n] * len(cells)
        cols += cells
        vals += [1 / np.sqrt(len(cells))] * len(cells)
    return csr_matrix((vals, (rows, cols)), shape=(len(units), 1 << BITS), dtype=np.float32)


def gather(splits: tuple[str, ...] = ("tune", "train")) -> tuple[list[Unit], dict[str, re.Pattern[str]]]:
    """All units to learn from, and the word families."""
    pack = load_pack(load_settings().guidelines / "rules")
    folder = Folder(pack.lists.variants)

    def fold(text: str) -> str:
        return folder.fold(text).text

    items = [*(read_gold("tune") if "tune" in splits else ()), *(read_own("train") if "train" in splits else ())]
    units = [*units_of(items, fold), *phrases(fold), *advised(pack, fold)]
    return [u for u in units if u.text], pack.families


def fit(units: list[Unit], families: dict[str, re.Pattern[str]], thresholds: tuple[float, float]) -> dict[str, np.ndarray]:
    """The arrays of the weights file."""
    found = matrix(units, families)
    labels, weights = np.array([u.label for u in units]), np.array([u.weight for u in units])
    risky = labels != INNOCENT
    risk = LogisticRegression(C=30, solver="liblinear", max_iter=300)
    risk.fit(found, risky, sample_weight=weights)
    claim = LogisticRegression(C=10, max_iter=200)
    claim.fit(found[risky], labels[risky], sample_weight=weights[risky])
    risk_int, risk_scale = _small(risk.coef_[0])
    claim_int, claim_scale = _small(claim.coef_.T)
    return {
        "risk": risk_int, "risk_scale": risk_scale, "risk_bias": risk.intercept_[0],
        "claim": claim_int, "claim_scale": claim_scale, "claim_bias": claim.intercept_.astype(np.float32),
        "claims": claim.classes_.astype(str), "families": np.array(list(families)), "thresholds": np.array(thresholds),
    }  # fmt: skip


def _small(weights: np.ndarray) -> tuple[np.ndarray, np.float32]:
    scale = np.float32(np.abs(weights).max() / 127)
    return np.round(weights / scale).astype(np.int8), scale


def save(arrays: dict[str, np.ndarray], folder: Path = WEIGHTS) -> None:
    """Writes the weights and their digest."""
    folder.mkdir(exist_ok=True)
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    (folder / FILE).write_bytes(out.getvalue())
    (folder / DIGEST).write_text(hashlib.sha256(out.getvalue()).hexdigest() + "\n", "utf-8")


def main() -> None:
    """Trains and saves."""
    units, families = gather()
    save(fit(units, families, THRESHOLDS))
    print(f"{len(units)} clauses, {(WEIGHTS / FILE).stat().st_size} bytes")


if __name__ == "__main__":
    main()
