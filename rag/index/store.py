"""Chroma, embedded or on a server: one collection a generation, every distinct text once under its content hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from rag.ground import IndexBuildError

PASSAGE, QUESTION = "passage", "query"  # how a text is embedded


Progress = Callable[[str, int, int], None]


def fill(
    entries: list[tuple[str, str]],
    vectors: list[list[float]],
    target: Path,
    chroma_url: str,
    progress: Progress,
) -> None:
    """Store every distinct text once, however many versions have it."""
    collection = client(target, chroma_url).create_collection(
        collection_name(target),
        metadata={"hnsw:space": "cosine", "hnsw:M": 32, "hnsw:search_ef": 600},
        embedding_function=None,
    )
    step = 1000
    for start in range(0, len(entries), step):
        part = entries[start : start + step]
        collection.add(
            ids=[vector_id(kind, text) for kind, text in part],
            embeddings=np.asarray(vectors[start : start + step], np.float32),
            documents=[text for _, text in part],
            metadatas=[{"kind": kind} for kind, _ in part],
        )
        progress("写入向量库", start + len(part), len(entries))


def vector_id(kind: str, text: str) -> str:
    """The id under which the vector of a text is stored: its content hash."""
    return hashlib.sha256(f"{kind}\0{text}".encode()).hexdigest()[:32]


def client(target: Path, chroma_url: str) -> Any:
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


def open_store(target: Path, chroma_url: str) -> Any:
    """The collection of a generation behind langchain's vector store interface."""
    from langchain_chroma import Chroma

    return Chroma(
        collection_name=collection_name(target),
        client=client(target, chroma_url),
        create_collection_if_not_exists=False,
    )


def drop(target: Path, chroma_url: str) -> None:
    """Delete the collection of a generation from the server; one that is gone already is fine."""
    with suppress(Exception):
        client(target, chroma_url).delete_collection(collection_name(target))
