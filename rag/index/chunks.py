"""Clause -> Chunk: what is embedded and matched is the clause with its context (who, which guideline, section)."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable

from rag.content import Clause, Corpus, Guideline, without_references
from rag.ground import Frozen
from rag.index.models import Chunk


def digest(text: str) -> str:
    """Content hash of a clause text, 16 hex digits (SHA-256): the same text has the same hash in every version."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def chunk_clause(guideline: Guideline, clause: Clause, operator_name: str) -> Chunk:
    """The chunk of one clause.

    ``text`` is ``经营者 标题 栏目`` on the first line, then the question of a Q&A, then the clause without its law
    references (they would pull every clause of one law together).
    """
    heading = clause.heading
    parts = [f"{operator_name} {guideline.title} {clause.section.value}"]
    if heading:
        parts.append(heading)
    parts.append(without_references(clause.text))
    return Chunk(
        id=f"{guideline.key}#{clause.id}",
        guideline=guideline.id,
        operator=guideline.operator,
        version=guideline.version,
        effective_to=guideline.effective_to,
        title=guideline.title,
        topics=guideline.topics,
        section=clause.section,
        clause=clause.id,
        heading=heading,
        body=clause.text,
        text="\n".join(parts),
        laws=clause.laws,
        digest=digest(clause.text),
        asked=clause.asked,
        revision=guideline.revision,
    )


def chunk_corpus(corpus: Corpus) -> list[Chunk]:
    """Chunks of every published version, past and future ones included, in corpus order."""
    names = {o.id: o.short for o in corpus.registers.operators}
    return [
        chunk_clause(guideline, clause, names[guideline.operator])
        for guideline in corpus.guidelines
        if guideline.status == "published"
        for clause in guideline.clauses
    ]


def corpus_digest(parts: Iterable[Frozen], *, salt: str) -> str:
    """Hash over everything an index is made of; ``salt`` carries the embedding model and the index format."""
    state = hashlib.sha256(salt.encode())
    for part in parts:
        state.update(part.model_dump_json().encode())
    return state.hexdigest()[:16]


def in_force(chunk: Chunk, day: dt.date) -> bool:
    """Whether the chunk's guideline version applies on ``day``."""
    return chunk.version <= day and (chunk.effective_to is None or day <= chunk.effective_to)


def lexical_text(chunk: Chunk) -> str:
    """What BM25 matches: the embedded text, the question once more, its other wordings, and the laws cited."""
    names = " ".join(sorted({f"{ref.law}{ref.label}" for ref in chunk.laws}))
    return "\n".join([chunk.text, chunk.heading or "", *chunk.asked, names])
