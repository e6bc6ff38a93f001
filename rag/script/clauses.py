"""A small trained model that reads a clause in its sentence: how likely it is to be risky, and which claim it makes.

Linear over pieces of one to three characters, weighed by how rare they are; trained by ``python -m bench.script.train``.
No network, no chance: the same text has the same reading on every machine.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

WEIGHTS = Path(__file__).parent / "weights" / "clauses.npz"
CLAUSE = re.compile(r"[^，。！？；\n]+")
_MARKS = re.compile(r"[，。！？；、：“”‘’（）\s,!?;:]")
LONGEST = 3
SHORTEST_CLAIM, LONGEST_CLAIM = 4, 40
"""Characters of a clause that may be proposed."""


@dataclass(frozen=True)
class Reading:
    """``stands``: how much it looks like a phrase of any level; ``risky``: of 违法 or 有风险. About 0..1."""

    stands: float
    risky: float


def pieces(text: str) -> Counter[str]:
    """The pieces of a text, marks and blanks left out."""
    plain = _MARKS.sub("", text)
    return Counter(plain[i : i + n] for n in range(1, LONGEST + 1) for i in range(len(plain) - n + 1))


def clauses(sentence: str) -> Iterator[tuple[int, int]]:
    """Where the clauses of a sentence stand."""
    return ((m.start(), m.end()) for m in CLAUSE.finditer(sentence))


class ClauseModel:
    """The weights of a file.

    ``known``: the rules it was measured with; it has no say about others. ``keep``: what stands below it is let go;
    ``propose``: what is riskier is proposed. Arrays ``clause``, ``context`` (2 x pieces: stands, risky), ``claim`` (claims x pieces).
    """

    def __init__(self, path: Path = WEIGHTS) -> None:
        with np.load(path) as file:
            self._pieces = {p: i for i, p in enumerate(str(file["pieces"]).split("\n"))}
            self._rarity = file["rarity"].astype(np.float64)
            self._clause, self._context = (
                file["clause"].astype(np.float64),
                file["context"].astype(np.float64),
            )
            self._claim, self._bias = file["claim"].astype(np.float64), file["bias"].astype(np.float64)
            self._claims = str(file["claims"]).split("\n")
            self.known = frozenset(str(file["rules"]).split("\n"))
            self.keep, self.propose = (float(x) for x in file["bars"])
        self._sentence = lru_cache(maxsize=512)(self._read_sentence)
        self._read = lru_cache(maxsize=4096)(self._read_clause)

    def read(self, clause: str, sentence: str) -> Reading:
        """What it makes of a clause of a sentence."""
        stands, risky = self._read(clause) + self._sentence(sentence) + self._bias
        return Reading(float(stands), float(risky))

    def claim(self, clause: str) -> str:
        """Which claim a clause makes, if it makes one."""
        at, weights = self._vector(clause)
        return self._claims[int(np.argmax(self._claim[:, at] @ weights))]

    def _read_clause(self, clause: str) -> np.ndarray:
        at, weights = self._vector(clause)
        scores: np.ndarray = self._clause[:, at] @ weights
        return scores

    def _read_sentence(self, sentence: str) -> np.ndarray:
        at, weights = self._vector(sentence)
        scores: np.ndarray = self._context[:, at] @ weights
        return scores

    def _vector(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        found = sorted((i, n) for p, n in pieces(text).items() if (i := self._pieces.get(p)) is not None)
        at = np.array([i for i, _ in found], np.int64)
        weights = self._rarity[at]
        return at, weights / (np.linalg.norm(weights) + 1e-9)
