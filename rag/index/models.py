"""What is indexed and what a search returns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from pydantic import Field

from rag.content import LawRef, Section
from rag.ground import Frozen


class Chunk(Frozen):
    """A clause as it is indexed. ``text`` is what is embedded and matched: context line plus clause.

    ``revision`` is its version's, 0 in an index from before that was kept.
    """

    id: str
    guideline: str
    operator: str
    version: dt.date
    effective_to: dt.date | None
    title: str
    topics: tuple[str, ...]
    section: Section
    clause: str
    heading: str | None
    body: str
    text: str
    laws: tuple[LawRef, ...]
    digest: str
    asked: tuple[str, ...] = ()
    revision: int = 0

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions that the clause answers: its own, if it is a Q&A, and its other wordings."""
        own = (self.heading,) if self.heading and self.section is Section.FAQ else ()
        return own + self.asked

    @property
    def passages(self) -> tuple[str, ...]:
        """Its text, where it gets a vector as a passage: items of checklists get none."""
        return () if self.section is Section.CHECKLIST else (self.text,)


class Hit(Frozen):
    """A retrieved chunk with its scores; ``score`` orders hits (higher is better), the parts explain it.

    ``signals``: what the score was made of, by name; those that are 0 are left out.
    """

    chunk: Chunk
    score: float
    dense: float = 0.0
    lexical: float = 0.0
    coverage: float = 0.0
    signals: Mapping[str, float] = Field(default_factory=dict)
