"""Locks between processes on a data folder. They fall with the process, however it ends.

Every process that serves holds one in common; who must be alone, for a restore or the daily build, asks for one alone.
"""

from __future__ import annotations

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

logger = logging.getLogger("hegui.api")

NAME = "serving.lock"


@contextmanager
def serving(data: Path) -> Iterator[None]:
    """Be one of the processes that serve from ``data``; where it cannot be written, without saying so."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        file = (data / NAME).open("w")
    except OSError as error:
        logger.warning("not marked as running: %s", error)
        yield
        return
    with file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


@contextmanager
def alone(data: Path, name: str = NAME) -> Iterator[bool]:
    """Whether nobody else holds the lock of this name; as long as the block lasts nobody else gets it."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / name).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
