"""The trained gate: whether a message asks for help with breaking rules. How it was made: weights/README.md.

The files lie in ``weights/gate``: ``upper.onnx`` (8 bit), ``gate.json`` (the bar from which a message is refused, chosen on honest messages) and
``digests.json``; the lower half is shared with encoder and judge (`rag.index.lower`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from rag.ground import open_graph, probabilities, read_verified
from rag.index.lower import UPPER, open_lower
from rag.index.probe import WEIGHTS

FOLDER, MEASURED = "gate", "gate.json"
WINDOW, STEP = 160, 110  # characters of a long message read at a time, and from one reading to the next


class Gate(Protocol):
    """Tells what a message wants."""

    bar: float

    def wrong(self, text: str) -> float:
        """Probability, 0..1, that a message asks for help with breaking rules; refused from ``bar`` on."""
        ...


class TrainedGate:
    """The project's own. Thread-safe."""

    def __init__(self, weights: Path = WEIGHTS) -> None:
        """Raises: EmbeddingError: a file is missing, another one, or no model."""
        folder = weights / FOLDER
        self.bar = float(json.loads(read_verified(folder, MEASURED))["bar"])
        self._lower, self._upper = open_lower(weights), open_graph(folder, UPPER)

    def wrong(self, text: str) -> float:
        """See `Gate`. ``text``: squeezed (`rag.ask.guard.forms`); of a long one the worst piece counts."""
        return max((self._read(piece) for piece in _pieces(text)), default=0.0)

    def _read(self, text: str) -> float:
        states = self._lower.read(f"query: {text}")
        (logits,) = self._upper.run(None, {"states": states[None]})
        return float(probabilities(logits)[0, 1])


@lru_cache(maxsize=1)
def open_gate() -> Gate:
    """The gate that comes with the program, one for all who ask.

    Raises:
        EmbeddingError: files that do not load.
    """
    return TrainedGate()


def _pieces(text: str) -> Iterator[str]:
    """A message, or what can be read of a long one at a time; each piece shares some characters with the next."""
    for start in range(0, max(1, len(text) - WINDOW + STEP), STEP):
        yield text[start : start + WINDOW]
