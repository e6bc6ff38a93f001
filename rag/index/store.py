"""Chroma, embedded or on a server, through langchain's vector store: one collection a generation, every distinct text once.

The only module that knows Chroma and its exceptions.
"""

from __future__ import annotations

import hashlib
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings

from rag.ground import VectorStoreError

PASSAGE, QUESTION = "passage", "query"  # how a text is embedded
STEP = 1000
ANSWERS_WITHIN = (
    3.0  # seconds for a Chroma server to say that it lives, and for a search; chromadb itself waits for ever
)
WRITES_WITHIN = 120.0


class Collection:
    """The vectors of one generation, opened; `close` releases the connection."""

    def __init__(self, target: Path, chroma_url: str, *, create: bool = False) -> None:
        """Open the collection of the generation in ``target``, or make it.

        Raises:
            VectorStoreError: it does not exist and is not to be created, or the server does not answer.
        """
        self._name, self._url = collection_name(target), chroma_url
        if not (create or chroma_url or (target / "chroma").is_dir()):  # chromadb would make an empty one
            raise VectorStoreError(
                f"向量库不见了：{target / 'chroma'}。", "重跑 hegui index 重建（算过的向量不会重算）。"
            )
        with mapped_errors(chroma_url):
            self._client = client(target, chroma_url, WRITES_WITHIN if create else ANSWERS_WITHIN)
        try:
            self.store = self._open(None, create=create)
        except BaseException:
            self.close()
            raise

    def _open(self, embeddings: Embeddings | None, *, create: bool) -> Chroma:
        with mapped_errors(self._url):
            return Chroma(
                collection_name=self._name,
                client=self._client,
                embedding_function=embeddings,
                collection_configuration={"hnsw": {"space": "cosine", "max_neighbors": 32, "ef_search": 600}},
                create_collection_if_not_exists=create,
            )

    def add(
        self, kind: str, texts: Sequence[str], embeddings: Embeddings, tick: Callable[[int], None]
    ) -> None:
        """Store distinct ``texts`` under their content hashes; ``embeddings`` embeds that kind in `embed_documents`.

        Raises:
            VectorStoreError: Chroma failed or cannot be reached.
        """
        store = self._open(embeddings, create=False)
        for start in range(0, len(texts), STEP):
            part = list(texts[start : start + STEP])
            with mapped_errors(self._url):
                store.add_texts(part, [{"kind": kind}] * len(part), ids=[vector_id(kind, t) for t in part])
            tick(len(part))

    def nearest(self, vector: Sequence[float], count: int) -> list[tuple[str, float]]:
        """The ``count`` stored texts nearest to ``vector``: (id, cosine), nearest first.

        Raises:
            VectorStoreError: Chroma failed or cannot be reached.
        """
        with mapped_errors(self._url):
            found = self.store.similarity_search_by_vector_with_relevance_scores(list(vector), k=count)
        return [(document.id or "", 1.0 - float(distance)) for document, distance in found]

    def close(self) -> None:
        """Release the connection."""
        disconnect(self._client)


def count(target: Path, chroma_url: str) -> int:
    """How many texts the collection of a generation holds; 0 if there is none.

    Raises:
        VectorStoreError: the server does not answer.
    """
    if not chroma_url and not (target / "chroma").is_dir():
        return 0
    with mapped_errors(chroma_url), connected(target, chroma_url) as chroma:
        if collection_name(target) not in {c.name for c in chroma.list_collections()}:
            return 0
        return int(chroma.get_collection(collection_name(target)).count())


def drop(target: Path, chroma_url: str) -> None:
    """Delete the collection of a generation from the server; one that is gone already is fine."""
    with suppress(VectorStoreError), mapped_errors(chroma_url), connected(target, chroma_url) as chroma:
        chroma.delete_collection(collection_name(target))


def vector_id(kind: str, text: str) -> str:
    """The id under which the vector of a text is stored: its content hash."""
    return hashlib.sha256(f"{kind}\0{text}".encode()).hexdigest()[:32]


def collection_name(target: Path) -> str:
    """The Chroma collection of a generation."""
    return f"hegui-{target.name}"


@contextmanager
def connected(target: Path, chroma_url: str) -> Iterator[Any]:
    """A client for the length of a block."""
    chroma = client(target, chroma_url)
    try:
        yield chroma
    finally:
        disconnect(chroma)


def client(target: Path, chroma_url: str, patience: float = ANSWERS_WITHIN) -> Any:
    """A Chroma client: embedded in the generation's folder, or the server, which has ``patience`` seconds to answer."""
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    quiet = ChromaSettings(anonymized_telemetry=False)
    if not chroma_url:
        return chromadb.PersistentClient(path=str(target / "chroma"), settings=quiet)
    scheme, _, rest = chroma_url.rstrip("/").partition("://")
    host, _, port = rest.partition(":")
    default = 443 if scheme == "https" else 80
    _knock(chroma_url)
    chroma = chromadb.HttpClient(host=host, port=int(port or default), ssl=scheme == "https", settings=quiet)
    for session in _sessions(chroma):
        session.timeout = patience
    return chroma


def _knock(chroma_url: str) -> None:
    """Ask the server whether it lives, before chromadb does so without a limit of time."""
    try:
        urllib.request.urlopen(f"{chroma_url.rstrip('/')}/api/v2/heartbeat", timeout=ANSWERS_WITHIN).close()
    except OSError as error:
        raise _unusable(chroma_url, error) from error


def _sessions(chroma: Any) -> set[Any]:
    """The connections of a client's two HTTP clients."""
    servers = [getattr(part, "_server", None) for part in (chroma, getattr(chroma, "_admin_client", None))]
    return {s for server in servers if (s := getattr(server, "_session", None)) is not None}


def disconnect(chroma: Any) -> None:
    """Close a client. chromadb 1.5 leaves the connections of its two HTTP clients open, so they are closed here."""
    sessions = _sessions(chroma)
    chroma.close()
    for session in sessions:
        session.close()


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
        raise _unusable(chroma_url, error) from error


def _unusable(chroma_url: str, error: Exception) -> VectorStoreError:
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    if chroma_url:
        return VectorStoreError(
            f"Chroma 服务 {chroma_url} 用不了：{reason}",
            "检查 HEGUI_CHROMA_URL 和服务是否在运行；服务换过数据的，重跑 hegui index 重建向量。",
        )
    return VectorStoreError(
        f"向量库坏了或者不见了：{reason}", "重跑 hegui index 重建（算过的向量不会重算）。"
    )
