"""The search as a langchain component, for chains of one's own: text in, `Document`s with clause metadata out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from rag.ask.clauses import cited_laws, clause_url
from rag.index import Hit


class ClauseRetriever(BaseRetriever):
    """Finds the clauses that match a text best, best first. Made by `Assistant.retriever`.

    A document is a clause: ``page_content`` its text, ``id`` the clause's, and as metadata, all of it JSON: guideline,
    title, operator, topics, version (the day it took effect), clause, section, heading (the question of a Q&A), url,
    laws (law, article, label), score, and its parts cosine, bm25 and coverage.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    find: Callable[[str], list[Document]]

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return self.find(query)


def to_document(hit: Hit, today: dt.date) -> Document:
    """A hit as langchain hands it on; ``today`` decides the address of the clause."""
    chunk = hit.chunk
    metadata: dict[str, Any] = {
        "guideline": chunk.guideline,
        "title": chunk.title,
        "operator": chunk.operator,
        "topics": list(chunk.topics),
        "version": chunk.version.isoformat(),
        "clause": chunk.clause,
        "section": chunk.section.value,
        "heading": chunk.heading,
        "url": clause_url(chunk, today),
        "laws": [law.model_dump() for law in cited_laws(chunk.laws)],
        "score": round(hit.score, 6),
        "cosine": hit.dense,
        "bm25": hit.lexical,
        "coverage": hit.coverage,
    }
    return Document(page_content=chunk.body, id=chunk.id, metadata=metadata)
