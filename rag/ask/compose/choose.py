"""Hits -> an answer made of clause text. Every sentence is a piece of a clause, word for word.

The answer leads with the clause that answers best (a Q&A brings its own verdict), then what else decides the case,
then the consequence if it was asked for; short enough for a phone screen.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from rag.ask.clauses import (
    own_operators,
    same_matter,
    same_question,
    share_article,
    states_consequence,
    tells_cost,
)
from rag.ask.compose.draft import Draft, append
from rag.ask.compose.verdict import Opening, opening
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
BELONGS = 0.5
SURE = 0.8
COSTS = 0.8  # the same for what a breach costs: another breach's fine misleads
_AMOUNT = re.compile(
    r"罚.{0,6}(?:多少|几)|[罚赔]好多|(?:怎么|咋|如何)(?:个)?(?:处?罚|赔)|赔多少|什么(?:处罚|后果)|多少钱.{0,3}罚"
)


def compose(asked: Sequence[tuple[Query, Sequence[Hit], bool]], today: dt.date) -> Draft:
    """Lay out the clauses chosen for every ask.

    Args:
        asked: how each ask is understood, its clauses in their order, and whether they answer it; a clause that is only
            the nearest keeps the question or title it stands under, for it may be about something else.
    """
    draft = Draft()
    for query, hits, direct in asked:
        word: tuple[str, int] | None = None
        for number, chunk in enumerate(hit.chunk for hit in hits):
            if any((c.guideline, c.clause) == (chunk.guideline, chunk.clause) for c in draft.citations):
                continue
            opens = opening(query.original, chunk) if direct else Opening()
            heading = None if direct else _heading(query, chunk)
            if len(asked) > 1 and not direct:  # alone, a note says so before it
                heading = f"最接近的规定：{heading or chunk.title}"
            append(draft, chunk, heading, today, skip=int(opens.skip), once=True)
            if number == 0 and opens.word:
                word = opens.word, len(draft.citations)
        draft.words.append(word)
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
    if Intent.PENALTY in query.intents and not any(tells_cost(query, h.chunk) for h in chosen):
        chosen.extend(_consequence(query, primary, hits)[:1])
    if asks_amount(query):  # 罚多少: the amount first
        chosen.sort(key=lambda h: not tells_cost(query, h.chunk))
    return chosen


def belongs(query: Query, first: tuple[Hit, Sequence[float]], other: tuple[Hit, Sequence[float]]) -> bool:
    """Whether a clause beside the leading one is shown, by the judge's word on both (neither, belongs, answers).

    Where the first surely answers, one that answers as well says the same again; a condition or a consequence does not.
    """
    (lead, sure), (hit, (_, also, answers)) = first, other
    if states_consequence(hit.chunk) and not states_consequence(lead.chunk):
        return Intent.PENALTY in query.intents and also + answers >= COSTS
    several = query.intents & {Intent.LISTING, Intent.HOWTO} or sure[2] < min(SURE, answers)
    return (also + answers if several else also) >= BELONGS


def asks_amount(query: Query) -> bool:
    """Whether it asks what a breach costs, not only whether it costs anything."""
    return bool(Intent.PENALTY in query.intents and _AMOUNT.search(query.original))


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
    named = [h for h in hits if tells_cost(query, h.chunk)]
    near = [h for h in named if h.chunk.guideline == primary.chunk.guideline]
    own = own_operators(query, primary)
    return near or [h for h in named if h.chunk.operator in own and h.score >= NEAR_BASIS * primary.score]


def _heading(query: Query, chunk: Chunk) -> str | None:
    """What a clause that is only the nearest is about: its own question, or the title it stands under. Never 不得 or 应当做到 alone,
    which would be read as the answer."""
    if chunk.section is Section.FAQ and chunk.heading:
        return None if same_question(query.text, chunk.heading) else chunk.heading
    return chunk.title
