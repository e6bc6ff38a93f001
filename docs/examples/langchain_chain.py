"""The search in a langchain chain of your own: a question in, the nearest clauses with their law articles out.

    .venv/bin/python docs/examples/langchain_chain.py 好评返现可以吗

It needs a published index (``hegui index``). This chain ends in a plain function, so no chat model is needed; with one::

    {"clauses": assistant.retriever(limit=5) | told, "question": RunnablePassthrough()} | prompt | model

`Assistant.ask` verifies every sentence against the clause it cites. A chain of your own does not: keep its sources in sight.
"""

from __future__ import annotations

import sys

from langchain_core.documents import Document
from langchain_core.runnables import Runnable

from rag.ask import Assistant
from rag.content import load_corpus, without_references
from rag.ground import load_settings


def told(clauses: list[Document]) -> str:
    """Clauses in words, best first: what it says, the articles it rests on, where it stands on the site."""
    return "\n\n".join(
        f"[{number}] {without_references(clause.page_content)}\n    {articles(clause)}\n    {clause.metadata['url']}"
        for number, clause in enumerate(clauses, 1)
    )


def articles(clause: Document) -> str:
    """The law articles behind a clause: 《电子商务法》第十七条；…"""
    return "；".join(f"《{law['law']}》{law['label']}" for law in clause.metadata["laws"])


def chain(assistant: Assistant, limit: int = 3) -> Runnable[str, str]:
    """Question -> text. The retriever follows the assistant: after `Assistant.refresh` it searches what is served then."""
    return assistant.retriever(limit=limit) | told


def main() -> None:
    """Print the clauses nearest to the question on the command line."""
    settings = load_settings()
    assistant = Assistant.open(settings, load_corpus(settings.guidelines))
    try:
        print(chain(assistant).invoke(" ".join(sys.argv[1:]) or "好评返现可以吗"))
    finally:
        assistant.close()


if __name__ == "__main__":
    main()
