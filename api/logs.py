"""Keep personal data out of the server's own access log (a search may carry a name in its address)."""

from __future__ import annotations

import logging
from urllib.parse import unquote

from rag.ground import mask


class MaskingFilter(logging.Filter):
    """Masks the text arguments of a record; an address is decoded first."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always keeps the record."""
        if isinstance(record.args, tuple):
            record.args = tuple(self._clean(a) if i > 0 else a for i, a in enumerate(record.args))
        return True

    @staticmethod
    def _clean(value: object) -> object:
        return mask(unquote(value)) if isinstance(value, str) else value


def mask_access_log() -> None:
    """Add the filter to uvicorn's access log, once."""
    log = logging.getLogger("uvicorn.access")
    if not any(isinstance(f, MaskingFilter) for f in log.filters):
        log.addFilter(MaskingFilter())
