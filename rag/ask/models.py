"""The values that pass between stages. Frozen; no behaviour beyond small derived properties."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

from rag.ground import Contact, Frozen


class Turn(Frozen):
    """An earlier question of the same conversation and, if known, its answer."""

    question: str
    answer: str | None = None


class Question(Frozen):
    """What is asked. ``as_of`` None means today; ``operator`` None means every role."""

    question: str
    operator: str | None = None
    as_of: dt.date | None = None
    history: tuple[Turn, ...] = ()
    guideline: str | None = None


class Status(StrEnum):
    """How a question was dealt with. Only ``answered`` and ``partial`` carry rules."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    NO_EVIDENCE = "no_evidence"
    OUT_OF_SCOPE = "out_of_scope"
    REFUSED = "refused"
    NEEDS_CLARIFICATION = "needs_clarification"


class Finding(StrEnum):
    """What was found for one ask of a message: a clause that answers it, the nearest one, none."""

    DIRECT = "direct"
    NEAREST = "nearest"
    NONE = "none"


class CitedLaw(Frozen):
    """A law article behind a citation: register short title, article number, printed label."""

    law: str
    article: int | None
    label: str


class Citation(Frozen):
    """A clause that supports a sentence. ``quote`` is ``clause text[start:end]``, byte for byte."""

    n: int
    guideline: str
    title: str
    operator: str
    version: dt.date
    clause: str
    section: str
    quote: str
    start: int
    end: int
    digest: str
    url: str
    laws: tuple[CitedLaw, ...]


class Sentence(Frozen):
    """A sentence of the answer and the numbers of the citations it rests on.

    ``heading`` is set on the first sentence of a clause whose question or section has to be shown with it.
    """

    text: str
    citations: tuple[int, ...]
    heading: str | None = None


class Ask(Frozen):
    """One ask of a message in the asker's words, what was found for it, and its sentences by their places in the answer.

    ``verdict`` is the word that answers it, None where the sentences themselves bring it.
    """

    asked: str
    kind: Finding
    verdict: str | None = None
    sentences: tuple[int, ...] = ()


class Answer(Frozen):
    """The response to a question, as the API returns it.

    ``notes`` are the lines before the first sentence (another day, another role's duty), ``missing`` those that name
    the asks of a message that found no evidence; both stand in ``answer`` as well. ``parts`` tells for every ask what was
    found. ``partial`` also is an answer that has only the nearest clause.
    """

    id: str
    status: Status
    answer: str
    as_of: dt.date
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    suggestions: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    contact: Contact
    generated_by: str = "extractive"
    notice: str = ""
    operator: str | None = None
    latency_ms: int = 0
    notes: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    verdict: str | None = None
    parts: tuple[Ask, ...] = ()
