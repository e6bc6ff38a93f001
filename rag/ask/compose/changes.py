"""What changed: the answer to a question about the difference between two versions, made of clauses of both."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import NamedTuple

from rag.ask.clauses import grams
from rag.ask.compose.draft import Draft, append
from rag.ask.understand.query import Query
from rag.content import Corpus, Guideline, Section
from rag.index import Chunk, Hit, SearchIndex

MAX_PAIRS = 2
MAX_CANDIDATES = 6
COUNTERPART = 0.2
SAME_WORDS = 0.85
_AHEAD = re.compile(r"明年|以后|将来|即将|马上|要改|新的?(法|规|办法)|快要|接下来|未来")
_ORDER = {Section.MUST: 0, Section.MUST_NOT: 0, Section.LIABILITY: 1, Section.FAQ: 2, Section.HOWTO: 3}


class _Pair(NamedTuple):
    """A clause of the new version and what stood before; ``likeness`` of their wording, 0..1."""

    after: Chunk
    before: Chunk | None
    likeness: float


def compose_change(
    query: Query, hits: Sequence[Hit], corpus: Corpus, index: SearchIndex, today: dt.date
) -> tuple[Draft, list[str]] | None:
    """The clauses that are new in a version of the guideline asked about, each with what stood before.

    The version is the one in force on the query's day, or the next one if the question looks ahead.

    Returns:
        The draft and the lines before it; None if nothing near the question has two versions that differ.
    """
    dates = _law_dates(corpus, query)
    found: list[tuple[Guideline, Guideline, list[_Pair]]] = []
    for guideline_id in dict.fromkeys(h.chunk.guideline for h in (hits if dates else hits[:10])):
        versions = _versions(corpus.versions(guideline_id), query, dates)
        pairs = _pairs(index, versions, hits) if versions else []
        if versions and pairs:
            found.append((*versions, pairs))
        if found and (not dates or len(found) == MAX_CANDIDATES):
            break
    if not found:
        return None
    amended = _amended(corpus, query)
    by_law = (
        dates and query.names_only
    )  # 反不正当竞争法改了什么: where most changed; else what is nearest to the matter
    old, new, pairs = max(found, key=lambda f: _on_point(f[2], amended)) if by_law else found[0]
    pairs = sorted(pairs, key=lambda p: not _cites(p.after, amended))
    draft = Draft()
    for pair in pairs[:MAX_PAIRS]:
        append(draft, pair.after, f"自 {new.version.isoformat()} 起{_question(pair.after)}", today)
        if pair.before is not None:
            heading = f"此前（{old.version.isoformat()} 起的版本）{_question(pair.before)}"
            append(draft, pair.before, heading, today)
    return draft, [f"《{new.title}》{new.version.isoformat()} 起的版本相对上一版：{new.changes}"]


def _law_dates(corpus: Corpus, query: Query) -> set[dt.date]:
    """The days on which versions of the laws named in the question took effect."""
    laws = [corpus.registers.laws.get(n.law) for n in query.laws]
    starts = [[v.effective_from for v in law.versions if v.effective_from] for law in laws if law]
    return {day for days in starts if len(days) > 1 for day in days}


def _question(chunk: Chunk) -> str:
    """The question that a Q&A answers, to stand behind a heading."""
    return f" · {chunk.heading}" if chunk.section is Section.FAQ else ""


def _amended(corpus: Corpus, query: Query) -> set[tuple[str, int | None]]:
    """Articles of the laws named in the question that an amendment changed, where the register lists them."""
    laws = [corpus.registers.laws.get(n.law) for n in query.laws]
    return {(w.short_title, a) for w in laws if w for v in w.versions for a in v.changed_articles or ()}


def _cites(chunk: Chunk, articles: set[tuple[str, int | None]]) -> bool:
    return any((ref.law, ref.article) in articles for ref in chunk.laws)


def _on_point(pairs: Sequence[_Pair], amended: set[tuple[str, int | None]]) -> tuple[int, int]:
    """How many pairs rest on an amended article, then how many there are."""
    return sum(_cites(p.after, amended) for p in pairs), len(pairs)


def _versions(
    versions: Sequence[Guideline], query: Query, dates: set[dt.date]
) -> tuple[Guideline, Guideline] | None:
    """(old, new) version to compare; None if there are not two.

    ``dates``, if any, are the only days on which the new version may take effect.
    """
    if dates:
        limit = query.day if not _AHEAD.search(query.original) else dt.date.max
        places = [i for i, g in enumerate(versions) if i and g.version in dates and g.version <= limit]
        return (versions[places[-1] - 1], versions[places[-1]]) if places else None
    place = next((i for i, g in enumerate(versions) if g.in_force(query.day)), None)
    if place is None:
        return None
    if _AHEAD.search(query.original) and place + 1 < len(versions):
        place += 1
    return (versions[place - 1], versions[place]) if place else None


def _chunks(index: SearchIndex, guideline: Guideline) -> list[Chunk]:
    keys = (f"{guideline.key}#{c.id}" for c in guideline.clauses)
    return [index.chunks[index.position[k]] for k in keys if k in index.position]


def _pairs(index: SearchIndex, versions: tuple[Guideline, Guideline], hits: Sequence[Hit]) -> list[_Pair]:
    """Clauses of the new version that say something else than the old one, with their counterparts.

    Those retrieved first lead, then duties and bans. A clause that only cites other articles counts if nothing else
    changed.
    """
    old, new = (_chunks(index, g) for g in versions)
    known = {c.digest for c in old}
    rank = {h.chunk.id: i for i, h in enumerate(hits)}
    changed = [_Pair(c, *_counterpart(c, old)) for c in new if c.digest not in known and c.section in _ORDER]
    changed = [p for p in changed if p.likeness < SAME_WORDS] or changed
    return sorted(changed, key=lambda p: (rank.get(p.after.id, len(hits)), _ORDER[p.after.section]))


def _counterpart(chunk: Chunk, old: Sequence[Chunk]) -> tuple[Chunk | None, float]:
    """The clause of the old version, same section, that says most nearly the same, and how nearly (0..1)."""
    mine = grams(chunk.body)
    scored = [
        (len(mine & theirs) / (len(mine | theirs) or 1), c)
        for c in old
        if c.section is chunk.section and (theirs := grams(c.body))
    ]
    best = max(scored, key=lambda s: s[0], default=(0.0, None))
    return (best[1], best[0]) if best[0] >= COUNTERPART else (None, best[0])
