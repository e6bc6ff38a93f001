"""Chunks -> a published index: Chroma for vectors, BM25 for words, one generation at a time.

Layout below ``<data>/index``::

    current.json            pointer: which generation serves (swapped by rename, the last step of a build)
    gen-<number>-<id>/      current.json, chunks.jsonl, bm25/, outside.npz, probe.npy, chroma/ (embedded) or a collection on the server
    vectors.sqlite3         cache of vectors by content hash, shared by all generations

A reader opens the generation the pointer names and never sees a half-built one. A killed build leaves a folder that
the next build removes; the vectors computed until then are kept.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings
from pydantic import BaseModel, ConfigDict

from rag.content import Corpus, Outside
from rag.ground import IndexBuildError, Settings, Words, no_progress
from rag.index.chunks import chunk_corpus, corpus_digest, lexical_text
from rag.index.embed import CachedEmbeddings, VectorCache, open_embeddings
from rag.index.lexical import LexicalIndex
from rag.index.models import Chunk
from rag.index.outside import OutsideMatters
from rag.index.probe import model_stamp, probe_of, save_probe
from rag.index.publish import (
    OUTSIDE_FILE,
    Pointer,
    build_lock,
    is_complete,
    next_generation,
    read_chunks,
    read_pointer,
    remove,
    remove_old,
    swap_pointer,
)
from rag.index.store import PASSAGE, QUESTION, Collection
from rag.index.underway import COMPUTING, Progress, Underway

FORMAT = "9"
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


def publish_words(settings: Settings, corpus: Corpus) -> BuildReport:
    """Publish an index of words alone: a matter of seconds, and questions can be answered until the vectors are there.

    Raises:
        IndexBuildError: as `build_index`.
    """
    return bring_up_to_date(settings.model_copy(update={"embedding": "none"}), corpus)


def missing_vectors(settings: Settings, corpus: Corpus) -> int:
    """How many vectors the next build would have to compute; 0 where words alone are wanted."""
    if settings.embedding == "none":
        return 0
    passages, questions, foreign = texts_to_embed(chunk_corpus(corpus), corpus.registers.outside)
    cache = VectorCache(settings.embedding, settings.data / "index" / "vectors.sqlite3")
    return cache.missing(passages) + cache.missing([*questions, *foreign], QUESTION)


def has_vectors(settings: Settings) -> bool:
    """Whether an index with vectors of the model that is set is published, or none are wanted."""
    published = read_pointer(settings.data / "index")
    return settings.embedding == "none" or (
        published is not None and published.embedding == settings.embedding
    )


def was_undone(settings: Settings, corpus: Corpus) -> bool:
    """Whether `roll_back` has put an older generation in the place of the one of this very content and these settings."""
    pointer = read_pointer(settings.data / "index")
    if pointer is None or not pointer.undone:
        return False
    chunks, registers = chunk_corpus(corpus), corpus.registers
    words = Words(registers.known_words())
    return pointer.undone == _state(chunks, registers.outside, words, settings.embedding, settings.chroma_url)


def bring_up_to_date(
    settings: Settings,
    corpus: Corpus,
    progress: Progress = no_progress,
    *,
    wait: bool = False,
    force: bool = False,
    switch: Switch | None = None,
) -> BuildReport:
    """Build and publish the index of the content as the settings say; does nothing if it is up to date.

    ``wait``: let a build that is running finish first. ``force``: build even if nothing has changed. ``switch``: as
    `build_index`.

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
        wait=wait,
        force=force,
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
    wait: bool = False,
    force: bool = False,
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
        wait: whether a build that is running is waited for.
        force: whether to build although nothing has changed; vectors that were computed are taken from the cache.
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
    state = _state(chunks, outside, words, embedding, chroma_url)
    with build_lock(folder, wait=wait), Underway(folder) as underway:
        old = read_pointer(folder)
        if old and not force and old.digest == state and is_complete(folder, old, chroma_url):
            if old.undone:
                swap_pointer(folder, old.model_copy(update={"undone": ""}))
            if switch is not None:
                switch(None)
            return BuildReport(unchanged=len(chunks), generation=old.generation)
        report = _compare(chunks, {c.id: c for c in read_chunks(folder, old)} if old else {})
        generation, identity = next_generation(folder, old, chroma_url)
        with _new_folder(folder / f"gen-{generation}-{identity}", chroma_url) as target:
            _write_words(chunks, words, target, progress)
            model, stored, embedded = open_model(), 0, 0
            if model is not None:
                probe = probe_of(model)
                cached = CachedEmbeddings(model, embedding, folder / "vectors.sqlite3", probe)
                save_probe(probe, target)
                stored = _write_vectors(chunks, outside, cached, target, chroma_url, underway.told(progress))
                embedded = cached.computed
            now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
            pointer = Pointer(
                generation=generation, digest=state, chunks=len(chunks), vectors=stored, embedding=embedding, published=now,
                id=identity,
            )  # fmt: skip
            swap_pointer(target, pointer)  # a copy, for `roll_back`
            (switch or partial(swap_pointer, folder))(pointer)
        remove_old(folder, generation, chroma_url)
    return report.model_copy(update={"generation": generation, "embedded": embedded})


def _state(
    chunks: Sequence[Chunk], outside: Sequence[Outside], words: Words, embedding: str, chroma_url: str
) -> str:
    """The digest of a generation: all it would be made of, and with what."""
    made_with = f"{FORMAT}|{words.digest}|{embedding}|{model_stamp(embedding)}|{chroma_url}"
    return corpus_digest([*chunks, *outside], salt=made_with)


@contextmanager
def _new_folder(target: Path, chroma_url: str) -> Iterator[Path]:
    """A folder that is removed again unless everything inside the block went well."""
    try:
        target.mkdir()
        yield target
    except (OSError, sqlite3.Error) as error:
        remove(target, chroma_url)
        raise IndexBuildError(
            f"写不了索引：{error}", "腾出磁盘空间或检查权限后重跑 hegui index；已发布的索引不受影响。"
        ) from error
    except BaseException:
        remove(target, chroma_url)
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


def texts_to_embed(
    chunks: Sequence[Chunk], outside: Sequence[Outside]
) -> tuple[list[str], list[str], list[str]]:
    """Distinct texts that get a vector: passages, questions, wordings of matters outside."""
    passages = list(dict.fromkeys(p for c in chunks for p in c.passages))
    questions = list(dict.fromkeys(q for c in chunks for q in c.questions))
    return passages, questions, [wording for matter in outside for wording in matter.wordings]


def _write_vectors(
    chunks: Sequence[Chunk],
    outside: Sequence[Outside],
    cached: CachedEmbeddings,
    target: Path,
    chroma_url: str,
    progress: Progress,
) -> int:
    """Write the vectors of a generation; returns how many texts were stored."""
    passages, questions, foreign = texts_to_embed(chunks, outside)
    total = cached.missing(passages) + cached.missing([*questions, *foreign], QUESTION)
    done = 0

    def tick(count: int) -> None:
        nonlocal done
        done += count
        progress(COMPUTING, done, total)

    if foreign:
        others = np.asarray(cached.embed_many(foreign, QUESTION, tick), np.float32)
        OutsideMatters(outside, others).save(target / OUTSIDE_FILE)
    stored = 0

    def written(count: int) -> None:
        nonlocal stored
        stored += count
        progress("更新检索", stored, len(passages) + len(questions))

    with closing(Collection(target, chroma_url, create=True)) as collection:
        for kind, texts in ((PASSAGE, passages), (QUESTION, questions)):
            collection.add(kind, texts, cached.as_kind(kind, tick), written)
    return stored
