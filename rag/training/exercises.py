"""Exercises and cases of the chosen guidelines: yes-or-no Q&As whose verdict the answer opens with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import zip_longest

from rag.content import Clause, Guideline, Section
from rag.training.forms import options_of
from rag.training.models import Exercise
from rag.training.words import articles

MINUTES_EACH = 6
FEWEST, MOST = 4, 20


def how_many(minutes: int) -> int:
    """How many exercises fit into a course."""
    return max(FEWEST, min(MOST, minutes // MINUTES_EACH))


def verdict_exercises(guideline: Guideline) -> Iterator[Exercise]:
    """The yes-or-no Q&As of a guideline that have one plain answer, in an order that does not follow the page."""
    asked = [c for c in guideline.clauses if c.section is Section.FAQ and c.heading]
    for clause in sorted(asked, key=lambda c: _shuffled(guideline, c)):
        question = clause.heading or ""
        if found := options_of(question, clause.text):
            yield exercise(guideline, clause, question, *found)


def exercise(
    guideline: Guideline, clause: Clause, question: str, options: tuple[str, ...], answer: int, own: str = ""
) -> Exercise:
    """An exercise on a clause, which becomes its explanation."""
    return Exercise(
        id=own or f"{guideline.id}#{clause.id}",
        guideline=guideline.id,
        title=guideline.title,
        version=guideline.version,
        clause=clause.id,
        question=question,
        options=options,
        answer=answer,
        text=clause.text,
        laws=articles(clause.laws),
    )


def spread(groups: Iterable[Iterable[Exercise]], count: int) -> tuple[Exercise, ...]:
    """``count`` exercises, taken from the groups in turn; then those of a group stand together."""
    kept = [list(group) for group in groups]
    turns = [e for turn in zip_longest(*kept) for e in turn if e is not None][:count]
    chosen = {e.id for e in turns}
    return tuple(e for group in kept for e in group if e.id in chosen)


def _shuffled(guideline: Guideline, clause: Clause) -> str:
    return hashlib.sha256(f"{guideline.id}#{clause.id}".encode()).hexdigest()
