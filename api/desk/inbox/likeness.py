"""Which questions mean the same: by the index's embedding, by their words where there is none. Pure.

The bound was read off headings of the guidelines in the bundled embedding (2026-11-27): of pairs at 0.87 and more all looked at ask about one
matter, below 0.82 most differ in a point. So it keeps apart rather than together; officers take out of a case what does not belong.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

SAME_MEANING = 0.87
SAME_WORDS = 0.5


def packed(vector: Sequence[float]) -> bytes:
    """A vector of unit length as float32 bytes."""
    row = np.asarray(vector, np.float32)
    return bytes((row / (np.linalg.norm(row) or 1.0)).astype(np.float32).tobytes())


def alike(one: str, other: str, vector: bytes | None = None, other_vector: bytes | None = None) -> float:
    """How alike two questions are: 1 the same words, above 0 the same meaning, 0 another matter."""
    if _plain(one) == _plain(other):
        return 1.0
    if vector and other_vector and len(vector) == len(other_vector):
        cosine = float(np.frombuffer(vector, np.float32) @ np.frombuffer(other_vector, np.float32))
        return min(cosine, 0.999) if cosine >= SAME_MEANING else 0.0
    shared = _overlap(_plain(one), _plain(other))
    return min(shared, 0.999) if shared >= SAME_WORDS else 0.0


def _plain(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


def _overlap(one: str, other: str) -> float:
    """Jaccard index of the pairs of characters."""
    a, b = ({t[i : i + 2] for i in range(len(t) - 1)} for t in (one, other))
    return len(a & b) / len(a | b) if a | b else 0.0
