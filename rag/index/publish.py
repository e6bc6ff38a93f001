"""The published generation: pointer, lock, and what is left of older ones."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from rag.ground import IndexBuildError
from rag.index import store
from rag.index.lexical import WORDS_FILE
from rag.index.models import Chunk

KEEP_GENERATIONS = 2
OUTSIDE_FILE = "outside.npz"


class Pointer(BaseModel):
    """What ``current.json`` holds."""

    model_config = ConfigDict(frozen=True)

    generation: int
    digest: str
    chunks: int
    vectors: int
    embedding: str
    published: str


@contextmanager
def build_lock(folder: Path) -> Iterator[None]:
    """One build at a time.

    Raises:
        IndexBuildError: another one is running.
    """
    with (folder / "build.lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise IndexBuildError("另一个 hegui index 正在运行。", "等它结束后再试。") from error
        yield


def read_pointer(folder: Path) -> Pointer | None:
    """The published generation, None if there is none."""
    try:
        return Pointer.model_validate_json((folder / "current.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None


def read_chunks(folder: Path, pointer: Pointer) -> list[Chunk]:
    """The chunks of a published generation, empty if they are unreadable."""
    try:
        with (folder / f"gen-{pointer.generation}" / "chunks.jsonl").open(encoding="utf-8") as lines:
            return [Chunk.model_validate_json(line) for line in lines]
    except (OSError, ValueError):
        return []


def is_complete(folder: Path, pointer: Pointer, chroma_url: str) -> bool:
    """Whether everything that a generation consists of is still there, its vectors included.

    Raises:
        VectorStoreError: the Chroma server does not answer.
    """
    target = folder / f"gen-{pointer.generation}"
    files = ("chunks.jsonl", f"bm25/{WORDS_FILE}")
    return all((target / name).exists() for name in files) and (
        pointer.vectors == 0 or store.count(target, chroma_url) == pointer.vectors
    )


def is_there(folder: Path, pointer: Pointer) -> bool:
    """Whether the folder of a generation is there."""
    return (folder / f"gen-{pointer.generation}" / "chunks.jsonl").exists()


def next_generation(folder: Path, old: Pointer | None) -> int:
    """A number no generation has had; what a killed build left behind is removed first."""
    numbers = [int(p.name[4:]) for p in folder.glob("gen-*") if p.name[4:].isdigit()]
    serving = old.generation if old else 0
    for number in numbers:
        if number > serving:
            shutil.rmtree(folder / f"gen-{number}", ignore_errors=True)
    return max([serving, *numbers]) + 1


def swap_pointer(folder: Path, pointer: Pointer) -> None:
    """Let ``pointer`` serve, by one rename."""
    temporary = folder / "current.json.tmp"
    with temporary.open("w", encoding="utf-8") as out:
        out.write(json.dumps(pointer.model_dump(), ensure_ascii=False))
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(folder / "current.json")


def remove_old(folder: Path, newest: int, chroma_url: str) -> None:
    """Keep the last generations (a reader may still hold the one before)."""
    for path in folder.glob("gen-*"):
        if path.name[4:].isdigit() and int(path.name[4:]) <= newest - KEEP_GENERATIONS:
            if chroma_url:
                store.drop(path, chroma_url)
            shutil.rmtree(path, ignore_errors=True)
