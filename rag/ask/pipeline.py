"""The stages in the order in which a question walks through them: guard, understand, retrieve, judge, compose, verify, respond."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from rag.ask.advised import Own, advised
from rag.ask.clauses import is_asked, same_matter, states_consequence, tells_cost
from rag.ask.compose.changes import compose_change
from rag.ask.compose.choose import BELONGS, asks_amount, belongs, choose, compose
from rag.ask.compose.draft import Draft
from rag.ask.compose.render import render
from rag.ask.compose.verdict import brings_word
from rag.ask.guard.inspect import Screening
from rag.ask.judge import READ, UNKNOWN_OUTSIDE, Decision, decide, nearest, read_hits
from rag.ask.models import Answer, Finding, Question, Status
from rag.ask.part import Part, asks_of, status_of
from rag.ask.retrieve.search import POOL
from rag.ask.several import asks_several
from rag.ask.snapshot import Models, Snapshot
from rag.ask.understand.intents import GENERIC
from rag.ask.understand.parts import set_apart, split_question
from rag.ask.understand.query import Intent, Query
from rag.ask.understand.talk import talk_of
from rag.ask.verify.draft import verified
from rag.content import Outside
from rag.index import Hit, asked_by

Judged = Callable[[Status, Query], None]
# The chance that a clause answers a follow-up by itself: below, it may be of another trade, if a matter that is not ours is about as near
# (by at most so much farther) as any clause; above, it brings its own matter.
FOREIGN, ABOUT_AS_NEAR, OWN = 0.1, 0.05, 0.85
# Of 19 clauses over it for messages of train and dev 11 were graded 2, none 0; no near miss got one.
AFTERTHOUGHT = 0.7


@dataclass(frozen=True)
class Pipeline:
    """One walk through the stages, from one snapshot, on one day."""

    snapshot: Snapshot
    models: Models
    today: dt.date

    def consult(self, question: Question, read: Query | None = None) -> tuple[Query, list[Hit]]:
        """How a question is understood (``read``, if it was already) and what is found for it; the first half of `ask`."""
        read = read or self.snapshot.reader.read(question, self.today)
        query = self._completed(question, read)
        return query, self.snapshot.search.search(query, limit=POOL)

    def outside(self, query: Query) -> tuple[float, Outside | None]:
        """The matter that is not ours nearest to a question, and its cosine."""
        return self.snapshot.search.outside(query)

    def answer_anyway(self, question: Question) -> Answer:
        """The answer as if there were evidence, whatever the decision would be; for calibrating the decision."""
        query, hits = self.consult(question)
        return self._respond([Part(query, hits, Decision.ANSWER, None)], query)

    def answer(self, question: Question, judged: Judged = lambda status, query: None) -> Answer:
        """Walk the stages. ``judged`` is told the status as soon as it is known, before anything is composed."""
        verdict = self.models.guard.inspect_conversation(question, self.snapshot.asks)
        whole = self.snapshot.reader.read(question, self.today)
        if verdict is not Screening.FINE:
            judged(Status.REFUSED, whole)
            near = self.snapshot.search.search(whole, limit=POOL) if verdict is Screening.EVASION else []
            return self.snapshot.replies.refusal(whole, verdict, near)
        if talk := talk_of(question.question):
            judged(Status.OUT_OF_SCOPE, whole)
            return self.snapshot.replies.talk(whole, talk)
        if whole.impossible:
            judged(Status.NEEDS_CLARIFICATION, whole)
            return self.snapshot.replies.impossible_date(whole)
        parts = self.asks(question, whole)
        query = whole if len(parts) > 1 else parts[0].query.timed_as(whole)
        judged(status_of(parts), query)
        return self._respond(parts, query) if parts[0].found or len(parts) > 1 else self._unanswered(parts[0])

    def asks(self, question: Question, whole: Query) -> list[Part]:
        """What is found for a message: for each of its questions, or for itself where it asks one thing; as the chat model advises,
        where one is set and what it says holds."""
        return self._advised(question, whole) or self._asks(question, whole)

    def _advised(self, question: Question, whole: Query) -> list[Part] | None:
        """None for follow-ups, for what a law itself says or how it changed, and where nothing is asked: the rules know those."""
        adviser = self.models.adviser
        known = whole.followup or whole.laws or Intent.CHANGE in whole.intents
        if adviser is None or known or all(GENERIC.fullmatch(w) for w in whole.words):
            return None
        if any(is_asked(h.chunk, whole.original) for h in self.consult(question, whole)[1]):
            return None  # a clause is known to answer it
        own = Own(self.consult, self._consider, self.models.judge, self.snapshot.role(whole.operator))
        return advised(adviser, question, whole, own)

    def _asks(self, question: Question, whole: Query) -> list[Part]:
        one, pieces = self.pieces(question, whole)
        if not any(p.found for p in pieces):
            return [one]
        apart = set_apart(question.question, self.snapshot.index.words)
        if apart and not any(p.query.followup for p in pieces[1:]):
            return pieces
        several = asks_several(question.question, one.outcome, [p.outcome for p in pieces])
        return pieces if several else [self._with_afterthoughts(one, pieces[1:])]

    def _with_afterthoughts(self, one: Part, pieces: Sequence[Part]) -> Part:
        """What is found for a message as one question, and what answers a short question behind it (…报吗 主播的也要报?): a clause
        which the judge says answers both that piece and the message."""
        judge, shown = self.models.judge, list(one.shown)
        if judge is None or one.kind is not Finding.DIRECT:
            return one
        for piece in pieces:
            lead = piece.shown[0].chunk if piece.kind is Finding.DIRECT else None
            if lead is None or any(
                h.chunk.digest == lead.digest or same_matter(h.chunk, lead) for h in shown
            ):
                continue
            role = self.snapshot.role(piece.query.operator)
            said = [judge.judge(asked_by(q.text, role), [lead.text])[0][2] for q in (piece.query, one.query)]
            if min(said) >= AFTERTHOUGHT:
                shown.append(piece.shown[0])
        return one._replace(shown=tuple(shown))

    def pieces(self, question: Question, whole: Query) -> tuple[Part, list[Part]]:
        """What is found for a message as one question, and for each of its pieces; no pieces where it cannot be cut."""
        one = self._alone(question, whole) or self._consider(question, whole)
        if one.asked_so:
            return one, []
        pieces: list[Part] = []
        asked = self._split(question, whole)
        for part in asked if len(asked) > 1 else []:
            read = self.snapshot.reader.read(part, self.today)
            alone = self._costs(part, pieces) or self._alone(part, read)
            pieces.append(alone or self._consider(part, read))
        return one, pieces

    def _alone(self, question: Question, query: Query) -> Part | None:
        """A follow-up by itself, not completed with what stands before it: where it is of another trade (…？离婚了财产怎么分？), and
        where it brings its own matter (抽奖…？忘了发奖呢). What it costs is always that of what stands before."""
        if not query.followup:
            return None
        said = {"history": (), "as_of": query.day, "operator": query.operator}
        alone = self._consider(question.model_copy(update=said))
        if alone.chance is None:
            return None
        if alone.decision is Decision.ANSWER and alone.chance >= OWN:
            return None if Intent.PENALTY in query.intents else alone
        foreign = (
            not alone.found and alone.chance < FOREIGN and self.snapshot.reader.is_strange(query.original)
        )
        outside = self.outside(alone.query)[0] or UNKNOWN_OUTSIDE
        return alone if foreign and outside > nearest(alone.hits) - ABOUT_AS_NEAR else None

    def _costs(self, question: Question, before: Sequence[Part]) -> Part | None:
        """What the breach asked about just before costs (…可以吗？罚多少？), if its answer says so."""
        costs = [
            h for p in before[-1:] if p.kind is Finding.DIRECT for h in p.shown if states_consequence(h.chunk)
        ]
        query = self.snapshot.reader.read(question, self.today)
        if not costs or not query.followup or not asks_amount(query):
            return None
        return Part(query, costs, Decision.ANSWER, None, tuple(costs[:1]))

    def _split(self, question: Question, whole: Query) -> list[Question]:
        """The questions in a message; day and role said once hold for all of them."""
        parts = split_question(question, self.snapshot.index.words)
        if len(parts) == 1:
            return parts
        said = {"as_of": whole.day, "operator": whole.operator}
        return [part.model_copy(update=said) for part in parts]

    def _consider(self, question: Question, read: Query | None = None) -> Part:
        """Understand, retrieve, decide."""
        query, hits = self.consult(question, read)
        if so := [h for h in hits if not query.followup and is_asked(h.chunk, query.original)]:
            lead = max(so, key=lambda h: h.chunk.operator == query.operator)
            hits = [lead, *(h for h in hits if h is not lead)]
            return Part(query, hits, Decision.ANSWER, None, self._shown(query, hits), asked_so=True)
        outside, matter = self.outside(query)
        role, favour = self.snapshot.role(query.operator), partial(self.snapshot.search.favour, query)
        reading = read_hits(self.models.judge, role, query, hits, outside, favour)
        hits = self._priced(query, reading.hits) if query.followup and asks_amount(query) else reading.hits
        decision = (
            decide(query, hits, outside, reading.found, reading.chance) if hits else Decision.NO_EVIDENCE
        )
        if Intent.CHANGE in query.intents and query.laws:  # 广告法改了什么: few words, clear matter
            decision = Decision.ANSWER
        shown = self._shown(query, hits) if decision is Decision.ANSWER else tuple(hits[:1])
        if (
            decision is Decision.ANSWER
            and asks_amount(query)
            and not any(tells_cost(query, h.chunk) for h in shown)
        ):
            decision, shown = Decision.NEAREST, shown[:1]  # the rule alone does not say what it costs
        return Part(query, hits, decision, matter if outside > nearest(hits) else None, shown, reading.chance)

    def _priced(self, query: Query, hits: list[Hit]) -> list[Hit]:
        """For what a breach named before costs (那罚多少): first the consequence that the judge says is that breach's; none
        if it says so of none."""
        judge, costs = self.models.judge, [h for h in hits if states_consequence(h.chunk)][:READ]
        if judge is None or not costs or query.laws:
            return hits
        text = query.matter.removesuffix(query.original).strip()
        said = judge.judge(asked_by(text, self.snapshot.role(query.operator)), [h.chunk.text for h in costs])
        lead = next((h for h, s in zip(costs, said, strict=True) if s[0] < 1 - BELONGS), None)
        return [lead, *(h for h in hits if h is not lead)] if lead else []

    def _shown(self, query: Query, hits: Sequence[Hit]) -> tuple[Hit, ...]:
        """The clauses of an answer: the one that leads, and of those beside it what the judge says belongs to it."""
        chosen, judge = choose(query, hits), self.models.judge
        if judge is None or len(chosen) < 2 or query.article_only:
            return tuple(chosen)
        lead, *rest = sorted(chosen, key=lambda h: h is not hits[0])
        text = asked_by(query.judged, self.snapshot.role(query.operator))
        first, *said = judge.judge(text, [h.chunk.text for h in (lead, *rest)])
        kept = [lead, *(h for h, s in zip(rest, said, strict=True) if belongs(query, (lead, first), (h, s)))]
        shown = [h for h in chosen if h in kept]
        return tuple(
            sorted(shown, key=lambda h: not brings_word(query.original, h.chunk))
            if not asks_amount(query)
            else shown
        )

    def _unanswered(self, part: Part, decision: Decision | None = None) -> Answer:
        return self.snapshot.replies.unanswered(
            part.query,
            decision or part.decision,
            part.hits,
            self._clauses_in_force(part.query.day),
            part.matter,
        )

    def _respond(self, parts: Sequence[Part], query: Query) -> Answer:
        """Compose, verify, respond; parts without evidence are named. ``query`` is the message as a whole."""
        found = [p for p in parts if p.found]
        draft, notes = self._compose(found, query, alone=len(parts) == 1)
        if not draft.sentences:
            return self._unanswered(parts[0], Decision.NO_EVIDENCE)
        hits = [h for p in found for h in (p.hits if p.kind is Finding.DIRECT else p.shown)]
        sure = all(p.kind is Finding.DIRECT for p in found)
        writer = self.models.writer if sure and Intent.CHANGE not in query.intents else None
        written = (
            writer.write(query, hits, draft, self.today) if writer else None
        )  # else the extracts; a change is told in its own words
        draft = written or draft
        word = next((w[0] for w in draft.words if w), None) if len(parts) == 1 else None
        missing = self.snapshot.replies.missing([(p.query.original, p.kind) for p in parts])
        return Answer(
            id="",
            status=status_of(parts),
            answer=render(draft, notes=notes, word=word, after=missing),
            as_of=query.day,
            notes=tuple(notes),
            missing=tuple(missing),
            verdict=word,
            parts=asks_of(parts, draft),
            sentences=tuple(draft.sentences),
            citations=tuple(draft.citations),
            suggestions=self.snapshot.replies.suggestions(
                query,
                [h for p in found for h in p.hits],
                draft,
                sure=any(p.kind is Finding.DIRECT for p in found),
            ),
            contact=self.snapshot.replies.contact,
            generated_by=self.models.writer.name if written and self.models.writer else "extractive",
            notice=self.snapshot.replies.notice(query, draft, by_model=written is not None),
            operator=query.operator,
        )

    def _compose(self, parts: Sequence[Part], whole: Query, *, alone: bool) -> tuple[Draft, list[str]]:
        """A verified draft and the lines before it: the difference of versions if that is asked, else the rule."""
        today = self.today
        query, hits = parts[0].query, parts[0].hits
        if Intent.CHANGE in query.intents and len(parts) == 1:
            change = compose_change(query, hits, self.snapshot.corpus, self.snapshot.index, today)
            if change is not None:
                return verified(change[0]), change[1]
        draft = verified(compose([(p.query, p.shown, p.kind is Finding.DIRECT) for p in parts], today))
        nearest = alone and parts[0].kind is Finding.NEAREST
        told = query.timed_as(whole)
        return draft, self.snapshot.replies.notes(told, hits[0], draft, today, nearest=nearest)

    def _completed(self, question: Question, query: Query) -> Query:
        """A follow-up as the chat model completes it, if one is set to; else as the rules did."""
        writer = self.models.writer
        text = writer.rewrite(question.history, question.question) if writer and query.followup else None
        if text is None:
            return query
        alone = question.model_copy(update={"question": text, "history": (), "as_of": query.day})
        completed = self.snapshot.reader.read(alone, self.today)
        return replace(
            completed.timed_as(query), original=query.original, intents=query.intents | completed.intents,
            operator=query.operator or completed.operator, followup=True,
        )  # fmt: skip

    def _clauses_in_force(self, day: dt.date) -> int:
        return int(self.snapshot.index.in_force(day).sum())
