"""Two versions of a guideline, compared clause by clause with the changed words marked. Pure.

Clauses of a section are aligned by likeness, not by number: a clause that only moved down because another was
inserted is not a change. Within a changed clause words (jieba) are compared, law references kept whole.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache
from typing import Any

from rag.content.citations import parse_references, without_references
from rag.content.models import Clause, Guideline, Section
from rag.ground import Frozen, open_segmenter

SAME_CLAUSE = 0.45


"""Likeness (`difflib` ratio of the characters without law references, 0 to 1) that makes two clauses one."""


_WORD = re.compile(r"[\u4e00-\u9fff]+|[A-Za-z0-9.%]+|\s+|.", re.S)


class Kind(StrEnum):
    """What happened to a clause or to a run of words."""

    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


class Span(Frozen):
    """A run of words: ``same`` stands in both versions, ``removed`` only in the old, ``added`` only in the new."""

    kind: Kind
    text: str


class ClauseChange(Frozen):
    """One aligned pair of clauses. ``old`` is None for an added clause, ``new`` for a removed one."""

    kind: Kind
    section: Section
    old: Clause | None = None
    new: Clause | None = None
    heading: tuple[Span, ...] = ()
    text: tuple[Span, ...] = ()


class GuidelineDiff(Frozen):
    """The comparison of two versions; ``clauses`` follow the order of the new version."""

    guideline: str
    title: str
    before: dt.date
    after: dt.date
    clauses: tuple[ClauseChange, ...]

    def count(self, kind: Kind) -> int:
        """Number of clauses of that kind."""
        return sum(c.kind == kind for c in self.clauses)


def diff_guidelines(before: Guideline, after: Guideline) -> GuidelineDiff:
    """Compare two versions of a guideline, section by section."""
    changes: list[ClauseChange] = []
    for section in Section:
        changes.extend(_compare(section, a, b) for a, b in align_clauses(before, after, section))
    return GuidelineDiff(
        guideline=after.id,
        title=after.title,
        before=before.version,
        after=after.version,
        clauses=tuple(changes),
    )


def align_clauses(
    before: Guideline, after: Guideline, section: Section
) -> list[tuple[Clause | None, Clause | None]]:
    """The clauses of a section in both versions as pairs, as `diff_guidelines` aligns them, their words not compared."""
    old = [c for c in before.clauses if c.section is section]
    new = [c for c in after.clauses if c.section is section]
    return _align(old, new)


@lru_cache(maxsize=20_000)
def diff_words(old: str, new: str) -> tuple[Span, ...]:
    """Compare two texts word by word; the spans without ``removed`` give ``new``, without ``added`` give ``old``."""
    a, b = split_words(old), split_words(new)
    spans: list[Span] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            spans.append(Span(kind=Kind.SAME, text="".join(a[i1:i2])))
            continue
        if i2 > i1:
            spans.append(Span(kind=Kind.REMOVED, text="".join(a[i1:i2])))
        if j2 > j1:
            spans.append(Span(kind=Kind.ADDED, text="".join(b[j1:j2])))
    return tuple(spans)


@lru_cache(maxsize=20_000)
def split_words(text: str) -> tuple[str, ...]:
    """Words of ``text`` in order; a law reference is one word. Joined they give ``text`` again."""
    words: list[str] = []
    position = 0
    for start, end in sorted({(r.start, r.end) for r in parse_references(text)}):
        if start >= position:
            words.extend(_plain_words(text[position:start]))
            words.append(text[start:end])
            position = end
    words.extend(_plain_words(text[position:]))
    return tuple(words)


def render_text(diff: GuidelineDiff) -> str:
    """The comparison for a terminal: ``+`` added, ``-`` removed, ``~`` changed with [-old-]{+new+} marks."""
    lines = [f"{diff.title}（{diff.guideline}）：{diff.before} → {diff.after}"]
    section: Section | None = None
    for change in diff.clauses:
        if change.kind is Kind.SAME:
            continue
        if change.section is not section:
            section = change.section
            lines.append(f"\n## {section.value}")
        mark = {Kind.ADDED: "+", Kind.REMOVED: "-", Kind.CHANGED: "~"}[change.kind]
        name = "→".join(dict.fromkeys(c.id for c in (change.old, change.new) if c))
        heading = _plain_marks(change.heading) if change.section is Section.FAQ else ""
        lines.append(f"{mark} {name}  {heading}{_plain_marks(change.text)}")
    counts = "，".join(f"{label} {diff.count(kind)} 条" for kind, label in _LABELS.items())
    return "\n".join([*lines, "", counts])


_LABELS = {Kind.ADDED: "新增", Kind.REMOVED: "删去", Kind.CHANGED: "修改", Kind.SAME: "未变"}


def _plain_marks(spans: Sequence[Span]) -> str:
    marks = {Kind.ADDED: "{{+{}+}}", Kind.REMOVED: "[-{}-]"}
    if len({s.kind for s in spans}) == 1:  # wholly added or removed: the line's own mark says so
        return "".join(s.text for s in spans)
    return "".join(marks.get(s.kind, "{}").format(s.text) for s in spans)


def _plain_words(text: str) -> Iterator[str]:
    for run in _WORD.findall(text):
        if "\u4e00" <= run[0] <= "\u9fff":
            yield from _segmenter().cut(run)
        else:
            yield run


@lru_cache(maxsize=1)
def _segmenter() -> Any:
    return open_segmenter()


def _compare(section: Section, old: Clause | None, new: Clause | None) -> ClauseChange:
    if old is None or new is None:
        kind = Kind.ADDED if old is None else Kind.REMOVED
        clause = new or old
        assert clause is not None
        heading = tuple(Span(kind=kind, text=t) for t in (clause.heading,) if t)
        text: tuple[Span, ...] = (Span(kind=kind, text=clause.text),)
    else:
        kind = Kind.SAME if (old.text, old.heading) == (new.text, new.heading) else Kind.CHANGED
        heading = diff_words(old.heading or "", new.heading or "")
        text = diff_words(old.text, new.text)
    return ClauseChange(kind=kind, section=section, old=old, new=new, heading=heading, text=text)


def _align(old: list[Clause], new: list[Clause]) -> list[tuple[Clause | None, Clause | None]]:
    """Pair clauses, the likest first; removed clauses stand where they stood before."""
    scored = sorted(
        ((_likeness(a, b), -abs(i - j), -i, -j) for i, a in enumerate(old) for j, b in enumerate(new)),
        reverse=True,
    )
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for score, _, minus_i, minus_j in scored:
        i, j = -minus_i, -minus_j
        if score < SAME_CLAUSE:
            break
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)
    partner = {j: i for i, j in pairs.items()}
    rows: list[tuple[float, Clause | None, Clause | None]] = []
    rows.extend((j, old[partner[j]] if j in partner else None, b) for j, b in enumerate(new))
    rows.extend((_place(i, pairs), a, None) for i, a in enumerate(old) if i not in pairs)
    return [(a, b) for _, a, b in sorted(rows, key=lambda row: row[0])]


def _place(i: int, pairs: dict[int, int]) -> float:
    """Where a removed clause is shown: just behind the clause that preceded it."""
    before = next((pairs[k] for k in range(i - 1, -1, -1) if k in pairs), -1)
    return before + 0.5 + i / 1000


@lru_cache(maxsize=100_000)
def _ratio(a: str, b: str) -> float:
    if a == b:
        return 1.0
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if matcher.real_quick_ratio() < SAME_CLAUSE or matcher.quick_ratio() < SAME_CLAUSE:
        return 0.0
    return matcher.ratio()


def _likeness(a: Clause, b: Clause) -> float:
    if a.section is Section.FAQ:  # the question says what the clause is about
        return max(_ratio(a.heading or "", b.heading or ""), _ratio(_wording(a.text), _wording(b.text)))
    return _ratio(_wording(a.text), _wording(b.text))


@lru_cache(maxsize=20_000)
def _wording(text: str) -> str:
    return without_references(text)
