"""What answers are made from at one moment: content, index, and what was prepared from both. Replaced as a whole."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property

from langchain_core.embeddings import Embeddings

from rag.ask.guard.forms import squeeze
from rag.ask.guard.inspect import Guard
from rag.ask.respond import Replies
from rag.ask.retrieve.search import ClauseSearch, Reranker
from rag.ask.understand.reader import Reader
from rag.ask.write.adviser import Adviser, open_adviser
from rag.ask.write.writer import Writer, open_writer
from rag.content import Corpus
from rag.ground import EmbeddingError, HeguiError, Settings, Words, contact_of
from rag.index import Gate, Graded, Judge, SearchIndex, open_embeddings, open_gate, open_judge, open_reranker
from rag.llm import ChatClient, open_client

logger = logging.getLogger("hegui.ask")

FREQUENT = (
    6  # questions of the content in which a word has to occur to be one that a mistyped word may have meant
)


@dataclass(frozen=True)
class Models:
    """The models, opened once. Any may be absent: words alone find clauses, and clauses alone answer."""

    embeddings: Embeddings | None
    reranker: Reranker | None
    writer: Writer | None
    judge: Judge | None = None
    adviser: Adviser | None = None
    graded: Graded | None = None
    guard: Guard = field(default_factory=lambda: Guard(None))

    @classmethod
    def open(cls, settings: Settings, corpus: Corpus, client: ChatClient | None = None) -> Models:
        """Open what the settings name; ``client``: the chat model, if it is open already.

        Raises:
            EmbeddingError: the reranker does not load.
        """
        client, operators = client or open_client(settings), corpus.registers.operators
        return cls(
            _embeddings(settings.embedding),
            open_reranker(settings.reranker),
            open_writer(client, operators, rewrites=settings.llm_rewrite),
            _judge(settings.judge),
            open_adviser(client, operators, wanted=settings.llm_advise),
            Graded.open(settings.embedding),
            Guard(_gate()),
        )


def _embeddings(name: str) -> Embeddings | None:
    """The embedding model, or None with a line in the log: without its vectors clauses are found by words."""
    try:
        return open_embeddings(name)
    except EmbeddingError as error:
        logger.warning("%s", error)
        return None


def _gate() -> Gate | None:
    """The gate, or None with a line in the log: the assistant answers from clauses whatever it is asked."""
    try:
        return open_gate()
    except EmbeddingError as error:
        logger.warning("%s Without the gate only attempts to take over are refused.", error)
        return None


def _judge(name: str) -> Judge | None:
    """The judge, or None with a line in the log: a broken model file does not keep the assistant from answering."""
    try:
        return open_judge(name)
    except EmbeddingError as error:
        logger.warning("%s Without the judge the first clause is taken as it was found.", error)
        return None


@dataclass(frozen=True)
class Snapshot:
    """One corpus with its published index. A question is answered from one snapshot from beginning to end.

    ``foreign``: its vectors were made by another model of the same name, and are not used.
    """

    corpus: Corpus
    index: SearchIndex
    search: ClauseSearch
    reader: Reader
    replies: Replies
    foreign: bool = False

    @cached_property
    def behind(self) -> HeguiError | None:
        """What is wrong if the index is of other clauses than the content, as after a rollback."""
        return self.index.behind(self.corpus)

    def asks(self, text: str) -> bool:
        """Whether a text is a question of the content, but for blanks and the like."""
        return squeeze(text) in self._questions

    @cached_property
    def _questions(self) -> frozenset[str]:
        """Every question of the content, squeezed."""
        clauses = [c for g in self.corpus.guidelines for c in g.clauses]
        return frozenset(squeeze(q) for c in clauses for q in (c.heading, *c.asked) if q)

    def role(self, operator_id: str | None) -> str | None:
        """The short name of a role, such as 主播."""
        operator = self.corpus.registers.operator(operator_id or "")
        return operator.short if operator else None

    @classmethod
    def open(cls, settings: Settings, corpus: Corpus, models: Models) -> Snapshot:
        """Open the published generation.

        Raises:
            IndexMissingError: no index is published.
        """
        index = SearchIndex(settings.data / "index", chroma_url=settings.chroma_url)
        embeddings = models.embeddings if index.pointer.embedding == settings.embedding else None
        foreign = embeddings is not None and not index.made_by(embeddings)
        if foreign:
            embeddings = None
            logger.warning(
                "the vectors were made by another model of that name: words alone until hegui index is run"
            )
        if index.pointer.embedding != settings.embedding:
            logger.warning(
                "index was built with embedding %s, the setting is %s: words alone until its vectors are there",
                index.pointer.embedding,
                settings.embedding,
            )
        search = ClauseSearch(
            index, embeddings, models.reranker, corpus.registers.topics, models.graded if embeddings else None
        )
        return cls.over(settings, corpus, index, search, foreign=foreign)

    @classmethod
    def over(
        cls,
        settings: Settings,
        corpus: Corpus,
        index: SearchIndex,
        search: ClauseSearch,
        *,
        foreign: bool = False,
    ) -> Snapshot:
        """Content with an index of it that is open; ``foreign``: its vectors are another model's."""
        return cls(
            corpus=corpus,
            index=index,
            search=search,
            reader=Reader(corpus.registers, index.words, vocabulary(corpus, index.words), wordings(corpus)),
            replies=Replies(corpus, contact_of(settings)),
            foreign=foreign,
        )


def vocabulary(corpus: Corpus, words: Words) -> set[str]:
    """Words that occur in several questions of the content: what a mistyped word may have meant."""
    headings = (c.heading for g in corpus.guidelines for c in g.clauses if c.heading)
    counts = Counter(w for heading in headings for w in set(words.cut(heading)) if len(w) >= 2)
    return {w for w, n in counts.items() if n >= FREQUENT}


def wordings(corpus: Corpus) -> list[str]:
    """Every question and clause text once."""
    found = {t for g in corpus.guidelines for c in g.clauses for t in (c.heading, c.text, *c.asked) if t}
    return sorted(found)
