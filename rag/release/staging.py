"""The content as it would be: the changes applied to a copy, what follows from them added, and all of it checked."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.content import (
    ASKED_FILE,
    CORRECTIONS_FILE,
    Corpus,
    Correction,
    LawLibrary,
    check_corpus,
    file_in_words,
    following,
    load_corpus,
    problem_in_words,
    read_corpus,
    read_corrections,
    write_corrections,
)
from rag.ground import ContentError, ReleaseError, Settings, write_whole
from rag.release.corrections import corrections
from rag.release.history import read
from rag.release.models import Change, sha256
from rag.script import check_rules

MOST_TOLD = 20
#: A topic without a guideline, a script rule without its clause; clauses whose law will change, which are tasks of their own.
GAPS = {"coverage", "rule-clause", "rule-law", "law-replaced"}


@dataclass(frozen=True)
class Planned:
    """Content that may be published: where it lies, as it is read, the files that differ, the clauses put right, and what
    it lacks that was there before."""

    settings: Settings
    corpus: Corpus
    changes: list[Change]
    corrections: list[Correction]
    gaps: list[str]


def plan(
    settings: Settings, changes: list[Change], work: Path, kept: Path, *, reason: str = "", back: bool = False
) -> Planned:
    """Stage the changes below ``work``, with the wordings and the corrections that follow from them.

    Args:
        settings: of the content as it is.
        changes: the files to write or withdraw.
        work: an empty folder.
        kept: where the files before and after are kept.
        reason: why clauses are withdrawn.
        back: earlier files are taken up again: nothing follows, they hold it, and they were good enough before.

    Raises:
        ReleaseError: a file is not what its writer read.
        ContentError: the content as it would be has errors.
    """
    before = load_corpus(settings.guidelines)
    staged = settings.model_copy(update={"guidelines": work / "guidelines"})
    stage(settings, changes, staged.guidelines, kept, before)
    if not back:
        changes = _joined(changes, _wordings(settings, staged, kept, before))
    after, gaps = (load_corpus(staged.guidelines), list[str]()) if back else checked(settings, staged)
    right = corrections(before, after, settings.current_day(), reason)
    if right and not back:
        changes = [*changes, _register(settings, staged, kept, right)]
    return Planned(staged, after, changes, right, gaps)


def stage(settings: Settings, changes: list[Change], target: Path, kept: Path, corpus: Corpus) -> None:
    """Copy the content, apply the changes to the copy, and keep the files before and after; ``corpus``: it as it is.

    Raises:
        ReleaseError: a file is not what its writer read, or one to withdraw is not there.
    """
    shutil.copytree(settings.guidelines, target, ignore=shutil.ignore_patterns(".git", ".*.new"))
    for change in changes:
        old = read(settings.guidelines / change.path)
        if change.base is not None and sha256(old) != change.base:
            raise ReleaseError(
                f"{file_in_words(change.path, corpus)}在这期间被改过。",
                "重新打开这一稿，对照现在的文字再提交一次审核。",
            )
        if old is None and change.data is None:
            raise ReleaseError(f"没有{file_in_words(change.path, corpus)}，不用撤下。", "刷新后再看。")
        if old is not None:
            write_whole(kept / "before" / change.path, old)
        if change.data is None:
            (target / change.path).unlink()
        else:
            write_whole(kept / "after" / change.path, change.data)
            write_whole(target / change.path, change.data)


def _register(settings: Settings, staged: Settings, kept: Path, right: list[Correction]) -> Change:
    """The register with the new corrections, as one more file of the publication."""
    data = write_corrections([*right, *read_corrections(settings.guidelines)])
    return _also(settings, staged, kept, CORRECTIONS_FILE, data)


def _wordings(settings: Settings, staged: Settings, kept: Path, before: Corpus) -> list[Change]:
    """The files of wordings whose clauses read otherwise or are gone, each as one more file of the publication."""
    after, changes = read_corpus(staged.guidelines), []
    for key in before.ids():
        old, new = before.versions(key), after.versions(key)
        path, data = f"{key}/{ASKED_FILE}", read(staged.guidelines / key / ASKED_FILE)
        if data and old != new and (followed := following(path, data, old, new)) != data:
            changes.append(_also(settings, staged, kept, path, followed))
    return changes


def _joined(changes: list[Change], more: list[Change]) -> list[Change]:
    """Both, each file once, as it is in the end."""
    return list({change.path: change for change in [*changes, *more]}.values())


def _also(settings: Settings, staged: Settings, kept: Path, path: str, data: bytes) -> Change:
    old = read(settings.guidelines / path)
    if old is not None:
        write_whole(kept / "before" / path, old)
    write_whole(kept / "after" / path, data)
    write_whole(staged.guidelines / path, data)
    return Change.of(path, data)


def checked(settings: Settings, staged: Settings) -> tuple[Corpus, list[str]]:
    """The content as it would be, and what it lacks that the content of today has: gaps stop nothing, or what is wrong
    could not be withdrawn, and no new law be entered.

    Raises:
        ContentError: it has errors that the content of today has not.
    """
    known = {(p.path, p.code, p.message) for p in _errors(settings, read_corpus(settings.guidelines))}
    after = read_corpus(staged.guidelines)
    new = [p for p in _errors(staged, after) if (p.path, p.code, p.message) not in known]
    found = [p for p in new if p.code not in GAPS]
    if found:
        told = "；".join(problem_in_words(p, after) for p in found[:MOST_TOLD])
        raise ContentError(f"有 {len(found)} 处要先改正：{told}", "改正后再发布；现在的内容没有变。")
    return load_corpus(staged.guidelines), [problem_in_words(p, after) for p in new]


def _errors(settings: Settings, corpus: Corpus) -> list[Any]:
    library, today = LawLibrary(settings.data / "laws"), settings.current_day()
    found = check_corpus(corpus, root=settings.guidelines, today=today, library=library)
    rules = settings.guidelines / "rules"
    if rules.is_dir():
        found = [*found, *check_rules(corpus, rules, today)]
    return [p for p in found if p.level == "error"]
