"""What a question wants, and whether a clause, cited or found, is one of those that answer it."""

from __future__ import annotations

from collections.abc import Sequence

from rag.ask import Citation, Status
from rag.eval.questions import Item, Part
from rag.index import Chunk

ANSWERED = (Status.ANSWERED, Status.PARTIAL)
SUBSTANCE = ("answerable", "time", "false_premise", "followup")
NOT_PLAINLY = ("ambiguous", "contradicting", "missing", "granularity")


def expects_answer(item: Item) -> bool:
    """Whether the question is one to answer."""
    return item.kind in (*SUBSTANCE, "multi")


def rests_on(wanted: tuple[str, int | None], cited: set[tuple[str, int | None]]) -> bool:
    """Whether an article is among those cited; no number means any of the law."""
    law, article = wanted
    return any(law == c and (article is None or article == a) for c, a in cited)


def is_right(item: Item, clause: Citation | Chunk) -> bool:
    """Whether a clause is one of those expected or rests on an article that is."""
    return _matches(item.clauses, item.gold, clause)


def part_is_right(part: Part, clause: Citation | Chunk) -> bool:
    """The same for one of several asks."""
    return _matches(part.clauses, part.gold, clause)


def _matches(
    clauses: Sequence[str], gold: Sequence[tuple[str, int | None]], clause: Citation | Chunk
) -> bool:
    cited = {(law.law, law.article) for law in clause.laws}
    return f"{clause.guideline}#{clause.clause}" in clauses or any(rests_on(g, cited) for g in gold)
