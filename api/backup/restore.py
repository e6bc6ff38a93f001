"""Putting a backup back into place. What was there is moved aside, never deleted."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from api.backup.databases import WAL_FILES, is_known, kind_of, load_postgres, sqlite_file
from api.backup.manifest import DATABASE, GUIDELINES, INDEX, LAWS, SITE, Manifest, checked_manifest, facts_of
from api.running import alone
from rag.ground import BackupError, Settings


def restore(settings: Settings, source: Path, *, keep_guidelines: bool = False) -> list[str]:
    """Restore a backup into the places that the settings name; the service must not be running.

    Everything is copied beside its place first, then renamed into it; a failure on the way puts back what was there.
    With ``keep_guidelines`` those of the backup are passed over, for places that get them from a repository.

    Returns:
        What was done, line by line, in Chinese.

    Raises:
        BackupError: the backup is damaged, foreign or does not fit the settings, the service is running, or a place cannot
            be written; everything is as it was.
    """
    manifest = checked_manifest(source)
    _check_database(settings, manifest)
    stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%dt%H%M%S%fz")
    with alone(settings.data) as free:
        if not free:
            raise BackupError("服务正在运行。", "先停下服务（systemctl stop hegui）再恢复。")
        done = [f"备份是 {manifest.created}（世界时）的，程序版本 {manifest.version}，文件齐全。"]
        with ExitStack() as undo:
            try:
                parts = (LAWS, SITE, INDEX) if keep_guidelines else (GUIDELINES, LAWS, SITE, INDEX)
                done += _put_back(settings, source, manifest, parts, stamp, undo)
            except OSError as error:
                raise BackupError(
                    f"没有恢复成：{error}",
                    "检查磁盘空间和权限；挂载点本身不能改名，把数据放在它下面的文件夹里。原来的都还在。",
                ) from error
            undo.pop_all()
        (settings.data / "site.stamp").unlink(missing_ok=True)
    return [*done, *_what_next(settings, manifest)]


def _check_database(settings: Settings, manifest: Manifest) -> None:
    """Raises: BackupError, if the database of the backup does not fit the one of the settings, or the program."""
    here = kind_of(settings.effective_database_url)
    if manifest.database not in (None, here):
        raise BackupError(
            f"备份里的数据库是 {manifest.database}，现在设的是 {here}。",
            "把 HEGUI_DATABASE_URL 改成同一种再恢复。",
        )
    if not is_known(manifest.revision):
        raise BackupError(
            f"备份是更新的版本（{manifest.version}）做的，这个版本的程序不认识。", "先把程序升级到那个版本。"
        )


def _put_back(
    settings: Settings, source: Path, manifest: Manifest, parts: Sequence[str], stamp: str, undo: ExitStack
) -> Iterator[str]:
    """Bring every part into place; says what became of what was there."""
    places = {
        GUIDELINES: settings.guidelines,
        LAWS: settings.data / "laws",
        SITE: settings.site,
        INDEX: settings.data / "index",
    }
    for part in parts:
        place = places[part]
        files = manifest.below(part)
        if not files:
            yield f"{part}：备份里没有，{place} 没有动。"
        elif place.is_dir() and facts_of(place) == files:
            yield f"{part}：{place} 和备份一样，没有动。"
        else:
            yield from _replace(source / part, place, stamp, undo)
    if manifest.database == "sqlite":
        yield from _replace(source / DATABASE, sqlite_file(settings.effective_database_url), stamp, undo)
    elif manifest.database == "postgresql":
        aside = f"hegui_before_{stamp}"
        load_postgres(settings.effective_database_url, source / DATABASE, aside)
        yield f"PostgreSQL 已恢复；原来的表移到模式 {aside} 里。"


def _replace(new: Path, place: Path, stamp: str, undo: ExitStack) -> Iterator[str]:
    """Copy ``new`` beside ``place`` and rename it in; what is there, an SQLite file's WAL too, gets a new name first."""
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = place.with_name(f".{place.name}.{stamp}")
    aside = place.with_name(f"{place.name}.before-{stamp}")
    undo.callback(_remove, fresh)
    if new.is_dir():
        shutil.copytree(new, fresh)
    else:
        shutil.copy2(new, fresh)
    moved = False
    for more in WAL_FILES:
        old = place.with_name(place.name + more)
        if old.exists():
            kept = aside.with_name(aside.name + more)
            old.rename(kept)
            undo.callback(kept.rename, old)
            moved = True
    fresh.rename(place)
    undo.callback(place.rename, fresh)
    yield f"{place} 已恢复" + (f"；原来的移到 {aside}。" if moved else "。")


def _remove(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _what_next(settings: Settings, manifest: Manifest) -> list[str]:
    vectors = "（向量在 Chroma 服务上，要重新写入）" if settings.chroma_url else "（没有变化时几秒钟）"
    site = "" if manifest.below(SITE) else " && hegui site build"
    return [f"接下来：hegui index{site}{vectors}，然后启动服务。确认无误后，移开的旧数据可以自己删掉。"]
