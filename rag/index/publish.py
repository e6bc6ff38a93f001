"""The published generation: pointer, lock, and what is left of older ones."""

from __future__ import annotations

import json
import shutil
import uuid
from contextlib import AbstractContextManager
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from rag.ground import IndexBuildError, IndexMissingError, locked, write_whole
from rag.index import store
from rag.index.lexical import WORDS_FILE
from rag.index.models import Chunk

KEEP_GENERATIONS = 2
OUTSIDE_FILE = "outside.npz"
POINTER = "current.json"


class Pointer(BaseModel):
    """What ``current.json`` holds. ``generation`` counts for people; ``id`` is random, so that no two are ever taken for
    one another, not even after the folder was deleted and counting began anew. ``undone``: after `roll_back` the digest of
    what served before."""

    model_config = ConfigDict(frozen=True)

    generation: int
    digest: str
    chunks: int
    vectors: int
    embedding: str
    published: str
    id: str = ""
    undone: str = ""

    @property
    def name(self) -> str:
        """Its folder below the index."""
        return f"gen-{self.generation}-{self.id}" if self.id else f"gen-{self.generation}"


def build_lock(folder: Path, *, wait: bool = False) -> AbstractContextManager[None]:
    """One build at a time; with ``wait`` after the one that is running.

    Raises:
        IndexBuildError: another one is running, and it is not to be waited for.
    """
    busy = IndexBuildError("另一个 hegui index 正在运行。", "等它结束后再试。")
    return locked(folder / "build.lock", wait=wait, busy=busy)


def read_pointer(folder: Path) -> Pointer | None:
    """The published generation, None if there is none."""
    try:
        return Pointer.model_validate_json((folder / POINTER).read_text("utf-8"))
    except (OSError, ValueError):
        return None


def read_chunks(folder: Path, pointer: Pointer) -> list[Chunk]:
    """The chunks of a published generation, empty if they are unreadable."""
    try:
        with (folder / pointer.name / "chunks.jsonl").open(encoding="utf-8") as lines:
            return [Chunk.model_validate_json(line) for line in lines]
    except (OSError, ValueError):
        return []


def is_complete(folder: Path, pointer: Pointer, chroma_url: str) -> bool:
    """Whether everything that a generation consists of is still there, its vectors included.

    Raises:
        VectorStoreError: the Chroma server does not answer.
    """
    target = folder / pointer.name
    files = ("chunks.jsonl", f"bm25/{WORDS_FILE}")
    return all((target / name).exists() for name in files) and (
        pointer.vectors == 0 or store.count(target, chroma_url) == pointer.vectors
    )


def is_there(folder: Path, pointer: Pointer) -> bool:
    """Whether the folder of a generation is there."""
    return (folder / pointer.name / "chunks.jsonl").exists()


def next_generation(folder: Path, old: Pointer | None, chroma_url: str = "") -> tuple[int, str]:
    """A number that no generation has and a random identity; what a killed build left behind is removed first."""
    serving = old.generation if old else 0
    for path in generations(folder):
        if number_of(path) > serving:
            remove(path, chroma_url)
    return max([serving, *map(number_of, generations(folder))]) + 1, uuid.uuid4().hex[:8]


def swap_pointer(folder: Path, pointer: Pointer) -> None:
    """Let ``pointer`` serve, by one rename."""
    write_whole(folder / POINTER, json.dumps(pointer.model_dump(), ensure_ascii=False).encode())


def roll_back(folder: Path, chroma_url: str) -> Pointer:
    """Let the generation before the one that serves serve again.

    Raises:
        IndexBuildError: there is none that is whole, or a build is running.
        VectorStoreError: the Chroma server does not answer.
    """
    if not folder.is_dir():
        raise IndexMissingError(str(folder))
    with build_lock(folder):
        now = read_pointer(folder)
        for path in sorted(generations(folder), key=number_of, reverse=True):
            before = read_pointer(path)
            older = now is None or number_of(path) < now.generation
            if before is not None and older and is_complete(folder, before, chroma_url):
                undone = (now.undone or now.digest) if now else ""
                before = before.model_copy(update={"undone": undone})
                swap_pointer(folder, before)
                return before
    raise IndexBuildError("没有更早的、完整的一代可以退回。", "改正指引后运行 hegui index。")


def remove_old(folder: Path, newest: int, chroma_url: str) -> None:
    """Keep the last generations (a reader may still hold the one before)."""
    older = sorted((p for p in generations(folder) if number_of(p) < newest), key=number_of, reverse=True)
    for path in older[KEEP_GENERATIONS - 1 :]:
        remove(path, chroma_url)


def remove(path: Path, chroma_url: str) -> None:
    """Delete a generation: its folder, and its collection where that stands on a server."""
    if chroma_url:
        store.drop(path, chroma_url)
    shutil.rmtree(path, ignore_errors=True)


def generations(folder: Path) -> list[Path]:
    """The folders of generations, finished or not."""
    return [p for p in folder.glob("gen-*") if p.name.split("-")[1].isdigit()]


def number_of(path: Path) -> int:
    """The number of a generation by its folder."""
    return int(path.name.split("-")[1])
