"""What officers add from the inbox: a wording of a clause (``asked.yml``), a question that is not our matter (``outside.yml``);
and wordings that follow their clause.

Only lines are added; what stands in the file stays byte for byte. Pure: publishing writes the files.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, takewhile

import yaml

from rag.content.corpus import Corpus
from rag.content.diff import diff_guidelines
from rag.content.models import Clause, Guideline, Section
from rag.content.wordings import ASKED_FILE, MAX_WORDING, attach, named, parse_asked
from rag.ground import ContentError, yaml_line

OUTSIDE_FILE = "outside.yml"
SHORTEST = 8  # characters that may stand for a clause


def with_wording(corpus: Corpus, guideline: str, clause: Clause, wording: str, old: bytes) -> bytes:
    """``asked.yml`` with a wording that leads to ``clause``.

    Args:
        corpus: the content as read.
        guideline: such as ``live-room/price``.
        clause: of one of the guideline's versions.
        wording: how somebody put it, at most 60 characters.
        old: the file as it is, empty if there is none.

    Raises:
        ContentError: it is too long, stands there already, or the clause cannot be told from others.
    """
    wording = " ".join(wording.split())
    if not wording or len(wording) > MAX_WORDING:
        raise ContentError(f"问法要有 1 到 {MAX_WORDING} 个字。", "缩短成一句话。")
    new, name = _ended(old) + _entry(_name(clause), [wording]), f"{guideline}/{ASKED_FILE}"
    entries, problems = parse_asked(name, new)
    bare = [_without_wordings(g) for g in corpus.versions(guideline)]
    problems = problems or attach(name, new, entries, bare)[1]
    if problems:
        raise ContentError(f"{problems[-1].message}。", f"{problems[-1].fix}。")
    return new.encode()


def with_outside(matter: str, ask: str, wording: str, old: bytes) -> bytes:
    """``outside.yml`` with a question that is nobody's compliance matter here, and who deals with it.

    Raises:
        ContentError: something is missing, or the wording stands there already.
    """
    matter, ask, wording = (" ".join(text.split()) for text in (matter, ask, wording))
    if not matter or not wording:
        raise ContentError("要写是什么事、问的是什么。", "例如：“工资、社保”和提问的原话。")
    known = yaml.safe_load(old.decode("utf-8")) or []
    if any(wording in entry.get("wordings", ()) for entry in known):
        raise ContentError(f"“{wording}”已经标为不在范围。", "不用再标。")
    lines = [f"- matter: {yaml_line(matter)}", *([f"  ask: {yaml_line(ask)}"] if ask else [])]
    return (
        "\n".join([f"{_ended(old)}{lines[0]}", *lines[1:]]) + f"\n  wordings: [{yaml_line(wording)}]\n"
    ).encode()


def following(name: str, old: bytes, before: Sequence[Guideline], after: Sequence[Guideline]) -> bytes:
    """``asked.yml`` after versions of its guideline were put right or withdrawn: wordings go with their clause when that is
    worded anew, and leave with it.

    Args:
        name: the file's, for messages.
        old: the file as it is.
        before: the versions as they were.
        after: the versions as they shall be.
    """
    text = old.decode("utf-8")
    entries, problems = parse_asked(name, text)
    lines = text.splitlines(keepends=True)
    starts = [n for n, line in enumerate(lines) if line.startswith("-")]
    if problems or not entries or len(starts) != len(entries):
        return old  # the check tells what is wrong with it
    parts = ["".join(lines[a:b]) for a, b in pairwise([*starts, len(lines)])]
    kept = ["".join(lines[: starts[0]])]
    for entry, part in zip(entries, parts, strict=True):
        words = _successor(entry.clause, before, after)
        if words is not None:
            kept.append(_entry(words, entry.wordings))
        elif any(named(g, entry.clause) for g in after):
            kept.append(part)
    return "".join(kept).encode()


def _successor(words: str, before: Sequence[Guideline], after: Sequence[Guideline]) -> str | None:
    """How the clause of an entry is named after the newest version that had it was put right; None if nothing is to be done
    or the clause is gone. What both texts begin with will do, so that the entry holds for other versions too."""
    now = {g.key: g for g in after}
    for old in reversed(before):
        new, clauses = now.get(old.key), named(old, words)
        if new is None or len(clauses) != 1:
            continue
        if named(new, words):
            return None
        pairs = diff_guidelines(old, new).clauses
        clause = next((p.new for p in pairs if p.old and p.old.id == clauses[0].id), None)
        if clause is None:
            return None
        same = takewhile(lambda pair: pair[0] == pair[1], zip(words, clause.text, strict=False))
        common = "".join(a for a, _ in same)
        alone = len(common) >= SHORTEST and all(len(named(g, common)) <= 1 for g in after)
        return common if alone else _name(clause)
    return None


def _entry(clause: str, wordings: Sequence[str]) -> str:
    return f"- clause: {yaml_line(clause)}\n  as: [{', '.join(map(yaml_line, wordings))}]\n"


def _ended(old: bytes) -> str:
    text = old.decode("utf-8")
    return text if not text or text.endswith("\n") else f"{text}\n"


def _without_wordings(guideline: Guideline) -> Guideline:
    clauses = tuple(c.model_copy(update={"asked": ()}) for c in guideline.clauses)
    return guideline.model_copy(update={"clauses": clauses})


def _name(clause: Clause) -> str:
    """How an entry names a clause: a Q&A by its question, others by how they begin."""
    return clause.heading if clause.section is Section.FAQ and clause.heading else clause.text[:40]
