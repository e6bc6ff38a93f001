"""The retriever as a langchain component."""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from rag.index import Hit


class ClauseRetriever(BaseRetriever):
    """The retriever as a langchain component: text in, `Document`s with clause metadata out."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    search: Any
    limit: int = 8

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        hits: list[Hit] = self.search(query, limit=self.limit)
        return [
            Document(
                page_content=h.chunk.body,
                metadata={
                    "id": h.chunk.id,
                    "title": h.chunk.title,
                    "version": str(h.chunk.version),
                    "score": h.score,
                },
            )
            for h in hits
        ]
