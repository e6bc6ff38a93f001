"""The trained proposer: which clauses of a text make a claim that no pattern names, and which claim.

Two light linear models over hashed features (`rag.script.features`): is it a claim, and of the claims which. It only proposes:
what it says needs a rule that takes the claim (`Rule.claims`), and the exceptions of that rule decide. How it was trained:
bench/script/train.py. The weights are one file, known by its digest; the same text always gives the same proposals.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from rag.ground import ContentError
from rag.script.features import clauses, features

WEIGHTS = Path(__file__).parent / "weights"
FILE, DIGEST = "proposer.npz", "proposer.sha256"
SHORTEST = 4
"""Characters of a proposed phrase at least."""


@dataclass(frozen=True)
class Proposal:
    """A phrase (folded offsets), the claim it makes, and whether the model is sure."""

    start: int
    end: int
    claim: str
    sure: bool


class Proposer:
    """Reads clauses. Thread-safe: it keeps nothing."""

    def __init__(self, families: Mapping[str, re.Pattern[str]], folder: Path = WEIGHTS) -> None:
        """``families``: the word lists of the pack, compiled.

        Raises:
            ContentError: the weights are missing or are not those that the digest names.
        """
        held = np.load(io.BytesIO(_verified(folder)))
        self._families = {name: families[name] for name in map(str, held["families"]) if name in families}
        self._risk: np.ndarray[Any, Any] = held["risk"].astype(np.float32) * held["risk_scale"]
        self._risk_bias = float(held["risk_bias"])
        self._claim: np.ndarray[Any, Any] = held["claim"].astype(np.float32) * held["claim_scale"]
        self._claim_bias: np.ndarray[Any, Any] = held["claim_bias"]
        self._claims = [str(c) for c in held["claims"]]
        self._from, self._sure = (float(x) for x in held["thresholds"])

    def propose(self, text: str, goods: Callable[[int], frozenset[str]]) -> Iterator[Proposal]:
        """Proposals in a folded text; ``goods`` tells what is talked about at a place."""
        done = 0
        for a, b in clauses(text):
            found = self._clause(text[a:b], goods(a)) if a >= done else None
            if found is not None:
                yield Proposal(a + found.start, a + found.end, found.claim, found.sure)
                done = a + found.end

    def _clause(self, clause: str, goods: frozenset[str]) -> Proposal | None:
        seen = {f.cell: f for f in features(clause, goods, self._families)}
        cells = np.fromiter(seen, np.int64, len(seen))
        parts = self._risk[cells] / np.sqrt(len(cells))
        risk = float(parts.sum()) + self._risk_bias
        if risk < self._from or len(clause) < SHORTEST:
            return None
        claims = self._claim[cells].sum(axis=0) / np.sqrt(len(cells)) + self._claim_bias
        by_place = np.zeros(len(clause))
        for feature, part in zip(seen.values(), parts, strict=True):
            by_place[feature.start : feature.end] += part / max(1, feature.end - feature.start)
        start, end = _heaviest(by_place)
        return Proposal(start, end, self._claims[int(claims.argmax())], risk >= self._sure)


def _heaviest(weights: np.ndarray[Any, Any]) -> tuple[int, int]:
    """The run with the greatest sum, the shortest of equals, of `SHORTEST` characters at least."""
    sums = np.concatenate(([0.0], np.cumsum(weights)))
    spans = ((a, b) for a in range(len(weights)) for b in range(a + SHORTEST, len(weights) + 1))
    return max(spans, key=lambda s: (sums[s[1]] - sums[s[0]], s[0] - s[1], -s[0]))


def _verified(folder: Path) -> bytes:
    advice = "重新取一份完整的程序。"
    try:
        data, wanted = (folder / FILE).read_bytes(), (folder / DIGEST).read_text("utf-8").strip()
    except OSError as error:
        raise ContentError(f"读不了审稿模型文件：{error}", advice) from error
    if hashlib.sha256(data).hexdigest() != wanted:
        raise ContentError(f"审稿模型文件 {folder / FILE} 不是原来的那一份。", advice)
    return data
