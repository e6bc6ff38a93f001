"""What the models learn from: the wordings of the content, and the questions with graded clauses of bench/relevance."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.relevance.read import Family, read_families, read_outside
from rag.content import Corpus, load_corpus
from rag.ground import Settings
from rag.index.chunks import chunk_corpus, in_force
from rag.index.judge import asked_by
from rag.index.models import Chunk

SEED = 20261126
QUERY_PREFIX, PASSAGE_PREFIX = (
    "query: ",
    "passage: ",
)  # what the e5 models tell questions and passages apart by
ANSWERS, BELONGS, NEITHER = 2, 1, 0


@dataclass(frozen=True)
class Content:
    """The clauses in force on a day, and what the corpus knows of them."""

    corpus: Corpus
    chunks: list[Chunk]
    names: dict[str, str]
    place: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "place", {c.id: i for i, c in enumerate(self.chunks)})

    @property
    def texts(self) -> list[str]:
        """The text of every clause, as it is embedded and judged."""
        return [c.text for c in self.chunks]

    def asked(self, question: str, operator: str | None) -> str:
        """A question with the role of who asks, as the judge reads it."""
        return asked_by(question, self.names.get(operator or ""))

    def articles(self, place: int) -> frozenset[tuple[str, int | None]]:
        """The law articles that a clause rests on."""
        return frozenset((r.law, r.article) for r in self.chunks[place].laws)


def read_content(day: dt.date | None = None) -> Content:
    """The clauses in force on ``day`` (today)."""
    settings = Settings()
    corpus = load_corpus(settings.guidelines)
    day = day or settings.current_day()
    names = {o.id: o.short for o in corpus.registers.operators}
    return Content(corpus, [c for c in chunk_corpus(corpus) if in_force(c, day)], names)


@dataclass(frozen=True)
class Pair:
    """A question, a clause that answers it and clauses that do not, by their places in `Content.chunks`."""

    question: str
    answer: int
    others: tuple[int, ...] = ()


@dataclass(frozen=True)
class Group:
    """A question with some of its clauses (places in `Content.chunks`) and their grades."""

    question: str
    clauses: tuple[tuple[int, int], ...]


def wording_pairs(content: Content, most: int, seed: int = SEED) -> list[Pair]:
    """Questions of the content with their clause: headings of Q&As and wordings of asked.yml, ``most`` of a clause."""
    draw = random.Random(seed)
    picked = (
        (place, draw.sample(c.questions, min(most, len(c.questions))))
        for place, c in enumerate(content.chunks)
    )
    return [Pair(q, place) for place, questions in picked for q in questions]


def relevance_pairs(content: Content, families: Sequence[Family]) -> list[Pair]:
    """Every graded question with each clause that answers it."""
    found = []
    for family in families:
        grades = {content.place[i]: g for i, g in family.grades.items() if i in content.place}
        wrong = tuple(p for p, g in grades.items() if g == NEITHER)
        for place in (p for p, g in grades.items() if g == ANSWERS):
            found += [Pair(q, place, wrong) for q in family.questions]
    return found


def graded(content: Content, families: Sequence[Family], *, zeros: int, seed: int = SEED) -> list[Group]:
    """Every question with all clauses that answer or belong, and at most ``zeros`` of the others."""
    draw = random.Random(seed)
    groups = []
    for family in families:
        grades = {content.place[i]: g for i, g in family.grades.items() if i in content.place}
        wrong = [p for p, g in grades.items() if g == NEITHER]
        for question in family.questions if grades else ():
            some = [(p, g) for p, g in grades.items() if g != NEITHER]
            some += [(p, NEITHER) for p in draw.sample(wrong, min(zeros, len(wrong)))]
            groups.append(Group(content.asked(question, family.operator), tuple(some)))
    return groups


def corpus_texts(content: Content, extra: Path | None = None) -> list[str]:
    """All texts whose pieces the vocabulary keeps."""
    texts = {
        t for g in content.corpus.guidelines for c in g.clauses for t in (c.heading, c.text, *c.asked) if t
    }
    texts |= (
        {c.text for c in content.chunks}
        | {q for f in read_families() for q in f.questions}
        | set(read_outside())
    )
    texts |= {w for o in content.corpus.registers.outside for w in o.wordings}
    return sorted(texts)
