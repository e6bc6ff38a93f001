"""Vectors that come with the program: a first index computes only those of texts that have changed since they were made.

``weights/encoder/vectors.npz`` holds what the bundled encoder makes of the texts of the content, in 8 bits, made by
`bench.training.vectors`. Without the file, or with a broken one, all vectors are computed.
"""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rag.ground import EmbeddingError, read_verified
from rag.index.probe import ENCODER, WEIGHTS

FILE = "vectors.npz"
LARGEST = 127  # of an 8-bit number

logger = logging.getLogger("hegui.index")


class Precomputed:
    """Vectors by text and kind, found by the first 64 bits of a digest of both."""

    def __init__(self, keys: np.ndarray, codes: np.ndarray) -> None:
        """``keys``: uint64 (texts,), ascending; ``codes``: int8 (texts, dimensions)."""
        self._keys, self._codes = keys, codes

    @classmethod
    def open(cls, name: str, folder: Path = WEIGHTS / ENCODER) -> Precomputed:
        """Those of the model ``name``: none but for the bundled one, and none where the file cannot be read."""
        if name == "bundled":
            try:
                with np.load(io.BytesIO(read_verified(folder, FILE))) as stored:
                    return cls(stored["keys"], stored["codes"])
            except (EmbeddingError, ValueError, KeyError, OSError) as error:
                logger.warning("没有现成的向量，全部现算：%s", error)
        return cls(np.zeros(0, np.uint64), np.zeros((0, 1), np.int8))

    def find(self, texts: Sequence[str], kind: str) -> dict[str, np.ndarray]:
        """The vectors of those of ``texts`` that are known as texts of ``kind``: text -> float32 (dimensions,), unit length."""
        found: dict[str, np.ndarray] = {}
        for text in texts:
            key = key_of(text, kind)
            place = int(np.searchsorted(self._keys, key))
            if place < len(self._keys) and self._keys[place] == key:
                vector = self._codes[place].astype(np.float32)
                found[text] = vector / np.linalg.norm(vector)
        return found


def key_of(text: str, kind: str) -> np.uint64:
    """Under which number a text is kept."""
    digest = hashlib.sha256(f"{kind}\0{text}".encode()).digest()
    return np.uint64(int.from_bytes(digest[:8], "big"))


def write_precomputed(folder: Path, texts: Sequence[tuple[str, str]], vectors: np.ndarray) -> None:
    """Write the vectors (texts, dimensions) of (text, kind) to ``folder``; the largest number of each becomes `LARGEST`."""
    keys = np.array([key_of(text, kind) for text, kind in texts], np.uint64)
    order = np.argsort(keys)
    np.savez(folder / FILE, keys=keys[order], codes=to_codes(vectors)[order])


def to_codes(vectors: np.ndarray) -> np.ndarray:
    """Vectors (texts, dimensions) in 8 bits a number: the largest of each becomes `LARGEST`."""
    codes: np.ndarray = np.round(vectors / np.abs(vectors).max(axis=1, keepdims=True) * LARGEST).astype(
        np.int8
    )
    return codes
