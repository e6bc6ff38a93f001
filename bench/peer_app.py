"""The LangChain default pipeline behind the same server: embed the question, four nearest texts from Chroma.

Serve with ``uvicorn bench.peer_app:create_app --factory`` after `fill`; what it does not do (understanding, dates,
composing, verifying, citing) is the difference in work to hegui's answer.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel

from bench.data import WORK, Texts
from bench.peers import GivenEmbeddings, split
from rag.index.embed import open_embeddings

FOLDER = WORK / "peer-chroma"
NAME = "peer"


class Ask(BaseModel):
    """The part of the request that matters here; other fields are ignored."""

    question: str


def fill(texts: Texts) -> None:
    """Write the texts into the peer's own Chroma folder, with the given vectors."""
    store = _store(GivenEmbeddings(texts.model, dict(zip(texts.texts, texts.vectors, strict=True)), {}))
    store.reset_collection()
    store.add_documents(split(texts))


def _store(embeddings: Any) -> Any:
    from langchain_chroma import Chroma

    return Chroma(collection_name=NAME, embedding_function=embeddings, persist_directory=str(FOLDER))


def create_app() -> FastAPI:
    """POST /api/ask -> {"texts": [...]}: ``as_retriever()`` with LangChain's default of four documents."""
    app = FastAPI()
    retriever = _store(open_embeddings("bundled")).as_retriever()

    @app.post("/api/ask")
    def ask(body: Ask) -> dict[str, list[str]]:
        return {"texts": [d.page_content for d in retriever.invoke(body.question)]}

    @app.get("/readyz")
    def ready() -> dict[str, str]:
        retriever.invoke("准备好了吗")
        return {"status": "ok"}

    return app
