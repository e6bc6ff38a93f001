"""The vectors of a generation as a reader uses them: while they cannot be had, searches go on by words alone.

After a failure nobody waits for Chroma again until `RETRY` seconds have passed; then one question tries.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from rag.ground import VectorStoreError
from rag.index.store import Collection, count

RETRY = 10.0

logger = logging.getLogger("hegui.index")


class Vectors:
    """The collection of one generation, opened now or as soon as that succeeds. Thread-safe."""

    def __init__(self, target: Path, chroma_url: str, expected: int) -> None:
        """``target``: the generation's folder; ``expected``: how many texts it was published with."""
        self._target, self._url, self._expected = target, chroma_url, expected
        self._collection: Collection | None = None
        self._fault: VectorStoreError | None = None
        self._not_before = 0.0
        self._lock = threading.Lock()
        self._open()

    @property
    def fault(self) -> VectorStoreError | None:
        """Why they cannot be had at the moment, with the command that mends it; None if they can."""
        return self._fault

    def nearest(self, vector: Sequence[float], wanted: int) -> list[tuple[str, float]] | None:
        """As `Collection.nearest`; None while Chroma fails."""
        if self._fault is not None and not self._try_again():
            return None
        collection = self._collection
        if collection is None:
            return None
        try:
            found = collection.nearest(vector, wanted)
            if len(found) < min(wanted, self._expected):  # emptied since it was opened
                self._check()
            return found
        except (VectorStoreError, OSError) as error:
            self._fail(error)
            return None

    def close(self) -> None:
        """Release the connection."""
        collection, self._collection = self._collection, None
        if collection is not None:
            collection.close()

    def _try_again(self) -> bool:
        """Open anew if it is time and nobody else does; whether that went well."""
        if time.monotonic() < self._not_before or not self._lock.acquire(blocking=False):
            return False
        try:
            self.close()
            self._open()
        finally:
            self._lock.release()
        return self._fault is None

    def _open(self) -> None:
        try:
            self._check()
            self._collection = Collection(self._target, self._url)
        except (VectorStoreError, OSError) as error:
            self._fail(error)
            return
        if self._fault is not None:
            logger.warning("vectors are back")
        self._fault = None

    def _check(self) -> None:
        found = count(self._target, self._url)
        if found != self._expected:
            raise VectorStoreError(
                f"向量库里有 {found} 个向量，应当有 {self._expected} 个。",
                "运行 hegui index 重建（算过的向量不会重算）。",
            )

    def _fail(self, error: VectorStoreError | OSError) -> None:
        logger.warning("no vectors, searching by words alone: %s", error)
        self._not_before = time.monotonic() + RETRY
        self._fault = (
            error
            if isinstance(error, VectorStoreError)
            else VectorStoreError(f"向量库读不了：{error}", "检查磁盘，再运行 hegui index。")
        )
