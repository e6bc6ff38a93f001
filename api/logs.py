"""Keep personal data out of the server's own access log (addresses of clients, searches that carry a name)."""

from __future__ import annotations

import logging
from urllib.parse import unquote

from rag.ground import mask


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


def mask_access_log() -> None:
    """Add the filter to uvicorn's access log, once."""
    log = logging.getLogger("uvicorn.access")
    if not any(isinstance(f, MaskingFilter) for f in log.filters):
        log.addFilter(MaskingFilter())
