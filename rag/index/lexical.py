"""BM25 over Chinese words and character bigrams (bm25s does the scoring)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import bm25s
import numpy as np

from rag.ground import Words

WORDS_FILE = "words.txt"


class LexicalIndex:
    """BM25 (Lucene variant, k1=1.2, b=0.5) over a fixed list of texts; scores come in the order of the texts.

    It keeps the ``words`` that its texts were cut with: what is looked up is cut alike.
    """

    def __init__(self, engine: bm25s.BM25, size: int, words: Words) -> None:
        self._engine, self.size, self.words = engine, size, words
        self._vocabulary: dict[str, int] = engine.vocab_dict

    @classmethod
    def build(cls, texts: Sequence[str], words: Words) -> LexicalIndex:
        """Index ``texts``, at least one."""
        engine = bm25s.BM25(k1=1.2, b=0.5, method="lucene")
        terms = {text: words.terms(text) for text in dict.fromkeys(texts)}  # versions share most texts
        engine.index([terms[t] for t in texts], show_progress=False)
        return cls(engine, len(texts), words)

    def save(self, folder: Path) -> None:
        """Write the index into ``folder``."""
        self._engine.save(str(folder), show_progress=False)
        (folder / WORDS_FILE).write_text("\n".join(self.words.known), "utf-8")

    @classmethod
    def load(cls, folder: Path, size: int) -> LexicalIndex:
        """Read an index written by `save`."""
        words = Words((folder / WORDS_FILE).read_text("utf-8").split("\n"))
        return cls(bm25s.BM25.load(str(folder), load_corpus=False), size, words)

    def scores(self, text: str) -> np.ndarray:
        """BM25 score of every text for ``text``: float32 of shape (size,)."""
        known = [t for t in self.words.terms(text) if t in self._vocabulary]
        if not known:
            return np.zeros(self.size, np.float32)
        return np.asarray(self._engine.get_scores(known), np.float32)[: self.size]
