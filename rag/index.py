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
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings
from pydantic import BaseModel, ConfigDict

from rag.chunks import corpus_digest
from rag.embed import CachedEmbeddings
from rag.errors import IndexBuildError, IndexMissingError
from rag.lexical import LexicalIndex, tokens
from rag.models import Chunk, Outside
from rag.outside import OutsideMatters

FORMAT = "5"
KEEP_GENERATIONS = 2
QUESTION_MARK = "~q"
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
        before = {c.id: c for c in read_chunks(folder, old)} if old else {}
        report = _compare(chunks, before)
        if old and old.digest == state and _is_complete(folder, old):
            return report.model_copy(update={"generation": old.generation})
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
    asked = [(f"{c.id}{QUESTION_MARK}{n}", c, q) for c in chunks for n, q in enumerate(c.questions)]
    passages, questions = [c.text for c in chunks], [question for _, _, question in asked]
    foreign = [wording for matter in outside for wording in matter.wordings]
    total = cached.missing(passages) + cached.missing([*questions, *foreign], "query")
    done = 0

    def tick(count: int) -> None:
        nonlocal done
        done += count
        progress("计算向量", done, total)

    vectors = cached.embed_many(passages, "passage", tick)
    vectors += cached.embed_many(questions, "query", tick)
    if foreign:
        others = np.asarray(cached.embed_many(foreign, "query", tick), np.float32)
        OutsideMatters(outside, others).save(target / OUTSIDE_FILE)
    entries = [(c.id, c) for c in chunks] + [(key, c) for key, c, _ in asked]
    _fill_chroma(entries, vectors, target, chroma_url, progress)
    return cached.computed


def lexical_text(chunk: Chunk) -> str:
    """What BM25 matches: the embedded text, the question once more, its other wordings, and the laws cited."""
    names = " ".join(sorted({f"{ref.law}{ref.label}" for ref in chunk.laws}))
    return "\n".join([chunk.text, chunk.heading or "", *chunk.asked, names])


def _fill_chroma(
    entries: list[tuple[str, Chunk]],
    vectors: list[list[float]],
    target: Path,
    chroma_url: str,
    progress: Progress,
) -> None:
    collection = _client(target, chroma_url).create_collection(
        collection_name(target),
        metadata={"hnsw:space": "cosine", "hnsw:M": 32, "hnsw:search_ef": 200},
        embedding_function=None,
    )
    step = 1000
    for start in range(0, len(entries), step):
        part = entries[start : start + step]
        collection.add(
            ids=[key for key, _ in part],
            embeddings=np.asarray(vectors[start : start + step], np.float32),
            documents=[c.text for _, c in part],
            metadatas=[_metadata(c) for _, c in part],
        )
        progress("写入向量库", start + len(part), len(entries))


def _metadata(chunk: Chunk) -> dict[str, str | int]:
    return {
        "chunk": chunk.id,
        "operator": chunk.operator,
        "guideline": chunk.guideline,
        "section": chunk.section.value,
        "from": day_number(chunk.version),
        "to": day_number(chunk.effective_to) if chunk.effective_to else FAR_FUTURE,
    }


def day_number(day: dt.date) -> int:
    """A day as yyyymmdd, so that Chroma can compare it."""
    return day.year * 10_000 + day.month * 100 + day.day


def _client(target: Path, chroma_url: str) -> Any:
    """A Chroma client: embedded in the generation's folder, or the server."""
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    quiet = ChromaSettings(anonymized_telemetry=False)
    if not chroma_url:
        return chromadb.PersistentClient(path=str(target / "chroma"), settings=quiet)
    scheme, _, rest = chroma_url.rstrip("/").partition("://")
    host, _, port = rest.partition(":")
    try:
        return chromadb.HttpClient(
            host=host,
            port=int(port or (443 if scheme == "https" else 80)),
            ssl=scheme == "https",
            settings=quiet,
        )
    except Exception as error:  # chromadb raises ValueError and httpx errors alike
        raise IndexBuildError(
            f"连不上 Chroma 服务 {chroma_url}：{error}", "检查 HEGUI_CHROMA_URL 和服务是否在运行。"
        ) from error


def collection_name(target: Path) -> str:
    """The Chroma collection of a generation."""
    return f"hegui-{target.name}"


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
                with suppress(Exception):  # a collection that is gone already is fine
                    _client(path, chroma_url).delete_collection(collection_name(path))
            shutil.rmtree(path, ignore_errors=True)


# --- reading ---------------------------------------------------------------------------------------------------


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
        self._store: Any = None
        if pointer.embedding != "none":
            self._store = self._open_store(target, chroma_url)

    @staticmethod
    def _open_store(target: Path, chroma_url: str) -> Any:
        from langchain_chroma import Chroma

        return Chroma(
            collection_name=collection_name(target),
            client=_client(target, chroma_url),
            create_collection_if_not_exists=False,
        )

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
        """The chunks nearest to a query vector among those in force on ``day``.

        Returns:
            position -> (cosine of the chunk, cosine of its question; 0 where that entry was not among the nearest).
        """
        if self._store is None:
            return {}
        number = day_number(day)
        where = {"$and": [{"from": {"$lte": number}}, {"to": {"$gte": number}}]}
        found = self._store._collection.query(
            query_embeddings=[list(vector)], n_results=count, where=where, include=["distances"]
        )
        nearest: dict[int, tuple[float, float]] = {}
        for key, distance in zip(found["ids"][0], found["distances"][0], strict=True):
            chunk, is_question, _ = key.partition(QUESTION_MARK)
            position = self.position.get(chunk)
            if position is None:
                continue
            body, question = nearest.get(position, (0.0, 0.0))
            similarity = 1.0 - float(distance)
            nearest[position] = (body, max(question, similarity)) if is_question else (similarity, question)
        return nearest
