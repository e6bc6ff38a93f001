"""Progress bars for long work on a terminal; plain lines where the output is not a terminal."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

from tqdm import tqdm


class Bars:
    """One bar per step, opened when the step first reports; use as a context manager."""

    def __init__(self) -> None:
        self._bars: dict[str, tqdm[Any]] = {}

    def __enter__(self) -> Bars:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        for bar in self._bars.values():
            bar.close()

    def update(self, step: str, done: int, total: int) -> None:
        """Show that ``done`` of ``total`` units of ``step`` are finished."""
        if not total:
            return
        bar = self._bars.get(step)
        if bar is None:
            mininterval = 0.2 if sys.stderr.isatty() else 10.0
            bar = self._bars[step] = tqdm(
                total=total, desc=step, unit="条", mininterval=mininterval, file=sys.stderr
            )
        bar.update(done - bar.n)


def no_progress(step: str, done: int, total: int) -> None:
    """Show nothing."""
