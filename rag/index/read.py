"""A published generation, opened for reading."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rag.content import Corpus
from rag.ground import IndexMissingError
from rag.index.chunks import chunk_corpus, lexical_text
from rag.index.lexical import LexicalIndex
from rag.index.models import Chunk
from rag.index.outside import OutsideMatters
from rag.index.publish import OUTSIDE_FILE, read_chunks, read_pointer
from rag.index.store import PASSAGE, QUESTION, Collection, vector_id

WIDTH = 4  # vectors asked for per chunk wanted: about half apply on a given day, and a chunk has several
FAR_FUTURE = 99_999_999


def day_number(day: dt.date) -> int:
    """A day as yyyymmdd, so that Chroma can compare it."""
    return day.year * 10_000 + day.month * 100 + day.day


def _owners(chunks: Sequence[Chunk]) -> dict[str, list[tuple[int, str]]]:
    """Vector id -> the chunks (by position) that have that text, as their passage or as one of their questions."""
    owners: dict[str, list[tuple[int, str]]] = {}
    for position, chunk in enumerate(chunks):
        texts = [(PASSAGE, chunk.text), *((QUESTION, q) for q in chunk.questions)]
        for kind, text in texts:
            owners.setdefault(vector_id(kind, text), []).append((position, kind))
    return owners


class SearchIndex:
    """A published generation, opened for reading: chunks, their BM25 scores, their cosine similarities, and the
    ``words`` that its texts were cut with and questions have to be.
    """

    def __init__(self, folder: Path, *, chroma_url: str = "") -> None:
        """Open what the pointer names.

        Raises:
            IndexMissingError: nothing is published.
            VectorStoreError: its vectors cannot be opened.
        """
        pointer = read_pointer(folder)
        chunks = read_chunks(folder, pointer) if pointer else []
        if pointer is None or not chunks:
            raise IndexMissingError(str(folder))
        self.pointer = pointer
        self.chunks = chunks
        self.position = {c.id: i for i, c in enumerate(chunks)}
        self.starts = np.array([day_number(c.version) for c in chunks])
        self.ends = np.array([day_number(c.effective_to) if c.effective_to else FAR_FUTURE for c in chunks])
        target = folder / f"gen-{pointer.generation}"
        self._lexical = LexicalIndex.load(target / "bm25", len(chunks))
        self.words = self._lexical.words
        self.outside = OutsideMatters.load(target / OUTSIDE_FILE)
        self._owners = _owners(chunks)
        self._vectors = Collection(target, chroma_url) if pointer.vectors else None

    def with_corpus(self, corpus: Corpus) -> SearchIndex:
        """The same index with other content, in memory, for trying a draft: words as published, no vectors."""
        other = copy.copy(self)
        other.chunks = chunk_corpus(corpus)
        other.position = {c.id: i for i, c in enumerate(other.chunks)}
        other.starts = np.array([day_number(c.version) for c in other.chunks])
        other.ends = np.array(
            [day_number(c.effective_to) if c.effective_to else FAR_FUTURE for c in other.chunks]
        )
        other._lexical = LexicalIndex.build([lexical_text(c) for c in other.chunks], self.words)
        other._owners, other._vectors = {}, None
        return other

    def close(self) -> None:
        """Release the connection to Chroma."""
        if self._vectors is not None:
            self._vectors.close()

    def in_force(self, day: dt.date) -> np.ndarray:
        """Mask over the chunks that apply on ``day``: bool of shape (chunks,)."""
        number = day_number(day)
        mask: np.ndarray = (self.starts <= number) & (number <= self.ends)
        return mask

    def lexical_scores(self, text: str, extra: Sequence[str] = ()) -> np.ndarray:
        """BM25 scores of all chunks for ``text`` plus ``extra`` expansion texts at half weight: (chunks,)."""
        scores = self._lexical.scores(text)
        for other in extra:
            scores = scores + 0.5 * self._lexical.scores(other)
        return scores

    def nearest(self, vector: Sequence[float], day: dt.date, count: int) -> dict[int, tuple[float, float]]:
        """The chunks nearest to a query vector among those in force on ``day``: at least ``count``, if there are.

        Returns:
            position -> (cosine of the chunk, cosine of its nearest question; 0 where it was not among the nearest).

        Raises:
            VectorStoreError: Chroma failed or cannot be reached.
        """
        if self._vectors is None:
            return {}
        applies = self.in_force(day)
        wanted, total = WIDTH * count, len(self._owners)
        while True:
            found = self._vectors.nearest(vector, min(wanted, total))
            nearest = self._in_force_only(found, applies)
            if len(nearest) >= min(count, int(applies.sum())) or wanted >= total:
                return nearest
            wanted *= 4

    def _in_force_only(
        self, found: Sequence[tuple[str, float]], applies: np.ndarray
    ) -> dict[int, tuple[float, float]]:
        nearest: dict[int, tuple[float, float]] = {}
        for key, similarity in found:
            for position, kind in self._owners.get(key, ()):
                if applies[position]:
                    body, question = nearest.get(position, (0.0, 0.0))
                    nearest[position] = (
                        (max(body, similarity), question)
                        if kind == PASSAGE
                        else (body, max(question, similarity))
                    )
        return nearest
