"""Taking a backup while the service runs: a folder that is whole or not there."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from api.backup.databases import copy_sqlite, dump_postgres, kind_of, revision_of, sqlite_file
from api.backup.manifest import DATABASE, GUIDELINES, INDEX, LAWS, SITE, Manifest, facts_of, write_manifest
from rag.ground import BackupError, Settings
from rag.index import read_pointer

T = TypeVar("T")
TRIES = 5
SQLITE = ".sqlite3"
_BESIDE_SQLITE = (f"{SQLITE}-wal", f"{SQLITE}-shm", f"{SQLITE}-journal")


def save(settings: Settings, target: Path) -> Manifest:
    """Back everything up into the new folder ``target``, readable by its owner alone.

    Guidelines with their registers, imported law texts, the site, the published index generation with the cache of vectors,
    the database. Not the settings (``.env`` holds passwords) and not the key that signs cookies. On a Chroma server the
    vectors stay there; ``hegui index`` makes them again from the cache.

    Raises:
        BackupError: the folder is there already, or something could not be read or written; then nothing is left there.
    """
    if target.exists():
        raise BackupError(f"{target} 已经有了。", "给出一个还没有的文件夹，例如用日期作名字。")
    for source in (settings.guidelines, settings.data, settings.site):
        if target.resolve().is_relative_to(source.resolve()):
            raise BackupError(f"{target} 在要备份的 {source} 里面。", "把备份放到别处，最好是另一块硬盘。")
    part: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        generation = _save_files(settings, part)
        database, revision = _save_database(settings.effective_database_url, part / DATABASE)
        manifest = Manifest(
            version=version("hegui"), created=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            database=database, revision=revision, generation=generation, files=facts_of(part),
        )  # fmt: skip
        write_manifest(part, manifest)
        part.rename(target)
    except OSError as error:
        raise BackupError(f"没有备份成：{error}", "腾出磁盘空间或检查权限后重试。") from error
    finally:
        if part is not None:
            shutil.rmtree(part, ignore_errors=True)
    return manifest


def _save_files(settings: Settings, part: Path) -> int | None:
    """Copy the folders; returns the generation of the index."""
    _steady(settings.guidelines, part / GUIDELINES)
    _steady(settings.data / "laws", part / LAWS)
    _steady(settings.site, part / SITE)
    return _try_again(lambda: _save_index(settings.data / "index", part / INDEX), part / INDEX)


def _save_database(url: str, target: Path) -> tuple[str | None, str | None]:
    """Kind and revision of the database; (None, None) where there is none yet."""
    revision = revision_of(url)
    if revision is None:
        return None, None
    if kind_of(url) == "postgresql":
        dump_postgres(url, target)
    else:
        copy_sqlite(sqlite_file(url), target)
    return kind_of(url), revision


def _save_index(source: Path, target: Path) -> int | None:
    """The generation the pointer names, which is never written again, and the cache of vectors."""
    pointer = read_pointer(source)
    if pointer is None:
        return None
    name = pointer.name
    _copy_tree(source / name, target / name)
    (target / "current.json").write_text(pointer.model_dump_json(), "utf-8")
    for cache in source.glob(f"*{SQLITE}"):
        copy_sqlite(cache, target / cache.name)
    return pointer.generation


def _steady(source: Path, target: Path) -> None:
    """Copy a folder that may be replaced as a whole meanwhile (a build of the site); one that does not exist is passed over."""

    def attempt() -> None:
        if not source.is_dir():
            return
        before = source.stat().st_ino
        _copy_tree(source, target)
        if source.stat().st_ino != before:
            raise FileNotFoundError(f"{source} 正在更新")

    _try_again(attempt, target)


def _try_again(attempt: Callable[[], T], target: Path) -> T:
    """Once more from the beginning if what was being copied has been replaced.

    Raises:
        FileNotFoundError: the fifth time.
    """
    for left in reversed(range(TRIES)):
        try:
            return attempt()
        except FileNotFoundError:
            if not left:
                raise
            shutil.rmtree(target, ignore_errors=True)
    raise AssertionError("unreachable")


def _copy_tree(source: Path, target: Path) -> None:
    """Copy every file with its time; SQLite databases by SQLite."""
    for folder, _, names in os.walk(source):
        to = target / Path(folder).relative_to(source)
        to.mkdir(parents=True, exist_ok=True)
        for name in names:
            if name.endswith(SQLITE):
                copy_sqlite(Path(folder, name), to / name)
            elif not name.endswith(_BESIDE_SQLITE):
                shutil.copy2(Path(folder, name), to / name)
