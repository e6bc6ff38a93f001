"""Chunks -> a published index: Chroma for vectors, BM25 for words, one generation at a time.

Layout below ``<data>/index``::

    current.json            pointer: which generation serves (swapped by rename, the last step of a build)
    gen-<number>/           chunks.jsonl, bm25/, outside.npz, chroma/ (embedded) or a collection on the Chroma server
    vectors.sqlite3         cache of vectors by content hash, shared by all generations

A reader opens the generation the pointer names and never sees a half-built one. A killed build leaves a folder that
the next build removes; the vectors computed until then are kept.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings
from pydantic import BaseModel, ConfigDict

from rag import chroma
from rag.chroma import PASSAGE, QUESTION, vector_id
from rag.chunks import corpus_digest
from rag.embed import CachedEmbeddings
from rag.errors import IndexBuildError, IndexMissingError
from rag.lexical import LexicalIndex, tokens
from rag.models import Chunk, Outside
from rag.outside import OutsideMatters

FORMAT = "6"
KEEP_GENERATIONS = 2
WIDTH = 4  # vectors asked for per chunk wanted: about half apply on a given day, and a chunk has several
OUTSIDE_FILE = "outside.npz"
FAR_FUTURE = 99_999_999
Progress = Callable[[str, int, int], None]


class Pointer(BaseModel):
    """What ``current.json`` holds."""

    model_config = ConfigDict(frozen=True)

    generation: int
    digest: str
    chunks: int
    embedding: str
    published: str


class BuildReport(BaseModel):
    """What a build did, by chunk (a clause of a guideline version)."""

    model_config = ConfigDict(frozen=True)

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    embedded: int = 0
    generation: int = 0


# --- building --------------------------------------------------------------------------------------------------


def build_index(
    chunks: Sequence[Chunk],
    folder: Path,
    *,
    embedding: str,
    open_model: Callable[[], Embeddings | None],
    outside: Sequence[Outside] = (),
    chroma_url: str = "",
    progress: Progress = lambda step, done, total: None,
) -> BuildReport:
    """Bring the published index up to date with ``chunks``; does nothing if it already is.

    Args:
        chunks: all chunks of the corpus.
        folder: ``<data>/index``.
        embedding: name of the model, part of the index's identity.
        open_model: loads the model; called only if vectors are needed.
        outside: matters that are not ours, told apart from the clauses by their vectors.
        chroma_url: a Chroma server; empty for the embedded store.
        progress: called with (step, done, total).

    Raises:
        IndexBuildError: nothing to index, another build is running, or the disk or the server failed; what was
            published before still serves.
    """
    if not chunks:
        raise IndexBuildError("没有可以建索引的条款。", "先写指引并通过 hegui check。")
    folder.mkdir(parents=True, exist_ok=True)
    state = corpus_digest([*chunks, *outside], salt=f"{FORMAT}|{embedding}|{chroma_url}")
    with _lock(folder):
        old = read_pointer(folder)
        if old and old.digest == state and _is_complete(folder, old):
            return BuildReport(unchanged=len(chunks), generation=old.generation)
        report = _compare(chunks, {c.id: c for c in read_chunks(folder, old)} if old else {})
        generation = _next_generation(folder, old)
        target = folder / f"gen-{generation}"
        try:
            target.mkdir()
            _write_words(chunks, target, progress)
            model, embedded = open_model(), 0
            if model is not None:
                cached = CachedEmbeddings(model, embedding, folder / "vectors.sqlite3")
                embedded = _write_vectors(chunks, outside, cached, target, chroma_url, progress)
            pointer = Pointer(
                generation=generation,
                digest=state,
                chunks=len(chunks),
                embedding=embedding,
                published=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            )
            _swap_pointer(folder, pointer)
        except OSError as error:
            shutil.rmtree(target, ignore_errors=True)
            raise IndexBuildError(
                f"写不了索引：{error}", "腾出磁盘空间或检查权限后重跑 hegui index；已发布的索引不受影响。"
            ) from error
        except Exception:
            shutil.rmtree(target, ignore_errors=True)
            raise
        _remove_old(folder, generation, chroma_url)
    return report.model_copy(update={"generation": generation, "embedded": embedded})


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    with (folder / "build.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise IndexBuildError("另一个 hegui index 正在运行。", "等它结束后再试。") from error
        yield


def _compare(chunks: Sequence[Chunk], before: dict[str, Chunk]) -> BuildReport:
    now = {c.id: c for c in chunks}
    return BuildReport(
        created=sum(k not in before for k in now),
        updated=sum(k in before and before[k] != c for k, c in now.items()),
        unchanged=sum(before.get(k) == c for k, c in now.items()),
        deleted=sum(k not in now for k in before),
    )


def _write_words(chunks: Sequence[Chunk], target: Path, progress: Progress) -> None:
    """Write the chunks and the word index of a generation."""
    with (target / "chunks.jsonl").open("w", encoding="utf-8") as out:
        out.writelines(c.model_dump_json() + "\n" for c in chunks)
    progress("词法索引", 0, 1)
    LexicalIndex.build([lexical_text(c) for c in chunks]).save(target / "bm25")
    progress("词法索引", 1, 1)


def _write_vectors(
    chunks: Sequence[Chunk],
    outside: Sequence[Outside],
    cached: CachedEmbeddings,
    target: Path,
    chroma_url: str,
    progress: Progress,
) -> int:
    """Write the vectors of a generation; returns how many had to be computed."""
    passages = list(dict.fromkeys(c.text for c in chunks))
    questions = list(dict.fromkeys(q for c in chunks for q in c.questions))
    foreign = [wording for matter in outside for wording in matter.wordings]
    total = cached.missing(passages) + cached.missing([*questions, *foreign], "query")
    done = 0

    def tick(count: int) -> None:
        nonlocal done
        done += count
        progress("计算向量", done, total)

    vectors = cached.embed_many(passages, PASSAGE, tick) + cached.embed_many(questions, QUESTION, tick)
    if foreign:
        others = np.asarray(cached.embed_many(foreign, QUESTION, tick), np.float32)
        OutsideMatters(outside, others).save(target / OUTSIDE_FILE)
    entries = [(PASSAGE, text) for text in passages] + [(QUESTION, text) for text in questions]
    chroma.fill(entries, vectors, target, chroma_url, progress)
    return cached.computed


def lexical_text(chunk: Chunk) -> str:
    """What BM25 matches: the embedded text, the question once more, its other wordings, and the laws cited."""
    names = " ".join(sorted({f"{ref.law}{ref.label}" for ref in chunk.laws}))
    return "\n".join([chunk.text, chunk.heading or "", *chunk.asked, names])


def day_number(day: dt.date) -> int:
    """A day as yyyymmdd, so that Chroma can compare it."""
    return day.year * 10_000 + day.month * 100 + day.day


# --- publication -----------------------------------------------------------------------------------------------


def read_pointer(folder: Path) -> Pointer | None:
    """The published generation, None if there is none."""
    try:
        return Pointer.model_validate_json((folder / "current.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None


def read_chunks(folder: Path, pointer: Pointer) -> list[Chunk]:
    """The chunks of a published generation, empty if they are unreadable."""
    try:
        with (folder / f"gen-{pointer.generation}" / "chunks.jsonl").open(encoding="utf-8") as lines:
            return [Chunk.model_validate_json(line) for line in lines]
    except (OSError, ValueError):
        return []


def _is_complete(folder: Path, pointer: Pointer) -> bool:
    target = folder / f"gen-{pointer.generation}"
    return (target / "chunks.jsonl").exists() and (target / "bm25").exists()


def _next_generation(folder: Path, old: Pointer | None) -> int:
    """A number no generation has had; what a killed build left behind is removed first."""
    numbers = [int(p.name[4:]) for p in folder.glob("gen-*") if p.name[4:].isdigit()]
    serving = old.generation if old else 0
    for number in numbers:
        if number > serving:
            shutil.rmtree(folder / f"gen-{number}", ignore_errors=True)
    return max([serving, *numbers]) + 1


def _swap_pointer(folder: Path, pointer: Pointer) -> None:
    temporary = folder / "current.json.tmp"
    with temporary.open("w", encoding="utf-8") as out:
        out.write(json.dumps(pointer.model_dump(), ensure_ascii=False))
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(folder / "current.json")


def _remove_old(folder: Path, newest: int, chroma_url: str) -> None:
    """Keep the last generations (a reader may still hold the one before)."""
    for path in folder.glob("gen-*"):
        if path.name[4:].isdigit() and int(path.name[4:]) <= newest - KEEP_GENERATIONS:
            if chroma_url:
                chroma.drop(path, chroma_url)
            shutil.rmtree(path, ignore_errors=True)


# --- reading ---------------------------------------------------------------------------------------------------


def _owners(chunks: Sequence[Chunk]) -> dict[str, list[tuple[int, str]]]:
    """Vector id -> the chunks (by position) that have that text, as their passage or as one of their questions."""
    owners: dict[str, list[tuple[int, str]]] = {}
    for position, chunk in enumerate(chunks):
        texts = [(PASSAGE, chunk.text), *((QUESTION, q) for q in chunk.questions)]
        for kind, text in texts:
            owners.setdefault(vector_id(kind, text), []).append((position, kind))
    return owners


class SearchIndex:
    """A published generation, opened for reading. Chunks, their BM25 scores and their cosine similarities."""

    def __init__(self, folder: Path, *, chroma_url: str = "") -> None:
        """Open what the pointer names.

        Raises:
            IndexMissingError: nothing is published.
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
        self.outside = OutsideMatters.load(target / OUTSIDE_FILE)
        self._owners = _owners(chunks)
        self._store: Any = None
        if pointer.embedding != "none":
            self._store = chroma.open_store(target, chroma_url)

    def in_force(self, day: dt.date) -> np.ndarray:
        """Mask over the chunks that apply on ``day``: bool of shape (chunks,)."""
        number = day_number(day)
        mask: np.ndarray = (self.starts <= number) & (number <= self.ends)
        return mask

    def lexical_scores(self, text: str, extra: Sequence[str] = ()) -> np.ndarray:
        """BM25 scores of all chunks for ``text`` plus ``extra`` expansion texts at half weight: (chunks,)."""
        scores = self._lexical.scores(tokens(text))
        for other in extra:
            scores = scores + 0.5 * self._lexical.scores(tokens(other))
        return scores

    def nearest(self, vector: Sequence[float], day: dt.date, count: int) -> dict[int, tuple[float, float]]:
        """The chunks nearest to a query vector among those in force on ``day``: at least ``count``, if there are.

        Returns:
            position -> (cosine of the chunk, cosine of its nearest question; 0 where it was not among the nearest).
        """
        if self._store is None:
            return {}
        applies = self.in_force(day)
        stored = self._store._collection
        wanted, total = WIDTH * count, len(self._owners)
        while True:
            found = stored.query(
                query_embeddings=[list(vector)], n_results=min(wanted, total), include=["distances"]
            )
            nearest = self._in_force_only(found["ids"][0], found["distances"][0], applies)
            if len(nearest) >= min(count, int(applies.sum())) or wanted >= total:
                return nearest
            wanted *= 4

    def _in_force_only(
        self, ids: Sequence[str], distances: Sequence[float], applies: np.ndarray
    ) -> dict[int, tuple[float, float]]:
        nearest: dict[int, tuple[float, float]] = {}
        for key, distance in zip(ids, distances, strict=True):
            similarity = 1.0 - float(distance)
            for position, kind in self._owners.get(key, ()):
                if applies[position]:
                    body, question = nearest.get(position, (0.0, 0.0))
                    nearest[position] = (
                        (max(body, similarity), question)
                        if kind == PASSAGE
                        else (body, max(question, similarity))
                    )
        return nearest
