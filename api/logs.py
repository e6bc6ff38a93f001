"""The log: one line a message on standard error, personal data masked, in every process that makes the application."""

from __future__ import annotations

import logging
from urllib.parse import unquote

from rag.ground import mask

FORMAT = "%(asctime)s %(name)s %(message)s"


class MaskingFormatter(logging.Formatter):
    """Masks the finished line, traceback included, whoever wrote it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line without personal data."""
        return mask(super().format(record))


class MaskingFilter(logging.Filter):
    """Of uvicorn's line ``address - "method path?query"`` only method, masked path and status are kept."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always keeps the record."""
        if isinstance(record.args, tuple) and record.args:
            record.args = ("-", *map(self._clean, record.args[1:]))
        return True

    @staticmethod
    def _clean(value: object) -> object:
        return mask(unquote(value.partition("?")[0])) if isinstance(value, str) else value


def set_up_logging(level: str) -> None:
    """Log what is ours from ``level`` on, of libraries warnings only: at debug they write whole requests.

    Does nothing to handlers that are there already (those of a program that embeds the application).
    """
    handler = logging.StreamHandler()
    handler.setFormatter(MaskingFormatter(FORMAT))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    for name in ("hegui", "uvicorn"):
        logging.getLogger(name).setLevel(level.upper())
    access = logging.getLogger("uvicorn.access")  # if uvicorn was started by hand with its own access log
    if not any(isinstance(f, MaskingFilter) for f in access.filters):
        access.addFilter(MaskingFilter())
