"""The exception tree. Every message says what happened and where; ``hint`` says which action mends it.

HeguiError
├── SettingsError        a setting is unknown, out of bounds, or contradicts another
├── ContentError         a guideline, register or law text breaks the format (carries problems)
├── EmbeddingError       the embedding model is missing or failed
├── IndexMissingError    no published index for this corpus
├── VectorStoreError     Chroma cannot be reached, or has lost the vectors of the published index
├── IndexBuildError      building or publishing an index failed
├── NotFoundError        a guideline, version, law, article or answer that does not exist
├── ChatModelError       the optional chat model failed (the extractive answer is given instead)
├── StorageError         the application database cannot be used
├── ReleaseError         a publication was refused or cannot be finished; what was up stays up
└── BackupError          a backup cannot be written, or is damaged, foreign or does not fit
"""

from __future__ import annotations


class HeguiError(Exception):
    """Base of all errors raised on purpose.

    Args:
        message: what happened and where, in Chinese (shown to officers and readers).
        hint: what to do about it, in Chinese.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class SettingsError(HeguiError):
    """A setting is unknown, out of bounds, or contradicts another."""


class ContentError(HeguiError):
    """Content breaks the format; run ``hegui check`` for the full list."""


class EmbeddingError(HeguiError):
    """The embedding model is missing or failed."""


class IndexMissingError(HeguiError):
    """No index has been published."""

    def __init__(self, where: str) -> None:
        super().__init__(f"还没有可用的索引（{where}）。", "请先运行 hegui index 建立索引。")


class VectorStoreError(HeguiError):
    """Chroma cannot be reached, or has lost the vectors of the published index."""


class IndexBuildError(HeguiError):
    """Building or publishing an index failed; the index that was serving still serves."""


class NotFoundError(HeguiError):
    """A guideline, version, law, article or answer that does not exist."""


class ChatModelError(HeguiError):
    """The optional chat model failed."""


class StorageError(HeguiError):
    """The application database cannot be used."""


class DuplicateError(StorageError):
    """The same was stored at the same moment."""


class ReleaseError(HeguiError):
    """A publication was refused or cannot be finished; what was up stays up."""


class BackupError(HeguiError):
    """A backup cannot be written, or is damaged, foreign or does not fit; nothing was changed."""
