"""BM25 over Chinese words and character bigrams (bm25s does the scoring)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import bm25s
import numpy as np

from rag.ground import tokens


class LexicalIndex:
    """BM25 (Lucene variant, k1=1.2, b=0.5) over a fixed list of texts; scores come in the order of the texts."""

    def __init__(self, engine: bm25s.BM25, size: int) -> None:
        self._engine, self.size = engine, size
        self._vocabulary: dict[str, int] = engine.vocab_dict

    @classmethod
    def build(cls, texts: Sequence[str]) -> LexicalIndex:
        """Index ``texts``; at least one."""
        engine = bm25s.BM25(k1=1.2, b=0.5, method="lucene")
        terms = {text: tokens(text) for text in dict.fromkeys(texts)}  # versions share most texts
        engine.index([terms[t] for t in texts], show_progress=False)
        return cls(engine, len(texts))

    def save(self, folder: Path) -> None:
        """Write the index into ``folder``."""
        self._engine.save(str(folder), show_progress=False)

    @classmethod
    def load(cls, folder: Path, size: int) -> LexicalIndex:
        """Read an index written by `save`."""
        return cls(bm25s.BM25.load(str(folder), load_corpus=False), size)

    def scores(self, terms: Iterable[str]) -> np.ndarray:
        """BM25 score of every text for ``terms``: float32 of shape (size,)."""
        known = [t for t in terms if t in self._vocabulary]
        if not known:
            return np.zeros(self.size, np.float32)
        return np.asarray(self._engine.get_scores(known), np.float32)[: self.size]
