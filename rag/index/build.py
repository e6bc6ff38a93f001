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
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings
from pydantic import BaseModel, ConfigDict

from rag.content import Corpus, Outside
from rag.ground import IndexBuildError, Settings, Words, no_progress
from rag.index.chunks import chunk_corpus, corpus_digest
from rag.index.embed import CachedEmbeddings, open_embeddings
from rag.index.lexical import LexicalIndex
from rag.index.models import Chunk
from rag.index.outside import OutsideMatters
from rag.index.publish import (
    OUTSIDE_FILE,
    Pointer,
    build_lock,
    is_complete,
    next_generation,
    read_chunks,
    read_pointer,
    remove_old,
    swap_pointer,
)
from rag.index.store import PASSAGE, QUESTION, Collection

FORMAT = "7"
Progress = Callable[[str, int, int], None]
Switch = Callable[[Pointer | None], None]


class BuildReport(BaseModel):
    """What a build did, by chunk (a clause of a guideline version)."""

    model_config = ConfigDict(frozen=True)

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    embedded: int = 0
    generation: int = 0


def bring_up_to_date(
    settings: Settings,
    corpus: Corpus,
    progress: Progress = no_progress,
    *,
    switch: Switch | None = None,
) -> BuildReport:
    """Build and publish the index of the content as the settings say; does nothing if it is up to date.

    ``switch``: as `build_index`.

    Raises:
        IndexBuildError, VectorStoreError: as `build_index`.
    """
    return build_index(
        chunk_corpus(corpus),
        settings.data / "index",
        words=Words(corpus.registers.known_words()),
        embedding=settings.embedding,
        open_model=lambda: open_embeddings(settings.embedding),
        outside=corpus.registers.outside,
        chroma_url=settings.chroma_url,
        progress=progress,
        switch=switch,
    )


def build_index(
    chunks: Sequence[Chunk],
    folder: Path,
    *,
    words: Words,
    embedding: str,
    open_model: Callable[[], Embeddings | None],
    outside: Sequence[Outside] = (),
    chroma_url: str = "",
    progress: Progress = no_progress,
    switch: Switch | None = None,
) -> BuildReport:
    """Bring the published index up to date with ``chunks``; does nothing if it already is.

    Args:
        chunks: all chunks of the corpus.
        folder: ``<data>/index``.
        words: what texts and questions are cut with, part of the index's identity.
        embedding: name of the model, part of the index's identity.
        open_model: loads the model; called only if vectors are needed.
        outside: matters that are not ours, told apart from the clauses by their vectors.
        chroma_url: a Chroma server; empty for the embedded store.
        progress: called with (step, done, total).
        switch: called, still under the lock, with the pointer of the complete generation instead of letting it serve, or
            with None where the published one is up to date; if it raises, the new generation is removed.

    Raises:
        IndexBuildError: nothing to index, another build is running, or the disk failed; what was published before
            still serves.
        VectorStoreError: Chroma failed or cannot be reached; what was published before still serves.
    """
    if not chunks:
        raise IndexBuildError("没有可以建索引的条款。", "先写指引并通过 hegui check。")
    folder.mkdir(parents=True, exist_ok=True)
    state = corpus_digest([*chunks, *outside], salt=f"{FORMAT}|{words.digest}|{embedding}|{chroma_url}")
    with build_lock(folder):
        old = read_pointer(folder)
        if old and old.digest == state and is_complete(folder, old, chroma_url):
            if switch is not None:
                switch(None)
            return BuildReport(unchanged=len(chunks), generation=old.generation)
        report = _compare(chunks, {c.id: c for c in read_chunks(folder, old)} if old else {})
        generation = next_generation(folder, old)
        with _new_folder(folder / f"gen-{generation}") as target:
            _write_words(chunks, words, target, progress)
            model, stored, embedded = open_model(), 0, 0
            if model is not None:
                cached = CachedEmbeddings(model, embedding, folder / "vectors.sqlite3")
                stored = _write_vectors(chunks, outside, cached, target, chroma_url, progress)
                embedded = cached.computed
            now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
            pointer = Pointer(
                generation=generation, digest=state, chunks=len(chunks), vectors=stored, embedding=embedding, published=now
            )  # fmt: skip
            if switch is None:
                swap_pointer(folder, pointer)
            else:
                switch(pointer)
        remove_old(folder, generation, chroma_url)
    return report.model_copy(update={"generation": generation, "embedded": embedded})


@contextmanager
def _new_folder(target: Path) -> Iterator[Path]:
    """A folder that is removed again unless everything inside the block went well."""
    try:
        target.mkdir()
        yield target
    except OSError as error:
        shutil.rmtree(target, ignore_errors=True)
        raise IndexBuildError(
            f"写不了索引：{error}", "腾出磁盘空间或检查权限后重跑 hegui index；已发布的索引不受影响。"
        ) from error
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise


def _compare(chunks: Sequence[Chunk], before: dict[str, Chunk]) -> BuildReport:
    now = {c.id: c for c in chunks}
    return BuildReport(
        created=sum(k not in before for k in now),
        updated=sum(k in before and before[k] != c for k, c in now.items()),
        unchanged=sum(before.get(k) == c for k, c in now.items()),
        deleted=sum(k not in now for k in before),
    )


def _write_words(chunks: Sequence[Chunk], words: Words, target: Path, progress: Progress) -> None:
    """Write the chunks and the word index of a generation."""
    with (target / "chunks.jsonl").open("w", encoding="utf-8") as out:
        out.writelines(c.model_dump_json() + "\n" for c in chunks)
    progress("词法索引", 0, 1)
    LexicalIndex.build([lexical_text(c) for c in chunks], words).save(target / "bm25")
    progress("词法索引", 1, 1)


def _write_vectors(
    chunks: Sequence[Chunk],
    outside: Sequence[Outside],
    cached: CachedEmbeddings,
    target: Path,
    chroma_url: str,
    progress: Progress,
) -> int:
    """Write the vectors of a generation; returns how many texts were stored."""
    passages = list(dict.fromkeys(c.text for c in chunks))
    questions = list(dict.fromkeys(q for c in chunks for q in c.questions))
    foreign = [wording for matter in outside for wording in matter.wordings]
    total = cached.missing(passages) + cached.missing([*questions, *foreign], QUESTION)
    done = 0

    def tick(count: int) -> None:
        nonlocal done
        done += count
        progress("计算向量", done, total)

    if foreign:
        others = np.asarray(cached.embed_many(foreign, QUESTION, tick), np.float32)
        OutsideMatters(outside, others).save(target / OUTSIDE_FILE)
    stored = 0

    def written(count: int) -> None:
        nonlocal stored
        stored += count
        progress("写入向量库", stored, len(passages) + len(questions))

    with closing(Collection(target, chroma_url, create=True)) as collection:
        for kind, texts in ((PASSAGE, passages), (QUESTION, questions)):
            collection.add(kind, texts, cached.as_kind(kind, tick), written)
    return stored


def lexical_text(chunk: Chunk) -> str:
    """What BM25 matches: the embedded text, the question once more, its other wordings, and the laws cited."""
    names = " ".join(sorted({f"{ref.law}{ref.label}" for ref in chunk.laws}))
    return "\n".join([chunk.text, chunk.heading or "", *chunk.asked, names])
