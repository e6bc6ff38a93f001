"""The switch. `commit` writes the journal, whose rename is the commit point; `finish` does what it says.

Every step of `finish` may be done twice, so a process that starts after a kill does them all again: the new site carries a
mark, so that the old one, which an exchange has put in its place, is not taken for it. Without a journal nothing has been
switched, and `recover` only sweeps up.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from rag.content import load_corpus
from rag.ground import Frozen, HeguiError, ReleaseError, Settings, locked, no_progress, write_whole
from rag.index import Pointer, bring_up_to_date, is_there, swap_pointer
from rag.release.checkout import commit as commit_to_git
from rag.release.history import RECORD, folder_of, read
from rag.release.models import Publication
from rag.site import site_lock, swap

Step = Callable[[str, int, int], None]
SWITCHING = "切换"
WORK = ".release-"
MARK = ".publication"


class Journal(Frozen):
    """What is to be switched: names relative to the folders of the settings, so that a moved installation recovers too.

    ``site`` is the folder beside the published site that holds ``new`` (and, meanwhile, ``old``); empty where the site stays.
    """

    publication: Publication
    pointer: Pointer | None
    site: str


def release_lock(settings: Settings, *, wait: bool) -> AbstractContextManager[None]:
    """One publication at a time.

    Raises:
        ReleaseError: another one is running, and it is not to be waited for.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    busy = ReleaseError("现在正在发布，没有存进去。", "等发布结束（一般几分钟）后再试一次。")
    return locked(settings.data / "release.lock", wait=wait, busy=busy)


def journal_file(settings: Settings) -> Path:
    """Where the journal lies while there is one."""
    return folder_of(settings, "journal.json")


def commit(settings: Settings, journal: Journal, progress: Step) -> BaseException | None:
    """The commit point, and the switch after it; no build of the site comes in between.

    Returns:
        What kept the switch from being finished. It is not raised: what is committed must not be cleaned away.
    """
    progress(SWITCHING, 0, 6)
    with site_lock(settings.site):
        write_whole(journal_file(settings), journal.model_dump_json().encode())
        try:
            finish(settings, journal, progress)
        except BaseException as error:
            return error
    return None


def recover(settings: Settings, *, wait: bool = True) -> Publication | None:
    """Finish the publication that a killed process had committed; sweep up after one that had not come so far.

    Returns:
        The publication that was finished, None if there was none. Without ``wait`` also while one is running.

    Raises:
        HeguiError: it cannot be finished now (disk, index); the journal stays for the next start.
    """
    if not folder_of(settings).exists() and not any(settings.site.parent.glob(f"{WORK}*")):
        return None
    try:
        with release_lock(settings, wait=wait):
            return recover_locked(settings)
    except OSError as error:
        raise ReleaseError(f"上次发布没有收尾：{error}", "腾出磁盘空间或检查权限后重启。") from error
    except ReleaseError:
        if wait:
            raise
        return None


def recover_locked(settings: Settings) -> Publication | None:
    """`recover` for whoever holds the lock."""
    text = read(journal_file(settings))
    journal = Journal.model_validate_json(text) if text is not None else None
    if journal is not None:
        with site_lock(settings.site):
            finish(settings, journal, no_progress)
    sweep(settings)
    return journal.publication if journal else None


def finish(settings: Settings, journal: Journal, progress: Step) -> None:
    """Files, pointer, site, git, history; then the journal goes."""
    publication = journal.publication
    progress(SWITCHING, 1, 6)
    _switch_files(settings, publication, progress)
    progress(SWITCHING, 2, 6)
    lost = _switch_index(settings, journal)
    progress(SWITCHING, 3, 6)
    if journal.site:
        _switch_site(settings, settings.site.parent / journal.site, publication.id)
    progress("网站", 1, 1)
    progress(SWITCHING, 4, 6)
    who = publication.author, publication.email, publication.message
    note = commit_to_git(settings.guidelines, publication.paths, *who)
    progress(SWITCHING, 5, 6)
    record = publication.model_copy(update={"note": "；".join(filter(None, (publication.note, lost, note)))})
    write_whole(folder_of(settings, publication.id) / RECORD, record.model_dump_json().encode())
    progress(SWITCHING, 6, 6)
    journal_file(settings).unlink(missing_ok=True)
    if journal.site:
        shutil.rmtree(settings.site.parent / journal.site, ignore_errors=True)


def _switch_files(settings: Settings, publication: Publication, progress: Step) -> None:
    kept = folder_of(settings, publication.id) / "after"
    for path in publication.paths:
        data, target = read(kept / path), settings.guidelines / path
        if data is None:
            target.unlink(missing_ok=True)
        elif read(target) != data:
            write_whole(target, data)
        progress("文件", 1, 1)


def _switch_index(settings: Settings, journal: Journal) -> str:
    """Let the new generation serve; what became of it if it is gone."""
    folder = settings.data / "index"
    if journal.pointer is None:
        return ""
    if is_there(folder, journal.pointer):
        swap_pointer(folder, journal.pointer)
        return ""
    try:  # another build has swept it up between the kill and now
        bring_up_to_date(settings, load_corpus(settings.guidelines))
    except HeguiError as error:
        return f"索引要重建（运行 hegui index）：{error.message}"
    return ""


def mark(site: Path, publication: str) -> None:
    """Write into a new site which publication it belongs to."""
    write_whole(site / MARK, publication.encode())


def _switch_site(settings: Settings, work: Path, publication: str) -> None:
    """The site that carries the mark goes up; where it is not in ``work`` any more, it is up."""
    if read(work / "new" / MARK) == publication.encode():
        swap(work / "new", settings.site, work / "old")


def sweep(settings: Settings) -> None:
    """Remove what killed publications left: staged sites and contents, and the files of what never came about."""
    for path in settings.site.parent.glob(f"{WORK}*"):
        shutil.rmtree(path, ignore_errors=True)
    for path in folder_of(settings).iterdir() if folder_of(settings).exists() else ():
        if path.is_dir() and not (path / RECORD).exists():
            shutil.rmtree(path, ignore_errors=True)
