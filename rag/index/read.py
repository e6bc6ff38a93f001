"""A published generation, opened for reading."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings

from rag.content import Corpus, stamp_of
from rag.ground import HeguiError, IndexMissingError, VectorStoreError
from rag.index.chunks import chunk_corpus, lexical_text
from rag.index.lexical import LexicalIndex
from rag.index.models import Chunk
from rag.index.outside import OutsideMatters
from rag.index.probe import made_by
from rag.index.publish import OUTSIDE_FILE, read_chunks, read_pointer
from rag.index.store import PASSAGE, QUESTION, vector_id
from rag.index.vectors import Vectors

WIDTH = 4  # vectors asked for per chunk wanted: about half apply on a given day, and a chunk has several
FAR_FUTURE = 99_999_999


def day_number(day: dt.date) -> int:
    """A day as yyyymmdd, so that Chroma can compare it."""
    return day.year * 10_000 + day.month * 100 + day.day


def _owners(chunks: Sequence[Chunk]) -> dict[str, list[tuple[int, str]]]:
    """Vector id -> the chunks (by position) that have that text, as their passage or as one of their questions."""
    owners: dict[str, list[tuple[int, str]]] = {}
    for position, chunk in enumerate(chunks):
        texts = [*((PASSAGE, p) for p in chunk.passages), *((QUESTION, q) for q in chunk.questions)]
        for kind, text in texts:
            owners.setdefault(vector_id(kind, text), []).append((position, kind))
    return owners


class SearchIndex:
    """A published generation, opened for reading: chunks, their BM25 scores, their cosine similarities, and the
    ``words`` that its texts were cut with and questions have to be.
    """

    def __init__(self, folder: Path, *, chroma_url: str = "") -> None:
        """Open what the pointer names. Vectors that cannot be opened are a `fault`, and words are searched alone.

        Raises:
            IndexMissingError: nothing is published, or its files are gone.
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
        self._target = target = folder / pointer.name
        try:
            self._lexical = LexicalIndex.load(target / "bm25", len(chunks))
        except (OSError, ValueError) as error:
            raise IndexMissingError(str(folder)) from error
        self.words = self._lexical.words
        self.outside = OutsideMatters.load(target / OUTSIDE_FILE)
        self._owners = _owners(chunks)
        self.vectors = Vectors(target, chroma_url, pointer.vectors) if pointer.vectors else None

    @property
    def fault(self) -> VectorStoreError | None:
        """Why its vectors cannot be had at the moment and what mends that; None if they can, or if it has none."""
        return self.vectors.fault if self.vectors is not None else None

    def behind(self, corpus: Corpus) -> HeguiError | None:
        """What is wrong if it was made of other clauses than those of ``corpus``, None if of these."""
        if stamp_of((c.id, c.title, c.body) for c in self.chunks) == corpus.stamp:
            return None
        which = f"第 {self.pointer.generation} 代索引"
        if self.pointer.undone:
            return HeguiError(f"助手按退回的{which}回答，比指引旧。", "改正指引，再运行 hegui index。")
        return HeguiError(f"{which}比指引旧：指引改过，助手还按原来的回答。", "运行 hegui index。")

    def made_by(self, model: Embeddings) -> bool:
        """Whether ``model`` is the one that made its vectors."""
        return made_by(self._target, model)

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
        other._owners, other.vectors = {}, None
        return other

    def close(self) -> None:
        """Release the connection to Chroma."""
        if self.vectors is not None:
            self.vectors.close()

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
            position -> (cosine of the chunk, cosine of its nearest question; 0 where it was not among the nearest);
            empty while Chroma fails.
        """
        if self.vectors is None:
            return {}
        applies = self.in_force(day)
        wanted, total = WIDTH * count, len(self._owners)
        while True:
            found = self.vectors.nearest(vector, min(wanted, total))
            if found is None:
                return {}
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
