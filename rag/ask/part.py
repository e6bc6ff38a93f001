"""What was found for one question of a message, and what a message is told of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rag.ask.compose.draft import Draft
from rag.ask.judge import Decision
from rag.ask.models import Ask, Finding, Status
from rag.ask.several import Found
from rag.ask.understand.query import Query
from rag.content import Outside
from rag.index import Hit

_STATUS = {
    Decision.ANSWER: Status.ANSWERED,
    Decision.NEAREST: Status.PARTIAL,
    Decision.NO_EVIDENCE: Status.NO_EVIDENCE,
    Decision.OUT_OF_SCOPE: Status.OUT_OF_SCOPE,
    Decision.CLARIFY: Status.NEEDS_CLARIFICATION,
}
_FINDING = {Decision.ANSWER: Finding.DIRECT, Decision.NEAREST: Finding.NEAREST}


class Part(NamedTuple):
    """One question of a message, what was found, what to do with it; ``chance`` that the first clause answers (None: not judged);
    ``asked_so``: the question is, word for word, one that the leading clause is known to answer."""

    query: Query
    hits: list[Hit]
    decision: Decision
    matter: Outside | None
    shown: tuple[Hit, ...] = ()
    chance: float | None = None
    asked_so: bool = False

    @property
    def outcome(self) -> Found:
        """What decides whether a message is answered piece by piece."""
        lead = self.shown[0].chunk.id if self.shown else None
        return Found(self.kind, self.chance, lead, self.query.followup)

    @property
    def found(self) -> bool:
        """Whether there is a clause to show, one that answers it or the nearest."""
        return self.decision in _FINDING

    @property
    def kind(self) -> Finding:
        """What was found, as the asker is told."""
        return _FINDING.get(self.decision, Finding.NONE)


def status_of(parts: Sequence[Part]) -> Status:
    """The status of a message from the decisions on its parts."""
    if len(parts) == 1:
        return _STATUS[parts[0].decision]
    return Status.ANSWERED if all(p.kind is Finding.DIRECT for p in parts) else Status.PARTIAL


def asks_of(parts: Sequence[Part], draft: Draft) -> tuple[Ask, ...]:
    """For every ask what was found, the word it is answered with, and which sentences of the draft are its own."""
    words = iter(w and w[0] for w in draft.words)
    keys = {c.n: f"{c.guideline}#{c.clause}" for c in draft.citations}
    asks = []
    for part in parts:
        mine = {f"{h.chunk.guideline}#{h.chunk.clause}" for h in part.shown} if part.found else set()
        own = tuple(i for i, s in enumerate(draft.sentences) if any(keys[n] in mine for n in s.citations))
        every = own if len(parts) > 1 else tuple(range(len(draft.sentences)))
        word = next(words, None) if part.found else None
        asks.append(Ask(asked=part.query.original, kind=part.kind, verdict=word, sentences=every))
    return tuple(asks)
