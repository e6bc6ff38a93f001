"""The assistant: opened once, asked many times, and switched to new content by itself."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Callable
from dataclasses import replace

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings

from rag.ask.models import Answer, Question, Status
from rag.ask.pipeline import Pipeline
from rag.ask.retrieve.retriever import ClauseRetriever, to_document
from rag.ask.retrieve.search import ClauseSearch
from rag.ask.snapshot import Models, Snapshot
from rag.ask.understand.query import Query
from rag.content import Corpus, load_corpus
from rag.ground import HeguiError, Settings, VectorStoreError, give_back_memory
from rag.index import Vectors, how_far, read_pointer
from rag.llm import ChatClient, Meter

QUESTION_LASTS = 60.0  # seconds; its vectors are looked up in the first of them
OnStatus = Callable[[str, Status, Query], None]


def ignore_status(answer_id: str, status: Status, query: Query) -> None:
    """Nobody wants to know the status before the answer."""


class Assistant:
    """Answers questions from one corpus and its published index. Thread-safe."""

    def __init__(self, settings: Settings, models: Models, snapshot: Snapshot) -> None:
        self.settings = settings
        self._models = models
        self._snapshot = snapshot
        self._pointer = snapshot.index.pointer
        self._retired: tuple[float, Vectors] | None = None  # when they were replaced

    @classmethod
    def open(cls, settings: Settings, corpus: Corpus, client: ChatClient | None = None) -> Assistant:
        """Open the published index and the models; ``client``: the chat model, if it is open already.

        Raises:
            IndexMissingError: no index is published.
            EmbeddingError: the reranker does not load.
        """
        models = Models.open(settings, corpus, client)
        return cls(settings, models, Snapshot.open(settings, corpus, models))

    def refresh(self) -> bool:
        """Switch to a newly published generation and its content, if there is one; cheap when there is none. A pointer of
        the same generation that was written anew means other content beside the same index (a summary, a register).

        Raises:
            ContentError: the content was broken after the index was built; what was open goes on serving.
            IndexMissingError: the new generation's files are gone; what was open goes on serving.
        """
        pointer = read_pointer(self.settings.data / "index")
        if pointer is None or pointer == self._pointer:
            self._close_retired(QUESTION_LASTS)
            return False
        corpus, now = load_corpus(self.settings.guidelines), self._snapshot
        if pointer.name == now.index.pointer.name:
            self._snapshot = Snapshot.over(self.settings, corpus, now.index, now.search, foreign=now.foreign)
            self._pointer = pointer
            return True
        new = Snapshot.open(self.settings, corpus, self._models)
        self._pointer = new.index.pointer
        self._close_retired(0)  # of the one before the last
        self._snapshot = new
        if now.index.vectors is not None:
            self._retired = time.monotonic(), now.index.vectors
        del now
        give_back_memory()
        return True

    def _close_retired(self, after: float) -> None:
        """Close the vectors that were replaced, if it was so many seconds ago: no question can be half-way through them."""
        if self._retired is None or time.monotonic() < self._retired[0] + after:
            return
        (_, vectors), self._retired = self._retired, None
        vectors.close()
        give_back_memory()

    def close(self) -> None:
        """Close the connections to Chroma and to the chat model, as far as there are any."""
        self._snapshot.index.close()
        self._close_retired(0)
        if self._models.writer is not None:
            self._models.writer.close()

    @property
    def corpus(self) -> Corpus:
        """The content that is being served."""
        return self._snapshot.corpus

    @property
    def limits(self) -> str:
        """Why clauses are found by words alone at the moment; "" where vectors are at work or nobody wants them."""
        wanted, index = self.settings.embedding, self._snapshot.index
        if self.fault is not None:
            return "暂时只按字词查找，换个说法可能查不到。"
        if wanted != "none" and self._models.embeddings is None:
            return "这台服务器载入不了向量模型，只按字词查找，换个说法可能查不到。"
        if wanted == "none" or index.pointer.embedding == wanted:
            return ""
        far = how_far(self.settings.data / "index")
        how = f"（{far.done}/{far.total}）" if far else ""
        return f"助手还在做准备{how}，暂时只按字词查找，换个说法可能查不到。"

    @property
    def fault(self) -> HeguiError | None:
        """What is broken, for those who run it: the vectors cannot be had, or are another model's; None if all is well."""
        if self._snapshot.foreign:
            return VectorStoreError(
                "索引里的向量是另一个向量模型算的。", "运行 hegui index --force，用现在的模型重算。"
            )
        return self._snapshot.index.fault

    @property
    def behind(self) -> HeguiError | None:
        """What is wrong if answers come from other clauses than the content has now, for those who run it."""
        return self._snapshot.behind

    @property
    def meter(self) -> Meter | None:
        """Counters of the chat model, a prometheus_client collector; None where no model is set."""
        return self._models.writer.meter if self._models.writer else None

    @property
    def embeddings(self) -> Embeddings | None:
        """The model of the vectors; None for words alone."""
        return self._models.embeddings

    def pipeline(self) -> Pipeline:
        """The stages over what is served now."""
        return Pipeline(self._snapshot, self._models, self.settings.current_day())

    def trial(self, corpus: Corpus, day: dt.date) -> Pipeline:
        """The stages over other content as it is in force on ``day``, for asking a draft: found by words alone, nothing
        is written. Takes seconds; keep it for further questions."""
        index = self._snapshot.index.with_corpus(replace(corpus, guidelines=tuple(corpus.in_force(day))))
        snapshot = Snapshot.over(
            self.settings, corpus, index, ClauseSearch(index, None, None, corpus.registers.topics)
        )
        return Pipeline(snapshot, self._models, day)

    def ask(self, question: Question, on_status: OnStatus = ignore_status) -> Answer:
        """Answer one question; not answering is a status.

        Args:
            question: what is asked.
            on_status: told the answer's id, its status and how the question was understood before the answer is composed.
                In the rare case that no sentence survives verification the answer's status differs.
        """
        started, answer_id = time.perf_counter(), uuid.uuid4().hex
        answer = self.pipeline().answer(question, lambda status, query: on_status(answer_id, status, query))
        notice = f"{self.limits}{answer.notice}" if self.fault is not None else answer.notice
        took = round((time.perf_counter() - started) * 1000)
        return answer.model_copy(update={"id": answer_id, "latency_ms": took, "notice": notice})

    def retriever(
        self,
        *,
        operator: str | None = None,
        topic: str | None = None,
        asker: str | None = None,
        as_of: dt.date | None = None,
        limit: int = 10,
    ) -> ClauseRetriever:
        """The search as a langchain retriever, always over what is served when it is asked.

        Args:
            operator, topic: only clauses of that operator type or topic.
            asker: the role of who asks, whose clauses come first; others are found too.
            as_of: the day whose rules are searched; today if not given, unless the text names one.
            limit: at most so many clauses.
        """

        def find(text: str) -> list[Document]:
            now = self.pipeline()
            query = now.snapshot.reader.read(
                Question(question=text, operator=operator or asker, as_of=as_of), now.today
            )
            hits = now.snapshot.search.search(query, limit=limit, operator=operator, topic=topic)
            return [to_document(hit, now.today) for hit in hits]

        return ClauseRetriever(find=find)
