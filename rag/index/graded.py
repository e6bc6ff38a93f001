"""Questions whose clauses people have graded: what they found of a clause for questions like the one asked.

``weights/graded/graded.npz``, made by `bench.training.graded` from the train split of bench/relevance, holds the vectors of these
questions and, for each clause as it was worded, which of them it answers and which it does not. A clause that has been reworded
since has no grades until somebody gives it some; a broken or missing file means that nothing is known of any.
"""

from __future__ import annotations

import io
import logging
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rag.ground import EmbeddingError, read_verified
from rag.index.precomputed import to_codes
from rag.index.probe import WEIGHTS

FOLDER, FILE = "graded", "graded.npz"
# Fitted on dev: how fast a question counts less the farther it is, and how many near ones it takes to be sure.
NEAR, WIDTH, DOUBT = 0.95, 0.06, 0.05

logger = logging.getLogger("hegui.index")


class Graded:
    """Graded questions, found by the clause."""

    def __init__(
        self, vectors: np.ndarray, clauses: np.ndarray, questions: np.ndarray, answered: np.ndarray
    ) -> None:
        """``vectors``: int8 (questions, dimensions); of every pair the clause (uint64, ascending), the question's place and
        whether the clause answers it."""
        self._vectors = vectors
        self._clauses, self._questions, self._answered = clauses, questions, answered

    @classmethod
    def open(cls, name: str, folder: Path = WEIGHTS / FOLDER) -> Graded | None:
        """Those for the embedding model ``name``: only the bundled one's vectors can be compared with them."""
        if name != "bundled":
            return None
        try:
            with np.load(io.BytesIO(read_verified(folder, FILE))) as stored:
                return cls(stored["vectors"], stored["clauses"], stored["questions"], stored["answered"])
        except (EmbeddingError, ValueError, KeyError, OSError) as error:
            logger.warning("没有评过的问题可以参照：%s", error)
            return None

    def favour(self, vector: Sequence[float], digest: str) -> float:
        """Log odds that a clause answers, by what it was to questions near ``vector``: 0 where nothing is known.

        ``digest``: of the clause's text (`rag.index.digest`).
        """
        key = clause_key(digest)
        pairs = slice(*(int(np.searchsorted(self._clauses, key, side)) for side in ("left", "right")))
        if pairs.start == pairs.stop:
            return 0.0
        asked = self._vectors[self._questions[pairs]].astype(np.float32)
        asked /= np.linalg.norm(asked, axis=1, keepdims=True)
        weights = np.exp((asked @ np.asarray(vector, np.float32) - NEAR) / WIDTH)
        answered = self._answered[pairs]
        return math.log(weights[answered].sum() + DOUBT) - math.log(weights[~answered].sum() + DOUBT)


def clause_key(digest: str) -> np.uint64:
    """The number under which the grades of a clause stand."""
    return np.uint64(int(digest, 16))


def write_graded(folder: Path, vectors: np.ndarray, pairs: Sequence[tuple[str, int, bool]]) -> None:
    """Write the vectors (questions, dimensions), in 8 bits, and the pairs: digest of a clause, place of the question, whether it answers."""
    folder.mkdir(parents=True, exist_ok=True)
    ordered = sorted((clause_key(digest), place, answers) for digest, place, answers in pairs)
    np.savez_compressed(
        folder / FILE,
        vectors=to_codes(vectors),
        clauses=np.array([key for key, _, _ in ordered], np.uint64),
        questions=np.array([place for _, place, _ in ordered], np.uint32),
        answered=np.array([answers for _, _, answers in ordered], bool),
    )
