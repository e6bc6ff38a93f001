"""Chroma, embedded or on a server, through langchain's vector store: one collection a generation, every distinct text once.

The only module that knows Chroma and its exceptions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import VectorStore

from rag.ground import VectorStoreError

PASSAGE, QUESTION = "passage", "query"  # how a text is embedded
STEP = 1000
Progress = Callable[[str, int, int], None]


def fill(
    texts: Mapping[str, Sequence[str]],
    embeddings: Mapping[str, Embeddings],
    target: Path,
    chroma_url: str,
    progress: Progress,
) -> int:
    """Store every text of each kind under its content hash.

    Args:
        texts: kind -> distinct texts.
        embeddings: kind -> the model that embeds that kind in `embed_documents`.

    Returns:
        How many were stored.

    Raises:
        VectorStoreError: Chroma failed or cannot be reached.
    """
    total, done = sum(map(len, texts.values())), 0
    for kind, distinct in texts.items():
        store = open_store(target, chroma_url, embeddings[kind], create=True)
        for start in range(0, len(distinct), STEP):
            part = list(distinct[start : start + STEP])
            with mapped_errors(chroma_url):
                store.add_texts(part, [{"kind": kind}] * len(part), ids=[vector_id(kind, t) for t in part])
            done += len(part)
            progress("写入向量库", done, total)
    return done


def nearest(
    store: VectorStore, vector: Sequence[float], count: int, chroma_url: str
) -> list[tuple[str, float]]:
    """The ``count`` stored texts nearest to ``vector``: (id, cosine), nearest first.

    Raises:
        VectorStoreError: Chroma failed or cannot be reached.
    """
    with mapped_errors(chroma_url):
        found = store.similarity_search_by_vector_with_relevance_scores(list(vector), k=count)  # type: ignore[attr-defined]
    return [(document.id, 1.0 - float(distance)) for document, distance in found]


def count(target: Path, chroma_url: str) -> int:
    """How many texts the collection of a generation holds; 0 if there is none.

    Raises:
        VectorStoreError: the server does not answer.
    """
    with mapped_errors(chroma_url):
        names = {c.name for c in client(target, chroma_url).list_collections()}
        if collection_name(target) not in names:
            return 0
        return int(client(target, chroma_url).get_collection(collection_name(target)).count())


def open_store(
    target: Path, chroma_url: str, embeddings: Embeddings | None = None, *, create: bool = False
) -> VectorStore:
    """The collection of a generation.

    Raises:
        VectorStoreError: it does not exist and is not to be created, or the server does not answer.
    """
    from langchain_chroma import Chroma

    with mapped_errors(chroma_url):
        return Chroma(
            collection_name=collection_name(target),
            client=client(target, chroma_url),
            embedding_function=embeddings,
            collection_configuration={"hnsw": {"space": "cosine", "max_neighbors": 32, "ef_search": 600}},
            create_collection_if_not_exists=create,
        )


def drop(target: Path, chroma_url: str) -> None:
    """Delete the collection of a generation from the server; one that is gone already is fine."""
    with suppress(VectorStoreError), mapped_errors(chroma_url):
        client(target, chroma_url).delete_collection(collection_name(target))


def vector_id(kind: str, text: str) -> str:
    """The id under which the vector of a text is stored: its content hash."""
    return hashlib.sha256(f"{kind}\0{text}".encode()).hexdigest()[:32]


def collection_name(target: Path) -> str:
    """The Chroma collection of a generation."""
    return f"hegui-{target.name}"


def client(target: Path, chroma_url: str) -> Any:
    """A Chroma client: embedded in the generation's folder, or the server."""
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    quiet = ChromaSettings(anonymized_telemetry=False)
    if not chroma_url:
        return chromadb.PersistentClient(path=str(target / "chroma"), settings=quiet)
    scheme, _, rest = chroma_url.rstrip("/").partition("://")
    host, _, port = rest.partition(":")
    default = 443 if scheme == "https" else 80
    return chromadb.HttpClient(host=host, port=int(port or default), ssl=scheme == "https", settings=quiet)


@contextmanager
def mapped_errors(chroma_url: str) -> Iterator[None]:
    """Whatever Chroma and its HTTP client raise, as our own; a full disk or a lost file stays an OSError."""
    try:
        yield
    except (VectorStoreError, OSError):
        raise
    except (
        Exception
    ) as error:  # chromadb raises its own errors, ValueError, RuntimeError and httpx errors alike
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        if chroma_url:
            raise VectorStoreError(
                f"Chroma 服务 {chroma_url} 用不了：{reason}",
                "检查 HEGUI_CHROMA_URL 和服务是否在运行；服务换过数据的，重跑 hegui index 重建向量。",
            ) from error
        raise VectorStoreError(
            f"向量库坏了或者不见了：{reason}", "重跑 hegui index 重建（算过的向量不会重算）。"
        ) from error
