"""`conditions`: a clause keeps the condition that the cited sentence attaches to its own rule.

A sentence or 项 of the cited 款 counts as the clause's own when they share enough pairs of characters. Kinds tried
over all clauses and left out: knowledge (明知, 应知) and exceptions at large (但书), of whose findings most that were read
are false; 可以处 and 正当理由, with one finding and two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.content.check.common import (
    Cited,
    at_clause,
    bigrams,
    body,
    cited_articles,
    cited_paragraphs,
    paragraphs,
    published,
)
from rag.content.check.findings import Findings
from rag.content.corpus import Corpus
from rag.content.lawtext import LawLibrary

# Share of an article sentence's pairs that a clause must have for the sentence to be its own.
OWN = 0.3
_SENTENCE = re.compile(r"[^。；]+")


@dataclass(frozen=True)
class Kind:
    """A condition in an article's sentence, and the words by which a clause shows that it kept it."""

    condition: re.Pattern[str]
    kept: re.Pattern[str]
    fix: str


KINDS = (
    Kind(
        re.compile(r"(?:国家|法律|法规)另有规定的除外"),
        re.compile(r"另有|除外|例外|违法(?!所得)|违规|一般|规定的"),
        "写上“国家（法律）另有规定的除外”，或写“违法……的”",
    ),
    Kind(
        re.compile(r"规定[^，。；]*书面同意的，从其规定"),
        re.compile(r"书面(?:的|同意的)|要求书面"),
        "写上“法律、行政法规要求书面同意的还要书面”",
    ),
)


def check_conditions(corpus: Corpus, library: LawLibrary) -> Findings:
    """Run the rule over every published version."""
    for guideline, clause in published(corpus):
        text = (clause.heading or "") + body(clause)
        words = bigrams(text)
        for one in cited_articles(corpus, library, guideline, clause):
            for sentence in _own_sentences(one, words):
                for kind in KINDS:
                    match = kind.condition.search(sentence)
                    if match and not kind.kept.search(text):
                        yield at_clause(
                            guideline,
                            clause,
                            "conditions",
                            f"漏了条件，{one.label}还写着：“{match.group()}”",
                            kind.fix,
                        )


def _own_sentences(one: Cited, words: set[str]) -> Iterator[str]:
    """The sentences of the cited 款 that the clause is on; a condition after 。 belongs to the sentence it stands in."""
    parts = paragraphs(one.article)
    for number in cited_paragraphs(one):
        for sentence in _SENTENCE.findall(parts[number - 1][0]):
            pairs = bigrams(sentence)
            if pairs and len(words & pairs) / len(pairs) >= OWN:
                yield sentence
