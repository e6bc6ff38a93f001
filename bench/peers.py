"""Peers on the same texts and the same vectors, each set up as its own documentation shows.

``pip install -r bench/requirements-bench.txt`` and node are needed; a peer that is not there is left out with a line.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import importlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import types
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings

from bench.data import Asked, Texts
from bench.metrics import unique
from rag.index.embed import open_embeddings

CHUNK_SIZE, CHUNK_OVERLAP = 1000, 200
SEPARATOR = r"[\s\u200b\-，。、；：？！“”（）《》]+"  # as in mkdocs.yml
WORKER = Path(__file__).with_name("lunr_search.cjs")


class PeerMissing(Exception):
    """A peer cannot be run here; the message says why."""


class GivenEmbeddings(Embeddings):
    """Vectors known beforehand; a text that is not among them is embedded with the model that made them."""

    def __init__(self, name: str, passages: dict[str, np.ndarray], questions: dict[str, np.ndarray]) -> None:
        self._name, self._passages, self._questions = name, passages, questions
        self._model: Embeddings | None = None
        self.computed = 0

    @classmethod
    def of(cls, texts: Texts, asked: Asked) -> GivenEmbeddings:
        """Over the vectors of the documents and the questions."""
        return cls(
            texts.model,
            dict(zip(texts.texts, texts.vectors, strict=True)),
            dict(zip(asked.questions, asked.vectors, strict=True)),
        )

    def _computed(self) -> Embeddings:
        self._model = self._model or open_embeddings(self._name)
        assert self._model is not None
        self.computed += 1
        return self._model

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Passage vectors."""
        return [
            self._passages[t].tolist() if t in self._passages else self._computed().embed_documents([t])[0]
            for t in texts
        ]

    def embed_query(self, text: str) -> list[float]:
        """Query vector."""
        return (
            self._questions[text].tolist() if text in self._questions else self._computed().embed_query(text)
        )


# --- LangChain -------------------------------------------------------------------------------------------------


def split(texts: Texts) -> list[Document]:
    """RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200), the numbers of LangChain's RAG tutorial."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK_SIZE, chunk_overlap=CHUNK_OVERLAP)
    documents = [Document(page_content=t, metadata={"n": n}) for n, t in enumerate(texts.texts)]
    chunks: list[Document] = splitter.split_documents(documents)
    return chunks


def chroma_store(texts: Texts, embeddings: Embeddings) -> Any:
    """langchain-chroma in memory with its default settings, filled with the split texts."""
    from langchain_chroma import Chroma

    documents = split(texts)
    store = Chroma(collection_name=f"peer-{_key(texts)}", embedding_function=embeddings)
    store.reset_collection()
    for start in range(0, len(documents), 5000):
        store.add_documents(documents[start : start + 5000])
    return store


def _key(texts: Texts) -> str:
    return hashlib.sha256("\n".join(texts.texts).encode()).hexdigest()[:16]


def numbers(documents: list[Document]) -> list[int]:
    """Document numbers in order, chunks of one text counted once."""
    return unique([d.metadata["n"] for d in documents])


def langchain_default(texts: Texts, asked: Asked, depth: int) -> dict[str, list[list[int]]]:
    """``store.as_retriever(k)``: the splitter and Chroma, nothing else."""
    retriever = chroma_store(texts, GivenEmbeddings.of(texts, asked)).as_retriever(search_kwargs={"k": depth})
    return {"LangChain default (splitter + Chroma)": [numbers(retriever.invoke(q)) for q in asked.questions]}


def langchain_ensemble(texts: Texts, asked: Asked, depth: int) -> dict[str, list[list[int]]]:
    """EnsembleRetriever(weights 0.5/0.5, c=60) of BM25ClauseSearch and Chroma, each giving ``depth`` documents.

    Two rows: BM25ClauseSearch as it comes (splits at blanks, so a Chinese sentence is one word), and with
    ``preprocess_func=jieba.lcut``, what a user in China would set.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # langchain-community announces its end
        from langchain_classic.retrievers import EnsembleRetriever
        from langchain_community.retrievers import BM25ClauseSearch
    import jieba

    documents = split(texts)
    dense = chroma_store(texts, GivenEmbeddings.of(texts, asked)).as_retriever(search_kwargs={"k": depth})
    rankings: dict[str, list[list[int]]] = {}
    for name, options in (("as it comes", {}), ("with jieba", {"preprocess_func": jieba.lcut})):
        words = BM25ClauseSearch.from_documents(documents, k=depth, **options)
        both = EnsembleRetriever(retrievers=[words, dense], weights=[0.5, 0.5])
        rankings[f"LangChain EnsembleRetriever, BM25 {name}"] = [
            numbers(both.invoke(q))[:depth] for q in asked.questions
        ]
    return rankings


# --- mkdocs-material -------------------------------------------------------------------------------------------


