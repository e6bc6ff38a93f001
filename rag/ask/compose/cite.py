"""Citations: a clause as the answer names it, its address and its law articles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from rag.ask.models import Citation, CitedLaw
from rag.content import LawRef
from rag.index import Chunk, in_force


def make_citation(number: int, chunk: Chunk, today: dt.date) -> Citation:
    """The citation of a whole clause, as seen on ``today``."""
    return Citation(
        n=number,
        guideline=chunk.guideline,
        title=chunk.title,
        operator=chunk.operator,
        version=chunk.version,
        clause=chunk.clause,
        section=chunk.section.value,
        quote=chunk.body,
        start=0,
        end=len(chunk.body),
        digest=chunk.digest,
        url=clause_url(chunk, today),
        laws=cited_laws(chunk.laws),
    )


def clause_url(chunk: Chunk, today: dt.date) -> str:
    """Address of the clause on the site: the guideline's page, or the version's own page if it is not in force."""
    place = chunk.guideline if in_force(chunk, today) else f"{chunk.guideline}/{chunk.version.isoformat()}"
    return f"/{place}/#{chunk.clause}"


def cited_laws(refs: Sequence[LawRef]) -> tuple[CitedLaw, ...]:
    """References as the contract has them, each article once."""
    return tuple(dict.fromkeys(CitedLaw(law=r.law, article=r.article, label=r.label) for r in refs))
