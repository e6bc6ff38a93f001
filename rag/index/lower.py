"""The lower half of the encoder and of the judge: seven layers that read one text alone. How it was made: weights/README.md.

Both models go on from it with an upper half of their own, so it is loaded once. The files lie in ``weights/lower``.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path

import numpy as np

from rag.ground import open_graph, open_tokenizer
from rag.index.probe import WEIGHTS

LOWER, UPPER = "lower.onnx", "upper.onnx"
FOLDER = "lower"
LENGTH = 160  # tokens of a text; what is longer is cut


class Lower:
    """Texts -> the states of their tokens. Thread-safe."""

    def __init__(self, folder: Path) -> None:
        """Raises: EmbeddingError: a file is missing, another one, or no model."""
        self._graph, self._tokenizer = open_graph(folder, LOWER), open_tokenizer(folder, LENGTH)
        self._lock = threading.Lock()

    def read(self, text: str) -> np.ndarray:
        """States of a text: float32 (tokens, width)."""
        with self._lock:
            ids = self._tokenizer.encode(text).ids
        (states,) = self._graph.run(None, {"ids": np.array([ids], np.int64)})
        found: np.ndarray = states[0]
        return found


@lru_cache(maxsize=1)
def open_lower(weights: Path = WEIGHTS) -> Lower:
    """The lower half under ``weights``, one for all who ask.

    Raises:
        EmbeddingError: a file is missing, another one, or no model.
    """
    return Lower(weights / FOLDER)
