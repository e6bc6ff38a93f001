"""Hits -> an answer made of clause text. Every sentence is a piece of a clause, word for word.

The answer leads with the clause that answers best (a Q&A brings its own verdict), then what else decides the case,
then the consequence if it was asked for; short enough for a phone screen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from rag.ask.clauses import own_operators, same_matter, same_question, share_article, states_consequence
from rag.ask.compose.draft import Draft, append
from rag.ask.understand.query import Intent, Query
from rag.content import Section, without_references
from rag.index import Chunk, Hit

MAX_LEAD = 220
MAX_CLAUSES = 3
MAX_PROVISIONS = 5
NEAR_BASIS = 0.5
NEAR_RULE = 0.75
NEAR_QUESTION = 0.84
NEAR_FINE = 0.9
NEAR_THIRD = 0.85
NEVER = 2.0


def compose(asked: Sequence[tuple[Query, Sequence[Hit]]], today: dt.date) -> Draft:
    """Choose clauses for every question from its hits (best first) and lay them out.

    Returns:
        A draft of at most `MAX_CLAUSES` clauses a question, its consequence and rules told apart by provision aside, and about `MAX_LEAD` characters in all; beyond that only
        the best clause of every question and the consequence that was asked for.
    """
    draft = Draft()
    for query, hits in asked:
        for number, hit in enumerate(choose(query, hits, MAX_LEAD // len(asked))):
            if any(
                (c.guideline, c.clause) == (hit.chunk.guideline, hit.chunk.clause) for c in draft.citations
            ):
                continue
            alone = number == 0 and len(asked) == 1
            append(draft, hit.chunk, _heading(query, hit.chunk, first=alone), today)
    return draft


def choose(query: Query, hits: Sequence[Hit], limit: int = MAX_LEAD) -> list[Hit]:
    """The best hit and those near it that add something: the rule behind it, the consequence, another aspect.

    A Q&A answers its own question, so a second one must be nearly as good as the first; a rule or a consequence of
    the same guideline may lie further off. ``limit``: characters of all clauses together.
    """
    if query.article_only:
        return _by_provision(query, hits)
    primary = hits[0]
    chosen = [primary]
    room = limit - len(without_references(primary.chunk.body))
    for hit in hits[1:]:
        size = len(without_references(hit.chunk.body))
        near = max(_nearness(query, primary, hit), NEAR_THIRD if len(chosen) > 1 else 0.0)
        if len(chosen) >= MAX_CLAUSES or hit.score < near * primary.score:
            continue
        if size > room or any(same_matter(hit.chunk, other.chunk) for other in chosen):
            continue
        chosen.append(hit)
        room -= size
    if Intent.PENALTY in query.intents and not any(states_consequence(h.chunk) for h in chosen):
        chosen.extend(_consequence(query, primary, hits)[:1])
    return chosen


def _by_provision(query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """For a question about an article itself: clauses that rest on it first of all, each 款 and 项 once, in order."""
    named = {(n.law, n.article) for n in query.laws}
    places: list[tuple[tuple[tuple[int, ...], tuple[int, ...]], Hit]] = []
    for hit in sorted(hits, key=lambda h: h.chunk.section not in (Section.MUST, Section.MUST_NOT)):
        first = next(iter(hit.chunk.laws), None)
        if first is None or (first.law, first.article) not in named or hit.chunk.section is Section.CHECKLIST:
            continue
        place = (first.paragraphs, first.items)
        told = any((p == place and any(place)) or same_matter(hit.chunk, h.chunk) for p, h in places)
        if not told and len(places) < MAX_PROVISIONS:
            places.append((place, hit))
    return [hit for _, hit in sorted(places, key=lambda p: p[0])] or list(hits[:1])


def _nearness(query: Query, primary: Hit, hit: Hit) -> float:
    """Least share of the best score at which a further hit is shown; above 1: never."""
    if hit.chunk.section is Section.CHECKLIST or hit.chunk.operator not in own_operators(query, primary):
        return NEVER
    shared = share_article(hit.chunk, primary.chunk)
    if (
        states_consequence(hit.chunk) and not shared
    ):  # another offence's fine beside the one asked for misleads
        told = states_consequence(primary.chunk)
        return NEAR_FINE if Intent.PENALTY in query.intents and not told else NEVER
    if hit.chunk.section in (Section.FAQ, Section.HOWTO) or hit.chunk.guideline != primary.chunk.guideline:
        return NEAR_QUESTION
    return NEAR_BASIS if shared else NEAR_RULE


def _consequence(query: Query, primary: Hit, hits: Sequence[Hit]) -> list[Hit]:
    """Clauses that name a consequence, best first: of the primary hit's guideline, else for the asker's own role."""
    named = [h for h in hits if states_consequence(h.chunk)]
    near = [h for h in named if h.chunk.guideline == primary.chunk.guideline]
    own = own_operators(query, primary)
    return near or [h for h in named if h.chunk.operator in own and h.score >= NEAR_BASIS * primary.score]


def _heading(query: Query, chunk: Chunk, *, first: bool) -> str | None:
    """What a clause answers or is, where its text alone would leave that open.

    The verdict of a Q&A (可以/不可以) answers its own question, so that question is shown unless the asker's words
    are nearly the same; rules get the name of their section.
    """
    if chunk.section is Section.FAQ and chunk.heading:
        return None if first and same_question(query.text, chunk.heading) else chunk.heading
    names = {
        Section.MUST: "应当做到",
        Section.MUST_NOT: "不得",
        Section.LIABILITY: "法律责任",
        Section.HOWTO: "怎么做",
    }
    return names.get(chunk.section)
