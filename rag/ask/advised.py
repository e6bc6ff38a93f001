"""What the optional chat model advises, made into the parts of an answer; hard facts stay with us.

Who asks, the day and what was found are given. A clause of which our judge is sure that it has nothing to do with the ask is as if it had not been named;
one for other goods or younger people than those named, or without an amount where one is asked for, is the nearest rule at most.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.ask.clauses import same_matter, states_consequence, tells_cost
from rag.ask.compose.choose import asks_amount
from rag.ask.judge import Decision
from rag.ask.models import Question
from rag.ask.part import Part
from rag.ask.understand.ages import for_younger
from rag.ask.understand.query import Intent, Query
from rag.ask.write.adviser import Adviser, Ask, Chosen
from rag.ask.write.writer import instructs
from rag.index import RRF_K, Chunk, Hit, Judge, asked_by

SHOWN = 12  # clauses the model is given for one ask
ALL = 18  # for all asks of a message
ANSWERS, PARTS = 2, 3  # clauses that answer, and all that are shown for one ask

# Our judge's “neither” above which a clause does not lead: of 155 clauses that people chose in a model's place it is above it, on the message and on its
# brief wording, for 5, of 2,103 others that were shown beside them for 32 %.
NOTHING = 0.8


@dataclass(frozen=True)
class Own:
    """What we know without the chat model: what a search finds, what we would make of it, and what our judge says of a clause
    (``role``: short name of who asks).
    """

    consult: Callable[[Question], tuple[Query, list[Hit]]]
    consider: Callable[[Question], Part]
    judge: Judge | None
    role: str | None

    def doubts(self, wordings: Sequence[str], clause: Chunk) -> bool:
        """Whether the judge is sure, in whatever way an ask is put, that a clause has nothing to do with it."""
        if self.judge is None:
            return False
        said = (self.judge.judge(asked_by(w, self.role), [clause.text])[0][0] for w in wordings if w)
        return all(neither > NOTHING for neither in said)


def advised(adviser: Adviser, question: Question, whole: Query, own: Own) -> list[Part] | None:
    """The parts of an answer as the chat model advises; None where it says nothing that holds."""
    asks = adviser.split(question.question)
    if asks is None:
        return None
    said = {"as_of": whole.day, "operator": whole.operator, "history": ()}
    asked = [question.model_copy(update={**said, "question": a.brief or a.asked}) for a in asks]
    found = [
        _found(own, question if len(asks) == 1 else None, each, ask)
        for each, ask in zip(asked, asks, strict=True)
    ]
    room = SHOWN if len(asks) == 1 else max(ALL // len(asks), 5)
    clauses: dict[str, Chunk] = {}
    for _, hits in found:
        for hit in _distinct(hits, room):
            clauses.setdefault(hit.chunk.id, hit.chunk)
    chosen = (
        adviser.choose(question.question, whole.operator, asks, list(clauses.values())) if clauses else None
    )
    if chosen is None:
        return None
    every = {h.chunk.id: h for _, hits in reversed(found) for h in hits}
    parts = []
    for each, ask, (query, hits), named in zip(asked, asks, found, chosen, strict=True):
        alone = len(asks) == 1
        read = whole if alone else replace(query, original=ask.asked)
        held = [c for c in named.answers if not own.doubts((ask.asked, ask.brief), c)]
        part = _part(read, hits, replace(named, answers=tuple(held)), every)
        parts.append(part or _locally(own, question if alone else each, read, agree=bool(named.answers)))
    return parts


def _locally(own: Own, question: Question, read: Query, *, agree: bool) -> Part:
    """What we make of an ask ourselves. ``agree``: the model, too, saw an answer to it, only none that holds; else what we take for one
    is the nearest rule, and what we take for the nearest is none."""
    local = own.consider(question)
    local = local._replace(query=replace(local.query, original=read.original))
    if agree or not local.found:
        return local
    if local.decision is Decision.ANSWER:
        return local._replace(decision=Decision.NEAREST, shown=local.shown[:1])
    return local._replace(decision=Decision.NO_EVIDENCE, shown=())


def _found(own: Own, message: Question | None, brief: Question, ask: Ask) -> tuple[Query, list[Hit]]:
    """What is found for an ask: by its brief wording, and by the message as it was sent or the ask's own words."""
    put = message or brief.model_copy(update={"question": ask.asked})
    query, hits = own.consult(put)
    if not ask.brief:
        return query, hits
    short, more = own.consult(brief)
    places = [{h.chunk.id: n for n, h in enumerate(ranked)} for ranked in (hits, more)]
    by_id = {h.chunk.id: h for h in (*more, *hits)}
    ranked = sorted(by_id, key=lambda i: -sum(1 / (RRF_K + p[i]) for p in places if i in p))
    return (query if message else short), [by_id[i] for i in ranked]


def _distinct(hits: Sequence[Hit], most: int) -> list[Hit]:
    """At most so many clauses that can be shown to a model, each matter once."""
    kept: list[Hit] = []
    for hit in hits:
        if len(kept) == most:
            break
        if not instructs(hit.chunk.body) and not any(same_matter(hit.chunk, k.chunk) for k in kept):
            kept.append(hit)
    return kept


def _part(query: Query, hits: Sequence[Hit], named: Chosen, every: Mapping[str, Hit]) -> Part | None:
    """One ask with what was chosen for it, as far as the hard facts let it stand, or with the nearest; ``every``: the hits of all asks."""
    answers, belong = ([every[c.id] for c in chunks] for chunks in (named.answers, named.belongs))
    answers = [h for h in answers if _fits(query, h)]
    shown = answers[:ANSWERS]
    for hit in (h for h in (*answers[ANSWERS:], *belong) if _fits(query, h)):
        if len(shown) < PARTS and not any(same_matter(hit.chunk, s.chunk) for s in shown):
            shown.append(hit)
    if answers and (not asks_amount(query) or any(tells_cost(query, h.chunk) for h in shown)):
        shown.sort(key=lambda h: asks_amount(query) and not tells_cost(query, h.chunk))
        return Part(query, _led(shown, hits), Decision.ANSWER, None, tuple(shown))
    near = [*answers, *([every[named.nearest.id]] if named.nearest else [])]
    if Intent.PENALTY in query.intents:  # the fine of another act misleads
        near = [h for h in near if not states_consequence(h.chunk)]
    return Part(query, _led(near[:1], hits), Decision.NEAREST, None, (near[0],)) if near else None


def _led(first: Sequence[Hit], hits: Sequence[Hit]) -> list[Hit]:
    """``hits`` behind those that are shown."""
    ids = {h.chunk.id for h in first}
    return [*first, *(h for h in hits if h.chunk.id not in ids)]


def _fits(query: Query, hit: Hit) -> bool:
    """Whether a clause is for the goods and the age that the ask names."""
    return not hit.signals.get("other_goods") and not for_younger(query.text, hit.chunk.text)
