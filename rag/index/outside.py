"""What is not our matter, told by example: the vectors of the wordings in ``outside.yml``, one file a generation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rag.content import Outside


class OutsideMatters:
    """Finds the matter whose wording is nearest to a question."""

    def __init__(self, matters: Sequence[Outside], vectors: np.ndarray) -> None:
        """``vectors``: of every wording in order, (wordings, dimensions), any length."""
        self._owners = [m for m in matters for _ in m.wordings]
        self._vectors = _unit(vectors)

    def save(self, path: Path) -> None:
        """Write the matters and their vectors into ``path`` (.npz)."""
        rows = [m.model_dump_json() for m in dict.fromkeys(self._owners)]
        np.savez(path, vectors=self._vectors.astype(np.float32), matters=np.array(rows))

    @classmethod
    def load(cls, path: Path) -> OutsideMatters | None:
        """Read what `save` wrote; None where nothing was written."""
        if not path.exists():
            return None
        with np.load(path) as stored:
            matters = [Outside.model_validate_json(str(row)) for row in stored["matters"]]
            return cls(matters, stored["vectors"])

    def nearest(self, vector: Sequence[float]) -> tuple[float, Outside]:
        """Cosine of the nearest wording and the matter it belongs to."""
        similarities = self._vectors @ _unit(np.asarray([vector], np.float32))[0]
        best = int(similarities.argmax())
        return float(similarities[best]), self._owners[best]


def _unit(vectors: np.ndarray) -> np.ndarray:
    lengths: np.ndarray = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-9))
