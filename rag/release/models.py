"""What is published, and what is remembered of it."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from pydantic import Base64Bytes, Field

from rag.ground import Frozen


class Change(Frozen):
    """A file of the guidelines folder to write, or, without ``data``, to withdraw.

    ``path`` is relative to the folder (``live-room/price/2026-02-01.md``). ``base`` is the SHA-256 of the file as the
    writer found it, empty for a new one, None for not compared.
    """

    path: str = Field(
        pattern=r"^[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*/(\d{4}-\d\d-\d\d\.md|asked\.yml)$"
        r"|^(cases|corrections|glossary|laws|outside|quiz)\.yml$|^rules/[a-z]+\.yml$"
    )
    data: Base64Bytes | None = None
    base: str | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of what is written, empty for a withdrawal."""
        return sha256(self.data)

    @classmethod
    def of(cls, path: str, data: bytes | None, base: str | None = None) -> Change:
        """A change from plain bytes."""
        made = cls(path=path, base=base)
        return made.model_copy(update={"data": data})


class Publication(Frozen):
    """A publication as it is remembered. ``paths`` are the files concerned; ``corrections`` counts the clauses put right, ``note`` is what did not work beside it."""

    id: str
    at: dt.datetime
    author: str
    email: str
    message: str
    paths: tuple[str, ...]
    corrections: int = 0
    undoes: str = ""
    generation: int = 0
    note: str = ""
    reference: dict[str, Any] = Field(default_factory=dict)


def sha256(data: bytes | None) -> str:
    """The digest of a file, empty for one that is not there."""
    return "" if data is None else hashlib.sha256(data).hexdigest()
