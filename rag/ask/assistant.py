"""Question -> Answer. `Assistant.ask` reads as the list of stages: guard, understand, retrieve, decide, compose, verify, respond."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from langchain_core.embeddings import Embeddings

from rag.ask.compose.changes import compose_change
from rag.ask.compose.choose import compose
from rag.ask.compose.draft import Draft
from rag.ask.compose.render import render
from rag.ask.guard.inspect import Verdict, inspect_conversation
from rag.ask.judge import Decision, decide, nearest
from rag.ask.models import Answer, Question, Status
from rag.ask.respond import Replies
from rag.ask.retrieve.retriever import POOL, Reranker, Retriever
from rag.ask.understand.parts import split_question
from rag.ask.understand.query import Intent, Query
from rag.ask.understand.reader import Reader
from rag.ask.verify.sentence import verify_sentence
from rag.ask.write import Writer, open_writer
from rag.content import Corpus, Outside, load_corpus
from rag.ground import Settings, contact_of, teach, words
from rag.index import Hit, SearchIndex, open_embeddings, open_reranker, read_pointer
from rag.llm import Meter


@dataclass
class _Opened:
    """What depends on the published generation; replaced as a whole by `refresh`."""

    index: SearchIndex
    retriever: Retriever


@dataclass(frozen=True)
class _Models:
    """The models, opened once. Any may be absent: words alone find clauses, and clauses alone answer."""

    embeddings: Embeddings | None
    reranker: Reranker | None
    writer: Writer | None


class _Part(NamedTuple):
    """One question of a message: how it is understood, what was found, what to do with it."""

    query: Query
    hits: list[Hit]
    decision: Decision
    matter: Outside | None

    @property
    def found(self) -> bool:
        """Whether there is evidence to answer it from."""
        return self.decision is Decision.ANSWER


class Assistant:
    """Answers questions from one corpus and its published index. Thread-safe; open once, ask many times."""

    def __init__(self, settings: Settings, corpus: Corpus, models: _Models, opened: _Opened) -> None:
        self.settings = settings
        self.corpus = corpus
        self._models = models
        self._opened = opened
        self._reader = Reader(corpus.registers, vocabulary(corpus), wordings(corpus))
        self._replies = Replies(corpus, contact_of(settings))

    @classmethod
    def open(cls, settings: Settings, corpus: Corpus) -> Assistant:
        """Open the published index and the embedding model.

        Raises:
            IndexMissingError: no index is published.
            EmbeddingError: the embedding model or the reranker does not load.
        """
        teach(corpus.registers.known_words())
        embeddings = open_embeddings(settings.embedding)
        reranker = open_reranker(settings.reranker)
        writer = open_writer(settings, corpus.registers.operators)
        models = _Models(embeddings, reranker, writer)
        return cls(settings, corpus, models, cls._open_index(settings, models))

    @staticmethod
    def _open_index(settings: Settings, models: _Models) -> _Opened:
        index = SearchIndex(settings.data / "index", chroma_url=settings.chroma_url)
        embeddings = models.embeddings if index.pointer.embedding == settings.embedding else None
        return _Opened(index, Retriever(index, embeddings, models.reranker))

    def refresh(self) -> bool:
        """Switch to a newly published generation and its content, if there is one; cheap when there is none.

        Raises:
            ContentError: the content was broken after the index was built; what was open goes on serving.
        """
        pointer = read_pointer(self.settings.data / "index")
        if pointer is None or pointer.generation == self._opened.index.pointer.generation:
            return False
        corpus = load_corpus(self.settings.guidelines)
        teach(corpus.registers.known_words())
        self._opened = self._open_index(self.settings, self._models)
        self.corpus = corpus
        self._reader = Reader(corpus.registers, vocabulary(corpus), wordings(corpus))
        self._replies = Replies(corpus, contact_of(self.settings))
        return True

    def close(self) -> None:
        """Close the connections of the chat model, if there is one."""
        if self._models.writer is not None:
            self._models.writer.close()

    @property
    def meter(self) -> Meter | None:
        """Counters of the chat model, a prometheus_client collector; None where no model is set."""
        return self._models.writer.meter if self._models.writer else None

    def search(
        self,
        query: str,
        *,
        operator: str | None = None,
        topic: str | None = None,
        as_of: dt.date | None = None,
        limit: int = 10,
    ) -> list[Hit]:
        """The clauses that match a text best, best first; filters, unlike in `ask`, are strict."""
        asked = Question(question=query, operator=operator, as_of=as_of)
        understood = self._reader.read(asked, self.settings.current_day())
        return self._opened.retriever.search(understood, limit=limit, operator=operator, topic=topic)

    def ask(self, question: Question) -> Answer:
        """Answer one question. Never raises for what was asked: not answering is a status."""
        started = time.perf_counter()
        answer = self._answer(question)
        return answer.model_copy(
            update={"id": uuid.uuid4().hex, "latency_ms": round((time.perf_counter() - started) * 1000)}
        )

    def consult(self, question: Question, read: Query | None = None) -> tuple[Query, list[Hit]]:
        """How a question is understood (``read``, if it was already) and what is found for it; the first half of `ask`."""
        read = read or self._reader.read(question, self.settings.current_day())
        query = self._completed(question, read)
        return query, self._opened.retriever.search(query, limit=POOL)

    def outside(self, query: Query) -> tuple[float, Outside | None]:
        """The matter that is not ours nearest to a question, and its cosine."""
        return self._opened.retriever.outside(query)

    def answer_anyway(self, question: Question) -> Answer:
        """The answer as if there were evidence, whatever the decision would be; for calibrating the decision."""
        query, hits = self.consult(question)
        return self._respond([_Part(query, hits, Decision.ANSWER, None)], query)

    def _answer(self, question: Question) -> Answer:
        verdict = inspect_conversation(question)
        whole = self._reader.read(question, self.settings.current_day())
        if verdict is not Verdict.FINE:
            return self._replies.refusal(whole, verdict)
        asked = self._split(question, whole)
        parts = [self._consider(part) for part in asked] if len(asked) > 1 else []
        if not any(p.found for p in parts):
            parts = [self._consider(question, whole)]
        if not parts[0].found and len(parts) == 1:
            return self._unanswered(parts[0])
        return self._respond(parts, whole if len(parts) > 1 else parts[0].query)

    def _split(self, question: Question, whole: Query) -> list[Question]:
        """The questions in a message; day and role said once hold for all of them."""
        parts = split_question(question)
        if len(parts) == 1:
            return parts
        said = {"as_of": whole.day, "operator": whole.operator}
        return [part.model_copy(update=said) for part in parts]

    def _consider(self, question: Question, read: Query | None = None) -> _Part:
        """Understand, retrieve, decide."""
        query, hits = self.consult(question, read)
        outside, matter = self.outside(query)
        decision = decide(query, hits, outside)
        if Intent.CHANGE in query.intents and query.laws:  # 广告法改了什么: few words, clear matter
            decision = Decision.ANSWER
        return _Part(query, hits, decision, matter if outside > nearest(hits) else None)

    def _unanswered(self, part: _Part, decision: Decision | None = None) -> Answer:
        return self._replies.unanswered(
            part.query,
            decision or part.decision,
            part.hits,
            self._clauses_in_force(part.query.day),
            part.matter,
        )

    def _respond(self, parts: Sequence[_Part], query: Query) -> Answer:
        """Compose, verify, respond; parts without evidence are named. ``query`` is the message as a whole."""
        found = [p for p in parts if p.found]
        draft, notes = self._compose(found)
        if not draft.sentences:
            return self._unanswered(parts[0], Decision.NO_EVIDENCE)
        hits = [h for p in found for h in p.hits]
        written = self._written(query, hits, draft)
        draft = written or draft
        missing = [number for number, p in enumerate(parts, 1) if not p.found]
        return Answer(
            id="",
            status=Status.PARTIAL if missing else Status.ANSWERED,
            answer=render(draft, notes=notes, after=self._replies.missing(missing)),
            as_of=query.day,
            sentences=tuple(draft.sentences),
            citations=tuple(draft.citations),
            suggestions=self._replies.suggestions(query, hits, draft),
            contact=self._replies.contact,
            generated_by=self._models.writer.name if written and self._models.writer else "extractive",
            notice=self._replies.notice(query, draft, by_model=written is not None),
            operator=query.operator,
        )

    def _compose(self, parts: Sequence[_Part]) -> tuple[Draft, list[str]]:
        """A verified draft and the lines before it: the difference of versions if that is asked, else the rule."""
        today = self.settings.current_day()
        query, hits = parts[0].query, parts[0].hits
        if Intent.CHANGE in query.intents and len(parts) == 1:
            change = compose_change(query, hits, self.corpus, self._opened.index, today)
            if change is not None:
                return verified(change[0]), change[1]
        draft = verified(compose([(p.query, p.hits) for p in parts], today))
        return draft, self._replies.notes(query, hits[0], today)

    def _completed(self, question: Question, query: Query) -> Query:
        """A follow-up as the chat model completes it, if one is set to; else as the rules did."""
        writer = self._models.writer
        text = writer.rewrite(question.history, question.question) if writer and query.followup else None
        if text is None:
            return query
        alone = question.model_copy(update={"question": text, "history": (), "as_of": query.day})
        completed = self._reader.read(alone, self.settings.current_day())
        return replace(
            completed, original=query.original, day_stated=query.day_stated, intents=query.intents | completed.intents,
            operator=query.operator or completed.operator, followup=True,
        )  # fmt: skip

    def _written(self, query: Query, hits: list[Hit], draft: Draft) -> Draft | None:
        """The chat model's wording, every sentence verified; None where the extracts are to be given.

        What changed between versions is shown in their own words.
        """
        writer = self._models.writer
        if writer is None or Intent.CHANGE in query.intents:
            return None
        return writer.write(query, hits, draft, self.settings.current_day())

    def _clauses_in_force(self, day: dt.date) -> int:
        return int(self._opened.index.in_force(day).sum())


def verified(draft: Draft) -> Draft:
    """The draft without sentences that do not rest on what they cite, and without citations nobody uses."""
    citations = {c.n: c for c in draft.citations}
    kept = [s for s in draft.sentences if verify_sentence(s, citations).fault is None]
    used = {n for s in kept for n in s.citations}
    return Draft(sentences=kept, citations=[c for c in draft.citations if c.n in used])


def vocabulary(corpus: Corpus) -> set[str]:
    """Words that occur in several questions of the content: what a mistyped word may have meant."""
    counts = Counter(
        w
        for g in corpus.guidelines
        for c in g.clauses
        if c.heading
        for w in set(words(c.heading))
        if len(w) >= 2
    )
    return {w for w, n in counts.items() if n >= 6}


def wordings(corpus: Corpus) -> list[str]:
    """Every question and clause text once."""
    found = {t for g in corpus.guidelines for c in g.clauses for t in (c.heading, c.text, *c.asked) if t}
    return sorted(found)
