"""Rules of `hegui check` across files: questions asked twice, amounts that disagree, words with two owners."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict

from rag.content.check.findings import Findings, finding
from rag.content.citations import without_references
from rag.content.corpus import Corpus
from rag.content.models import Clause, Guideline, Problem, Section
from rag.content.registers import GLOSSARY_FILE
from rag.ground import figures


def repeated_questions(corpus: Corpus) -> Findings:
    """The same question answered twice for the same reader on the same day."""
    seen: dict[tuple[str, str], list[tuple[Guideline, Clause]]] = defaultdict(list)
    for guideline in corpus.guidelines:
        for clause in guideline.clauses:
            if clause.section is Section.FAQ and clause.heading and guideline.status == "published":
                seen[guideline.operator, re.sub(r"\W", "", clause.heading)].append((guideline, clause))
    for entries in seen.values():
        for guideline, clause in entries[1:]:
            other = next((g for g, _ in entries if g.id < guideline.id and _overlap(g, guideline)), None)
            if other:
                yield finding(
                    guideline,
                    clause.line,
                    "duplicate",
                    f"问题“{clause.heading}”在 {other.id} 也有",
                    "留一处，另一处换个问法或删去",
                )


def _overlap(a: Guideline, b: Guideline) -> bool:
    far = dt.date.max
    return a.version <= (b.effective_to or far) and b.version <= (a.effective_to or far)


def conflicting_amounts(corpus: Corpus) -> Findings:
    """Two liability clauses in force together that rest on one article alone and give disjoint amounts."""
    by_article: dict[
        tuple[str, int | None, tuple[int, ...], tuple[int, ...]], list[tuple[Guideline, Clause, set[str]]]
    ] = defaultdict(list)
    for guideline in corpus.guidelines:
        if guideline.status != "published":
            continue
        for clause in guideline.clauses:
            amounts = {n for _, n in figures(without_references(clause.text)) if n.endswith("元")}
            if len(clause.laws) == 1 and amounts:
                ref = clause.laws[0]
                by_article[ref.law, ref.article, ref.paragraphs, ref.items].append(
                    (guideline, clause, amounts)
                )
    for (law, _, _, _), entries in by_article.items():
        for index, (guideline, clause, amounts) in enumerate(entries):
            for other, twin, theirs in entries[:index]:
                if not amounts & theirs and other.key != guideline.key and _overlap(guideline, other):
                    yield finding(
                        guideline, clause.line, "conflict",
                        f"{clause.id} 与 {other.key}#{twin.id} 都依据《{law}》{clause.laws[0].label}，金额却不同",
                        "对照法律原文看是否矛盾", note=True,
                    )  # fmt: skip
                    break


def glossary_conflicts(corpus: Corpus) -> Findings:
    owner: dict[str, str] = {}
    for term in corpus.registers.terms:
        for word in (term.term, *term.slang):
            if owner.setdefault(word, term.term) != term.term:
                yield Problem(
                    path=GLOSSARY_FILE,
                    line=1,
                    code="glossary",
                    message=f"“{word}”同属 {owner[word]} 和 {term.term}",
                    fix="只留一处",
                )
