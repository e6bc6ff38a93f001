"""What the finer rules of `hegui check` share: cited articles of a clause, findings, word overlap."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from rag.content.articles import Article
from rag.content.citations import without_references
from rag.content.corpus import Corpus
from rag.content.lawtext import LawLibrary
from rag.content.models import Clause, Guideline, LawRef, Problem
from rag.ground import to_int

_BORROWED = re.compile(r"(?:依照|按照)(?:本条)?(前|第[一二三四五])款(?:的)?规定(?:予以|给予|进行)?处罚")
_ITEM = re.compile(r"^(?:[（(]|\| )")  # an item, or a row of a table
_NOT_WORD = re.compile(r"[^\u4e00-\u9fffA-Za-z]+")
# Words that say nothing about what a rule is on.
_EMPTY = frozenset("的了和或及与在对把被让就都也还再要会可以能不是有没这那其他等")


@dataclass(frozen=True)
class Cited:
    """A reference of a clause and the article it names, as it read on the guideline's day."""

    ref: LawRef
    article: Article

    @property
    def label(self) -> str:
        return f"《{self.ref.law}》{self.ref.label}"


def cited_articles(corpus: Corpus, library: LawLibrary, guideline: Guideline, clause: Clause) -> list[Cited]:
    """The articles that ``clause`` cites and the library holds."""
    found: list[Cited] = []
    for ref in clause.laws:
        law = corpus.registers.laws.get(ref.law)
        article = library.article(law, ref.article, guideline.version) if law and ref.article else None
        if article:
            found.append(Cited(ref, article))
    return found


def published(corpus: Corpus) -> Iterator[tuple[Guideline, Clause]]:
    """Every clause of every published version."""
    for guideline in corpus.guidelines:
        if guideline.status == "published":
            for clause in guideline.clauses:
                yield guideline, clause


def at_clause(
    guideline: Guideline,
    clause: Clause,
    code: str,
    message: str,
    fix: str,
    level: Literal["error", "note"] = "error",
) -> Problem:
    """A finding at the line of a clause, its id first."""
    return Problem(
        path=guideline.path,
        line=clause.line,
        code=code,
        message=f"{clause.id} {message}",
        fix=fix,
        level=level,
    )


def body(clause: Clause) -> str:
    """The clause without its law references and markup."""
    return without_references(clause.text).replace("**", "")


def paragraphs(article: Article) -> list[tuple[str, list[str]]]:
    """The 款 of an article in order, each with its 项."""
    found: list[tuple[str, list[str]]] = []
    for line in article.paragraphs:
        if _ITEM.match(line) and found:
            found[-1][1].append(line)
        else:
            found.append((line, []))
    return found


def cited_paragraphs(cited: Cited) -> list[int]:
    """The numbers of the 款 that a reference points at: those it names, else those that hold its 项, else all."""
    parts = paragraphs(cited.article)
    numbers = list(range(1, len(parts) + 1))
    if cited.ref.paragraphs:
        numbers = [p for p in cited.ref.paragraphs if p <= len(parts)]
    elif cited.ref.items:
        wanted = set(cited.ref.items)
        numbers = [p for p, held in cited.article.items.items() if wanted & set(held)] or [1]
    return numbers + [n for p in list(numbers) for n in _referred(parts[p - 1][0], p) if n not in numbers]


def _referred(text: str, own: int) -> list[int]:
    """The 款 whose penalty a 款 borrows: 依照前款规定处罚, 依照第一款规定给予处罚."""
    match = _BORROWED.search(text)
    if not match:
        return []
    number = own - 1 if match[1] == "前" else to_int(match[1][1:])
    return [number] if 0 < number < own else []


def bigrams(text: str) -> set[str]:
    """Pairs of neighbouring characters, those of grammar words left out."""
    found: set[str] = set()
    for run in _NOT_WORD.split(text):
        found.update(run[i : i + 2] for i in range(len(run) - 1) if not _EMPTY & set(run[i : i + 2]))
    return found
