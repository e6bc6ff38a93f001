"""The optional chat model: it words an answer from retrieved clauses, and every sentence is verified before use.

The model sees numbered clauses without law references and addresses; laws in an answer come from the citations. What
does not survive verification is dropped; if the core does not survive, there is no written answer and the caller keeps
the extractive one. Nothing here raises to the asker.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from langchain_core.messages import BaseMessage

from rag.ask.compose.draft import Draft, make_citation
from rag.ask.guard.inspect import Screening, inspect
from rag.ask.models import Turn
from rag.ask.understand.query import Query
from rag.ask.verify.sentence import verify_sentence
from rag.ask.verify.source import support_score
from rag.ask.write.prompts import REWRITE, WRITE
from rag.ask.write.replies import (
    NO_BASIS,
    Rewritten,
    Written,
    as_sentences,
    contradicts,
    lead_joined,
    numbered,
    within_length,
)
from rag.content import Operator, without_references
from rag.ground import ChatModelError, mask
from rag.index import Chunk, Hit
from rag.llm import ADDRESS, ChatClient, Meter, data, messages

MAX_CLAUSES = 6
MAX_EVIDENCE = 2400
MAX_SENTENCES = 8
MIN_SUPPORT = 0.55
NEAR = 0.2
_NUMBER = re.compile(r"\d+|[一二三四五六七八九十百千]+(?=[条元年日倍个])")


@dataclass(frozen=True)
class Writer:
    """Writes answers and completes follow-ups with one chat model. Thread-safe."""

    client: ChatClient
    operators: Mapping[str, str]
    rewrites: bool = False
    name: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", f"llm:{self.client.model}")

    @property
    def meter(self) -> Meter:
        """Counters, a prometheus_client collector."""
        return self.client.meter

    def write(self, query: Query, hits: Sequence[Hit], draft: Draft, today: dt.date) -> Draft | None:
        """A verified answer to ``query``, or None where the extractive ``draft`` should be given.

        Args:
            query: what is asked.
            hits: retrieved clauses, best first.
            draft: the extractive answer; its clauses are shown to the model first.
            today: for addresses of citations.
        """
        clauses = evidence(hits, draft)
        if not clauses or _key(clauses[0]) != _key_of(draft):
            return None
        prompt = self._write_messages(query, clauses)
        try:
            written = self.client.ask(prompt, Written, purpose="answer")
        except ChatModelError:
            self.meter.answers.labels("failed").inc()
            return None
        result, outcome = self._checked(written, clauses, today)
        self.meter.answers.labels(outcome).inc()
        return result

    def rewrite(self, history: Sequence[Turn], question: str) -> str | None:
        """A follow-up completed from earlier questions, or None to leave that to the rules.

        Earlier answers are not sent, nor earlier questions that try to take over. A rewriting that brings in
        numbers, much new wording or instructions is discarded.
        """
        earlier = [t.question for t in history[-3:] if inspect(t.question) is Screening.FINE]
        if not self.rewrites or not earlier:
            return None
        shown = "".join(f"<earlier>{data(mask(q))}</earlier>\n" for q in earlier)
        prompt = messages(REWRITE, f"{shown}<question>{data(mask(question))}</question>")
        try:
            text = self.client.ask(prompt, Rewritten, purpose="rewrite").question.strip()
        except ChatModelError:
            return None
        known = [*earlier, question]
        numbers = set(_NUMBER.findall(text)) <= set(_NUMBER.findall("\n".join(known)))
        fine = numbers and inspect(text) is Screening.FINE and "<" not in text and not ADDRESS.search(text)
        return text if fine and support_score(text, known) >= MIN_SUPPORT else None

    def close(self) -> None:
        """Close connections."""
        self.client.close()

    def _write_messages(self, query: Query, clauses: Sequence[Chunk]) -> list[BaseMessage]:
        role = self.operators.get(query.operator or "", "未说明")
        return messages(
            WRITE,
            f"<question>{data(mask(query.text))}</question>\n<role>{data(role)}</role>\n"
            f"<day>{query.day.isoformat()}</day>\n<clauses>\n{as_data(clauses, self.operators)}\n</clauses>",
        )

    def _checked(
        self, written: Written, clauses: Sequence[Chunk], today: dt.date
    ) -> tuple[Draft | None, str]:
        """The draft made of the sentences that pass, or None; and what became of the answer."""
        sentences = lead_joined(as_sentences(written.sentences))[:MAX_SENTENCES]
        if written.verdict == NO_BASIS or not sentences:
            return None, "no_basis"
        citations = {n: make_citation(n, c, today) for n, c in enumerate(clauses, 1)}
        findings = [verify_sentence(s, citations, min_support=MIN_SUPPORT) for s in sentences]
        for finding in findings:
            self.meter.sentences.labels(finding.fault or "kept").inc()
        kept = [s for s, f in zip(sentences, findings, strict=True) if f.fault is None]
        if findings[0].fault is not None or 2 * len(kept) < len(sentences):
            return None, "core_dropped"
        if contradicts(written.verdict, kept[0].text):
            return None, "contradiction"
        return numbered(within_length(kept), citations), "used" if len(kept) == len(sentences) else "trimmed"


def open_writer(client: ChatClient | None, operators: Iterable[Operator], *, rewrites: bool) -> Writer | None:
    """The writer over a chat model; None where there is none."""
    return Writer(client, {o.id: o.name for o in operators}, rewrites=rewrites) if client else None


def as_data(clauses: Sequence[Chunk], operators: Mapping[str, str]) -> str:
    """Clauses as a model is shown them: numbered from 1, without law references; ``operators``: names of the roles."""

    def one(number: int, chunk: Chunk) -> str:
        head = (
            f"[{number}] {operators.get(chunk.operator, chunk.operator)}·{chunk.title}·{chunk.section.value}"
        )
        question = f"\n问：{chunk.heading}" if chunk.heading else ""
        return f"<clause>\n{data(head)}{data(question)}\n{data(without_references(chunk.body))}\n</clause>"

    return "\n".join(one(n, c) for n, c in enumerate(clauses, 1))


def evidence(hits: Sequence[Hit], draft: Draft) -> list[Chunk]:
    """The clauses a model may write from: those of the extractive answer, then the next best of similar score.

    A clause that itself tries to instruct the assistant is left out; if it leads, nothing is written.
    """
    used = [(c.guideline, c.version, c.clause) for c in draft.citations]
    place = {key: n for n, key in enumerate(used)}
    ranked = sorted(hits, key=lambda h: place.get(_key(h.chunk), len(used)))
    chosen: list[Chunk] = []
    room = MAX_EVIDENCE
    for hit in ranked:
        near = _key(hit.chunk) in place or hit.score >= NEAR * hits[0].score
        room -= len(hit.chunk.body)
        if near and room >= 0 and not instructs(hit.chunk.body):
            chosen.append(hit.chunk)
        if len(chosen) == MAX_CLAUSES or room < 0:
            break
    return chosen


def _key_of(draft: Draft) -> tuple[str, dt.date, str] | None:
    """The clause the extractive answer leads with."""
    first = draft.citations[0] if draft.citations else None
    return (first.guideline, first.version, first.clause) if first else None


def _key(chunk: Chunk) -> tuple[str, dt.date, str]:
    return chunk.guideline, chunk.version, chunk.clause


@lru_cache(maxsize=20_000)
def instructs(text: str) -> bool:
    """Whether a clause holds an attempt to take over the assistant."""
    return inspect(text) is Screening.TAKEOVER
