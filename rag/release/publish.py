"""`publish`: stage, check, index, site, and the switch. `roll_back`: the files before the last publication, published;
`record`: a register by itself."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rag.content import load_corpus, read_corpus
from rag.ground import ReleaseError, Settings, no_progress
from rag.index import Pointer, bring_up_to_date, read_pointer
from rag.release.history import can_undo, folder_of, read
from rag.release.journal import WORK, Journal, Step, commit, mark, recover_locked, release_lock
from rag.release.models import Change, Publication, sha256
from rag.release.staging import MOST_TOLD, plan, stage
from rag.site import build_into


def publish(
    changes: Sequence[Change],
    author: str,
    message: str,
    settings: Settings,
    *,
    email: str = "",
    reference: dict[str, Any] | None = None,
    undoes: str = "",
    reason: str = "",
    wait: bool = False,
    progress: Step = no_progress,
) -> Publication:
    """Publish files, index and site in one step.

    Args:
        changes: the files to write or withdraw, at most one a path.
        author: who publishes, as git and readers of the list shall see it.
        message: what it is, in a line.
        settings: where content, index and site lie, and the day.
        email: the author's, for git.
        reference: anything the caller wants to find again with the publication.
        undoes: the publication that this one undoes.
        reason: why clauses are withdrawn, for the notice.
        wait: whether a publication that is running is waited for.
        progress: called with (step, done, total).

    Raises:
        ReleaseError: another one is running, or a file was changed since its writer read it; nothing has changed.
        ContentError: the content as it would be has errors; the message holds them. Nothing has changed.
        IndexBuildError, VectorStoreError: as `rag.index.bring_up_to_date`. Nothing has changed.
    """
    if not changes or len({c.path for c in changes}) != len(changes):
        raise ReleaseError("没有可以发布的内容，或者一个文件写了两次。", "每个文件只列一次。")
    with release_lock(settings, wait=wait):
        recover_locked(settings)
        about = {
            "author": author,
            "email": email,
            "message": message,
            "undoes": undoes,
            "reference": reference or {},
        }
        return _publish_locked(list(changes), about, reason, settings, progress)


def roll_back(
    settings: Settings,
    author: str,
    *,
    email: str = "",
    reference: dict[str, Any] | None = None,
    wait: bool = False,
    progress: Step = no_progress,
) -> Publication:
    """Publish the files as they were before the last publication that has not been undone.

    Raises:
        ReleaseError: there is none, or its files were changed since; otherwise as `publish`.
    """
    last = can_undo(settings)
    if last is None:
        raise ReleaseError("没有可以退回的发布。", "")
    kept = folder_of(settings, last.id)
    changes = [
        Change.of(path, read(kept / "before" / path), sha256(read(kept / "after" / path)))
        for path in last.paths
    ]
    message = f"退回：{last.message}"
    return publish(
        changes,
        author,
        message,
        settings,
        email=email,
        reference=reference,
        undoes=last.id,
        wait=wait,
        progress=progress,
    )


def record(
    changes: Sequence[Change],
    author: str,
    message: str,
    settings: Settings,
    *,
    email: str = "",
    reference: dict[str, Any] | None = None,
) -> Publication:
    """Put files into force at once, in one step and with a commit of its own: a register that index and site need not
    wait for. Answers follow at once, the site's pages with the next build. It is undone like a publication.

    Raises:
        ReleaseError: a publication is running, or a file was changed since; nothing has changed.
        ContentError: the content would be broken. Nothing has changed.
    """
    with release_lock(settings, wait=False):
        recover_locked(settings)
        now = dt.datetime.now(dt.UTC)
        name = _name(now)
        with tempfile.TemporaryDirectory(prefix="record-", dir=settings.data) as work:
            stage(
                settings,
                list(changes),
                Path(work, "guidelines"),
                folder_of(settings, name),
                read_corpus(settings.guidelines),
            )
            load_corpus(Path(work, "guidelines"))
        pointer = _renewed(settings)
        made = Publication(
            id=name, at=now, author=author, email=email, message=message, reference=reference or {},
            paths=tuple(c.path for c in changes), generation=pointer.generation if pointer else 0,
        )  # fmt: skip
        _complain(commit(settings, Journal(publication=made, pointer=pointer, site=""), no_progress))
        return made


def _name(now: dt.datetime) -> str:
    return now.strftime("%Y%m%dT%H%M%S%fZ")


def _renewed(settings: Settings) -> Pointer | None:
    """The pointer of the generation that serves, written anew: readers load the content again and keep the index."""
    pointer = read_pointer(settings.data / "index")
    now = dt.datetime.now(dt.UTC).isoformat()
    return pointer.model_copy(update={"published": now}) if pointer else None


def _publish_locked(
    changes: list[Change],
    about: dict[str, Any],
    reason: str,
    settings: Settings,
    progress: Step,
) -> Publication:
    now = dt.datetime.now(dt.UTC)
    settings.site.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=WORK, dir=settings.site.parent))
    name = _name(now)
    done: list[Publication] = []
    left: list[BaseException | None] = []
    try:
        progress("检查", 0, 1)
        back = bool(about["undoes"])
        planned = plan(settings, changes, work, folder_of(settings, name), reason=reason, back=back)
        progress("检查", 1, 1)

        def switch(pointer: Pointer | None) -> None:
            progress("网站", 0, 1)
            build_into(planned.settings, work / "new")
            mark(work / "new", name)
            progress("网站", 1, 1)
            pointer = pointer or _renewed(settings)
            publication = Publication(
                id=name, at=now, paths=tuple(c.path for c in planned.changes), corrections=len(planned.corrections),
                generation=pointer.generation if pointer else 0, note="；".join(planned.gaps[:MOST_TOLD]), **about,
            )  # fmt: skip
            left.append(
                commit(settings, Journal(publication=publication, pointer=pointer, site=work.name), progress)
            )
            done.append(publication)

        bring_up_to_date(settings, planned.corpus, progress, wait=True, switch=switch)
    finally:
        if not (folder_of(settings) / "journal.json").exists():  # else `recover` needs them
            shutil.rmtree(work, ignore_errors=True)
            if not done:
                shutil.rmtree(folder_of(settings, name), ignore_errors=True)
    _complain(left[0])
    return done[0]


def _complain(error: BaseException | None) -> None:
    if error is not None:
        raise ReleaseError(
            f"已经提交，但切换没有做完：{error}", "按原因处理后重启服务，会接着做完；不用再发布。"
        ) from error
