"""A small trained model that reads a clause in its sentence: how likely it is to be risky, and which claim it makes.

Linear over pieces of one to three characters, of the text as it is and with words replaced by their family (an illness, a rival, a
promise), and over pairs of families; weighed by how rare they are; trained by ``python -m bench.script.train``.
No network, no chance: the same text has the same reading on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from pathlib import Path

import numpy as np

WEIGHTS = Path(__file__).parent / "weights" / "clauses.npz"
CLAUSE = re.compile(r"[^，。！？；\n]+")
_MARKS = re.compile(r"[，。！？；、：“”‘’（）\s,!?;:]")
LONGEST = 3
_FIRST, _LAST, _PAIR = "\ue000", "\uf8ff", "&"
SHORTEST_CLAIM, LONGEST_CLAIM = 4, 40
"""Characters of a clause that may be proposed."""


@dataclass(frozen=True)
class Reading:
    """``stands``: how much it looks like a phrase of any level; ``risky``: of 违法 or 有风险. About 0..1."""

    stands: float
    risky: float


class Pieces:
    """What a text is taken apart into."""

    def __init__(self, families: Mapping[str, str]) -> None:
        """``families``: word -> the one character that stands for its family (private use)."""
        self._families = families
        self._longest: dict[str, int] = {}  # of the words that begin with a character
        for word in families:
            self._longest[word[0]] = max(len(word), self._longest.get(word[0], 0))

    def of(self, text: str) -> set[str]:
        """The pieces of a text, marks and blanks left out."""
        plain = _MARKS.sub("", text)
        told = self._told(plain)
        kinds = sorted({c for c in told if _FIRST <= c <= _LAST})
        return {*_runs(plain), *_runs(told), *(a + b + _PAIR for a, b in combinations(kinds, 2))}

    def _told(self, plain: str) -> str:
        """The text with each word of a family, the longest first, replaced by the family's character."""
        out, at = [], 0
        while at < len(plain):
            size = self._longest.get(plain[at], 0)
            while size and plain[at : at + size] not in self._families:
                size -= 1
            out.append(self._families[plain[at : at + size]] if size else plain[at])
            at += size or 1
        return "".join(out)


def _runs(plain: str) -> Iterator[str]:
    return (plain[i : i + n] for n in range(1, LONGEST + 1) for i in range(len(plain) - n + 1))


def clauses(sentence: str) -> Iterator[tuple[int, int]]:
    """Where the clauses of a sentence stand."""
    return ((m.start(), m.end()) for m in CLAUSE.finditer(sentence))


class ClauseModel:
    """The weights of a file.

    ``known``: the rules it was measured with; it has no say about others. ``keep``: what stands below it is let go;
    ``propose``: what is riskier is proposed, ``beside`` something found in the sentence. Arrays ``clause``, ``context`` (2 x pieces: stands, risky), ``claim`` (claims x pieces).
    """

    def __init__(self, path: Path = WEIGHTS) -> None:
        with np.load(path) as file:
            self._pieces = {p: i for i, p in enumerate(str(file["pieces"]).split("\n"))}
            families = (line.split(" ") for line in str(file["families"]).split("\n"))
            self._taken = Pieces({word: sign for sign, *words in families for word in words})
            self._rarity = file["rarity"].astype(np.float64)
            self._clause, self._context = (
                file["clause"].astype(np.float64),
                file["context"].astype(np.float64),
            )
            self._claim, self._bias = file["claim"].astype(np.float64), file["bias"].astype(np.float64)
            self._claims = str(file["claims"]).split("\n")
            self.known = frozenset(str(file["rules"]).split("\n"))
            self.keep, self.propose, self.beside = (float(x) for x in file["bars"])
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
        found = sorted(i for p in self._taken.of(text) if (i := self._pieces.get(p)) is not None)
        at = np.array(found, np.int64)
        weights = self._rarity[at]
        return at, weights / (np.linalg.norm(weights) + 1e-9)