def mkdocs_search(texts: Texts, asked: Asked, depth: int) -> dict[str, list[list[int]]]:
    """The search of the site: entries segmented by the theme's plugin, its own worker file run in node.

    One page per document (title and text), separator as in mkdocs.yml, field boosts and pipeline the theme's defaults.
    """
    if shutil.which("node") is None:
        raise PeerMissing("node is not installed")
    with tempfile.TemporaryDirectory() as folder:
        task, result = Path(folder, "task.json"), Path(folder, "result.json")
        task.write_text(json.dumps(_lunr_task(texts, asked, depth)), "utf-8")
        command = ["node", "--max-old-space-size=4096", str(WORKER), str(task), str(result)]
        run = subprocess.run(command, capture_output=True, text=True, timeout=1800, check=False)
        if run.returncode:
            raise PeerMissing(f"node failed: {run.stderr[-300:]}")
        rankings: list[list[int]] = json.loads(result.read_text("utf-8"))
    return {"mkdocs-material search (lunr, jieba)": rankings}


def _lunr_task(texts: Texts, asked: Asked, depth: int) -> dict[str, Any]:
    import material
    from material.plugins.search.plugin import SearchIndex

    assets = Path(material.__file__).parent / "templates" / "assets" / "javascripts"
    segment = SearchIndex()._segment_chinese
    return {
        "worker": str(next((assets / "workers").glob("search.*.min.js"))),
        "lunr": str(assets / "lunr"),
        "depth": depth,
        "config": {
            "lang": ["zh"],
            "separator": SEPARATOR,
            "pipeline": ["stemmer"],
            "fields": {"title": {"boost": 1000.0}, "text": {"boost": 1.0}, "tags": {"boost": 1000000.0}},
        },
        "docs": [
            {"location": f"{n}/", "title": segment(t), "text": segment(b)}
            for n, (t, b) in enumerate(zip(texts.titles, texts.bodies, strict=True))
        ],
        "questions": asked.questions,
    }


# --- haiku.rag -------------------------------------------------------------------------------------------------


def haiku_rag(texts: Texts, asked: Asked, depth: int) -> dict[str, list[list[int]]]:
    """haiku.rag 0.6.0 (the last for Python 3.11): sqlite-vec + FTS5, its ``search_chunks_hybrid`` (RRF k=60).

    Its store and search run as they are. Its document converter and chunker are replaced by empty modules: the
    chunker fetches a tokenizer over the network on import, and these texts are about as short as its 256-token
    chunks. Its reranker (a chat model over Ollama) is off. The vectors are the given ones. SQLite comes from
    pysqlite3-binary, because many Pythons are built without loadable extensions.
    """
    with _haiku_stubs(), tempfile.TemporaryDirectory() as folder:
        try:
            engine = importlib.import_module("haiku.rag.store.engine")
            chunks = importlib.import_module("haiku.rag.store.repositories.chunk")
            model = importlib.import_module("haiku.rag.store.models.chunk")
        except ImportError as error:
            raise PeerMissing(f"haiku.rag is not installed ({error})") from error
        store = engine.Store(Path(folder, "haiku.sqlite"), skip_validation=True)
        repository = chunks.ChunkRepository(store)
        ranked = asyncio.run(_haiku_rank(repository, model.Chunk, texts, asked, depth))
        store.close()
    return {"haiku.rag 0.6.0 (hybrid, no reranker)": ranked}


async def _haiku_rank(repository: Any, chunk: Any, texts: Texts, asked: Asked, depth: int) -> list[list[int]]:
    given = GivenEmbeddings.of(texts, asked)

    async def embed(text: str) -> list[float]:
        return given.embed_query(text)

    repository.embedder.embed = embed
    connection = repository.store._connection
    for number, text in enumerate(texts.texts):
        connection.execute("INSERT INTO documents (id, content) VALUES (?, ?)", (number + 1, text))
        entity = chunk(document_id=number + 1, content=text, embedding=texts.vectors[number].tolist())
        await repository.create(entity, commit=False)
    connection.commit()
    found = [await repository.search_chunks_hybrid(q, limit=depth) for q in asked.questions]
    return [unique([c.document_id - 1 for c, _ in hits]) for hits in found]


@contextlib.contextmanager
def _haiku_stubs() -> Iterator[None]:
    """Empty stand-ins for the converter and the chunker, and 384 dimensions, for the time of the run."""
    names = {
        "docling": (),
        "docling.document_converter": ("DocumentConverter",),
        "docling_core": (),
        "docling_core.types": (),
        "docling_core.types.doc": (),
        "docling_core.types.doc.document": ("DoclingDocument",),
        "docling_core.types.io": ("DocumentStream",),
        "haiku.rag.chunker": ("chunker",),
    }
    before, plain = dict(os.environ), sys.modules["sqlite3"]
    os.environ["EMBEDDINGS_VECTOR_DIM"] = "384"
    with contextlib.suppress(ImportError):
        sys.modules["sqlite3"] = importlib.import_module("pysqlite3")
    for name, members in names.items():
        stub = types.ModuleType(name)
        for member in members:
            setattr(stub, member, object)
        sys.modules[name] = stub
    try:
        yield
    finally:
        for name in names:
            del sys.modules[name]
        sys.modules["sqlite3"] = plain
        os.environ.clear()
        os.environ.update(before)


PEERS: tuple[Callable[[Texts, Asked, int], dict[str, list[list[int]]]], ...] = (
    langchain_default,
    langchain_ensemble,
    mkdocs_search,
    haiku_rag,
)
