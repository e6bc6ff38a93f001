"""Guideline files -> Corpus. Reads, orders and finds versions; knows nothing of indexes or answers.

`load_corpus` refuses a corpus with errors, `read_corpus` hands the problems over.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from rag.content.files import as_note, is_litter, misplaced, read_text, stray
from rag.content.front_matter import status_of
from rag.content.models import UNPUBLISHED, Guideline, Problem
from rag.content.parse import parse_guideline
from rag.content.registers import Registers, load_registers
from rag.content.wordings import ASKED_FILE, attach, parse_asked
from rag.ground import ContentError, NotFoundError


@dataclass(frozen=True)
class Corpus:
    """All guideline versions with the registers. ``guidelines`` is ordered by operator, slug, version."""

    registers: Registers
    guidelines: tuple[Guideline, ...]
    problems: tuple[Problem, ...] = ()
    _versions: dict[str, list[Guideline]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for guideline in self.guidelines:
            self._versions.setdefault(guideline.id, []).append(guideline)

    @cached_property
    def stamp(self) -> str:
        """Names what links to clauses lead to: the ids and texts of all published versions, 16 hex digits."""
        published = (g for g in self.guidelines if g.status == "published")
        return stamp_of((f"{g.key}#{c.id}", g.title, c.text) for g in published for c in g.clauses)

    def ids(self) -> list[str]:
        """Ids of all guidelines (operator/slug) with at least one published version."""
        return [k for k, v in self._versions.items() if any(g.status == "published" for g in v)]

    def versions(self, guideline_id: str) -> list[Guideline]:
        """Published versions of a guideline, oldest first."""
        return [g for g in self._versions.get(guideline_id, ()) if g.status == "published"]

    def in_force(self, day: dt.date, operator: str | None = None) -> list[Guideline]:
        """The published versions that apply on ``day``, at most one per guideline."""
        return [
            g
            for g in self.guidelines
            if g.status == "published" and g.in_force(day) and operator in (None, g.operator)
        ]

    def on_day(self, guideline_id: str, day: dt.date) -> Guideline | None:
        """The version of a guideline in force on ``day``: newest published file dated <= day."""
        return next((g for g in self.versions(guideline_id) if g.in_force(day)), None)

    def get(self, guideline_id: str, *, version: dt.date | None = None, day: dt.date) -> Guideline:
        """A given version, or the one in force on ``day``.

        Raises:
            NotFoundError: no such guideline or version; says which versions exist.
        """
        versions = self.versions(guideline_id)
        if not versions:
            raise NotFoundError(f"没有指引 {guideline_id}。", "全部指引见 /api/guidelines。")
        found = self.on_day(guideline_id, day) if version is None else None
        if version is not None:
            found = next((g for g in versions if g.version == version), None)
        if found is None:
            wanted = f"{version} 这一版" if version else f"{day} 施行的版本"
            dates = "、".join(g.version.isoformat() for g in versions)
            raise NotFoundError(f"指引 {guideline_id} 没有{wanted}。", f"现有版本：{dates}。")
        return found


def stamp_of(clauses: Iterable[tuple[str, ...]]) -> str:
    """Names clauses in their order, each as its key, title and text: 16 hex digits."""
    state = hashlib.sha256()
    for parts in clauses:
        state.update("\0".join((*parts, "")).encode())
    return state.hexdigest()[:16]


def read_corpus(root: Path) -> Corpus:
    """Read all content under ``root``; problems are collected, not raised (registers excepted).

    What is no guideline file is left out with a note; problems of a draft are notes, since nobody publishes it.

    Raises:
        ContentError: a register is missing or unreadable.
    """
    registers = load_registers(root)
    problems: list[Problem] = []
    parsed: list[Guideline] = []
    broken: set[str] = set()
    for path in sorted(p for p in root.glob("*/*/*") if p.is_file() and p.name != ASKED_FILE):
        name = path.relative_to(root).as_posix()
        if is_litter(path.name):
            continue
        if reason := stray(name, registers):
            problems.append(reason)
            continue
        text = read_text(path, name, problems)
        if text is None:
            broken.add(path.parent.relative_to(root).as_posix())
            continue
        guideline, found = parse_guideline(name, text, registers)
        draft = status_of(text) in UNPUBLISHED
        problems.extend(as_note(p) if draft else p for p in found)
        if guideline is None:
            broken.add(path.parent.relative_to(root).as_posix())
        else:
            parsed.append(guideline)
    problems.extend(misplaced(root))
    parsed = _with_wordings(root, parsed, problems, broken)
    return Corpus(registers, tuple(_with_ends(parsed, registers)), tuple(problems))


def load_corpus(root: Path) -> Corpus:
    """Read all content and refuse it if any file is broken.

    Raises:
        ContentError: names the first problems; ``hegui check`` lists all.
    """
    corpus = read_corpus(root)
    errors = [p for p in corpus.problems if p.level == "error"]
    if errors:
        raise ContentError(
            f"指引有 {len(errors)} 处错误，例如：" + "；".join(map(str, errors[:3])),
            "运行 hegui check 查看全部并改正。",
        )
    return corpus


def _with_wordings(
    root: Path, parsed: list[Guideline], problems: list[Problem], broken: set[str]
) -> list[Guideline]:
    """Attach what every ``asked.yml`` says to the versions beside it; beside a broken file no clause is missed."""
    for path in sorted(root.glob(f"*/*/{ASKED_FILE}")):
        name = path.relative_to(root).as_posix()
        text = read_text(path, name, problems) or ""
        entries, found = parse_asked(name, text)
        key = path.parent.relative_to(root).as_posix()
        beside, unfit = attach(name, text, entries, [g for g in parsed if g.id == key])
        problems.extend(found if key in broken else found + unfit)
        parsed = [g for g in parsed if g.id != key] + beside
    return parsed


def _with_ends(parsed: Iterable[Guideline], registers: Registers) -> list[Guideline]:
    """Fill in ``effective_to``; drafts and reviews end nothing, a withdrawn version ends its predecessor."""
    groups: dict[str, list[Guideline]] = defaultdict(list)
    for guideline in parsed:
        groups[guideline.id].append(guideline)
    rank = {o.id: i for i, o in enumerate(registers.operators)}
    done: list[Guideline] = []
    for key in sorted(groups, key=lambda k: (rank.get(k.partition("/")[0], 99), k)):
        group = sorted(groups[key], key=lambda g: g.version)
        live = [g for g in group if g.status in ("published", "withdrawn")]
        ends = {a.version: b.version - dt.timedelta(days=1) for a, b in pairwise(live)}
        done.extend(
            g.model_copy(update={"effective_to": ends.get(g.version)}) if g in live else g for g in group
        )
    return done
