"""How far a build is, told to other processes: one small file beside the index while vectors are computed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from rag.ground import Frozen

Progress = Callable[[str, int, int], None]

COMPUTING = "计算向量"
FILE = "underway.json"
STALE = 120.0  # seconds without a word after which nobody is computing any more


class Done(Frozen):
    """``done`` of the ``total`` vectors that were missing when the build began."""

    done: int
    total: int


class Underway:
    """Tells others how far this build is, as long as the block lasts."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / FILE

    def __enter__(self) -> Underway:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.unlink(missing_ok=True)

    def told(self, progress: Progress) -> Progress:
        """``progress``, and the count of vectors written down for others."""

        def tell(step: str, done: int, total: int) -> None:
            if step == COMPUTING:
                self._write(done, total)
            progress(step, done, total)

        return tell

    def _write(self, done: int, total: int) -> None:
        temporary = self._file.with_suffix(".tmp")
        temporary.write_text(json.dumps({"done": done, "total": total}), "utf-8")
        temporary.replace(self._file)


def how_far(folder: Path) -> Done | None:
    """How far the build in ``folder`` (``<data>/index``) is; None if nobody is computing vectors there."""
    file = folder / FILE
    try:
        if time.time() - file.stat().st_mtime > STALE:
            return None
        return Done.model_validate_json(file.read_text("utf-8"))
    except (OSError, ValueError):
        return None
