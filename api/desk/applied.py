"""Drafts and small changes -> the files of a publication. Pure but for reading the folder."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from api.desk.additions import LAW, OUTSIDE, RULE, WITHDRAWAL, WORDING, Addition
from api.desk.listed import ALL
from api.desk.rules import edited
from api.problems import ProblemError
from rag.content import (
    LAWS_FILE,
    OUTSIDE_FILE,
    Corpus,
    LawVersion,
    register_with,
    with_outside,
    with_wording,
)
from rag.release import Change

#: (fields, content, file as it is) -> file as it shall be, None to take it away
Apply = Callable[[dict[str, Any], Corpus, bytes], bytes | None]


def wording(fields: dict[str, Any], corpus: Corpus, old: bytes) -> bytes:
    """``asked.yml`` with one more wording; the clause is known by its text, whatever its number has become.

    Raises:
        ProblemError: 422, the clause reads otherwise by now.
        ContentError: as `rag.content.with_wording`.
    """
    clauses = (c for g in reversed(corpus.versions(fields["guideline"])) for c in g.clauses)
    clause = next((c for c in clauses if c.text == fields["text"]), None)
    if clause is None:
        raise ProblemError(
            422,
            "invalid",
            f"问法“{fields['wording']}”要加给的条款已经改过",
            "在发布页去掉它，从收件箱再加一次。",
        )
    return with_wording(corpus, fields["guideline"], clause, fields["wording"], old)


def outside(fields: dict[str, Any], _: Corpus, old: bytes) -> bytes:
    """``outside.yml`` with one more matter."""
    return with_outside(fields["matter"], fields["ask"], fields["wording"], old)


def rule(fields: dict[str, Any], _: Corpus, old: bytes) -> bytes:
    """A file of script rules with one of them edited, new or taken out."""
    return edited(old.decode("utf-8"), fields).encode()


def entry_of(edit: Callable[[str, str, Mapping[str, Any] | None], str]) -> Apply:
    """A list with an entry new, changed or taken out."""
    return lambda fields, _, old: edit(old.decode("utf-8"), fields["id"], fields["entry"]).encode()


def law(fields: dict[str, Any], _: Corpus, old: bytes) -> bytes:
    """``laws.yml`` with a new version of a law."""
    with tempfile.TemporaryDirectory(prefix="hegui-laws-") as work:
        Path(work, LAWS_FILE).write_bytes(old)
        return register_with(Path(work), fields["law"], LawVersion.model_validate(fields["version"]))[1]


def withdrawal(fields: dict[str, Any], _: Corpus, old: bytes) -> bytes | None:
    """A version that is taken down: gone, so that the one before applies on, or left as the end of that one.

    Raises:
        ProblemError: 409, it was changed or taken down meanwhile.
    """
    if hashlib.sha256(old).hexdigest() != fields["base"]:
        raise ProblemError(
            409, "moved-on", "要撤下的版本刚被改过", "在发布页去掉这一项，看过现在的文字再决定。"
        )
    return None if fields["before_goes_on"] else old.replace(b"status: published", b"status: withdrawn", 1)


APPLY: dict[str, Apply] = {
    WORDING: wording, OUTSIDE: outside, RULE: rule, LAW: law, WITHDRAWAL: withdrawal,
    **{one.kind: entry_of(one.edit) for one in ALL},
}  # fmt: skip
LISTS = {OUTSIDE: OUTSIDE_FILE, LAW: LAWS_FILE, **{one.kind: one.file for one in ALL}}


def path_of(addition: Addition) -> str:
    """The file that a change concerns."""
    fields = addition.fields
    if addition.kind == WORDING:
        return f"{fields['guideline']}/asked.yml"
    if addition.kind == WITHDRAWAL:
        return f"{fields['guideline']}/{fields['version']}.md"
    return LISTS.get(addition.kind) or f"rules/{fields['file']}"


def files_of(
    drafts: Iterable[Change], additions: Sequence[Addition], corpus: Corpus, root: Path
) -> list[Change]:
    """The files of a publication, each once.

    Args:
        drafts: the files of the drafts.
        additions: the small changes, in the order in which they were put down.
        corpus: the content as it is.
        root: the guidelines folder.

    Raises:
        ProblemError: 409, 422 a change does not fit any more; says which.
        ContentError: the same.
    """
    files = {change.path: change for change in drafts}
    taken = set(files)
    for addition in additions:
        path = path_of(addition)
        if path in taken:
            raise ProblemError(
                409, "twice", f"“{addition.about}”和一份稿子改的是同一份文件", "分两次发布，先发布一个。"
            )
        before = files.get(path)
        now = (root / path).read_bytes() if (root / path).exists() else b""
        base = hashlib.sha256(now).hexdigest() if now else ""
        data = APPLY[addition.kind](addition.fields, corpus, before.data or b"" if before else now)
        files[path] = Change.of(path, data, base)
    return list(files.values())
