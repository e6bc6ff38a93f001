"""Files that several processes use, and that a kill must not leave half written."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rag.ground.errors import StorageError


def short_of_room(folder: Path, least_mb: int) -> StorageError | None:
    """What is wrong if less than ``least_mb`` megabytes are free where ``folder`` is; None also where there is none."""
    try:
        free = shutil.disk_usage(folder).free // 2**20
    except OSError:
        return None
    return (
        StorageError(f"{folder} 只剩 {free} MB。", f"至少腾出 {least_mb} MB。") if free < least_mb else None
    )


@contextmanager
def locked(path: Path, *, wait: bool = True, busy: Exception | None = None) -> Iterator[None]:
    """Hold the lock of this file against other processes; it falls with the process, however that ends.

    Args:
        path: the lock's file; its folder is there.
        wait: whether the one who holds it is waited for.
        busy: raised if it is held and not waited for.

    Raises:
        BlockingIOError: the same, where ``busy`` is not given.
    """
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError as error:
            raise (busy or error) from error
        yield


def write_whole(path: Path, data: bytes, *, lasting: bool = True) -> None:
    """Write a file as a whole: beside it, to the disk, renamed; one that is not ``lasting`` may be lost with the power.

    Raises:
        OSError: it cannot be written; what was there stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.new")
    with temporary.open("wb") as out:
        out.write(data)
        if lasting:
            out.flush()
            os.fsync(out.fileno())
    temporary.replace(path)
    if not lasting:
        return
    handle = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
