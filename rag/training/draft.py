"""Drafts of questions from clauses nobody has asked about yet, with options that are wrong by the corpus.

A draft is a start for the person who writes the question, never shown: it has no digest until ``hegui quiz confirm``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rag.content import Clause, Corpus, Guideline, QuizQuestion, Section, without_references
from rag.ground import Frozen
from rag.training.forms import options_of

_N = "[零〇一二三四五六七八九十百千万两半0-9]+"
_AMOUNT = re.compile(
    rf"(?:{_N}[万亿]?元以上)?{_N}[万亿]?元以下|(?:[^，。；：、（）]{{2,6}})?{_N}倍以上{_N}倍以下|违法所得{_N}倍以下"
)
_PERIOD = re.compile(rf"{_N}(?:个工作日|个月|日内|天内|小时|年)")
_FINE = re.compile(r"^(.{8,60}?)：.*罚")
OTHERS, LONGEST = 3, 60


class Draft(Frozen):
    """A question as ``quiz.yml`` has it, before anybody read it."""

    id: str
    clause: str
    kind: str
    ask: str
    right: str
    wrong: tuple[str, ...]


def drafts(corpus: Corpus, guideline: Guideline, quiz: Iterable[QuizQuestion]) -> Iterator[Draft]:
    """Drafts on the clauses of a guideline that no question is about."""
    asked = {q.clause for q in quiz if q.guideline == guideline.id}
    for clause in guideline.clauses:
        found = None if clause.id in asked else _found(corpus, guideline, clause)
        if found is None:
            continue
        kind, ask, right, wrong = found
        if wrong:
            yield Draft(
                id=f"{guideline.operator}-{guideline.slug}-{clause.id}", clause=f"{guideline.id}#{clause.id}", kind=kind,
                ask=ask, right=right, wrong=wrong,
            )  # fmt: skip


def _found(
    corpus: Corpus, guideline: Guideline, clause: Clause
) -> tuple[str, str, str, tuple[str, ...]] | None:
    text = without_references(clause.text).strip()
    if clause.section is Section.FAQ and (found := options_of(clause.heading or "", clause.text)):
        options, answer = found
        return "verdict", clause.heading or "", options[answer], _without(options, options[answer])
    if clause.section is Section.LIABILITY and (case := _FINE.match(text)) and (own := _AMOUNT.search(text)):
        wrong = _near(
            own[0], (m for c in _same_law(corpus, guideline, clause) for m in _AMOUNT.findall(c.text)), text
        )
        return "amount", f"{case[1]}，罚多少？", own[0], wrong
    if clause.section is Section.MUST and (term := _PERIOD.search(text)):
        wrong = _near(
            term[0],
            (
                m
                for g in corpus.in_force(guideline.version)
                for c in g.clauses
                for m in _PERIOD.findall(c.text)
            ),
            text,
        )
        return "period", f"{text[: term.start()]}多久{text[term.end() :]}"[:88], term[0], wrong
    if clause.section is Section.MUST and len(text) <= LONGEST:
        return (
            "duty",
            f"“{guideline.title}”，要做到哪一条？",
            text,
            _duties_of_others(corpus, guideline, clause),
        )
    return None


def _same_law(corpus: Corpus, guideline: Guideline, clause: Clause) -> Iterator[Clause]:
    """Clauses in force with the guideline that cite a law this one cites: their amounts are plausible and wrong."""
    laws = {r.law for r in clause.laws}
    for other in corpus.in_force(guideline.version):
        yield from (c for c in other.clauses if laws & {r.law for r in c.laws})


def _duties_of_others(corpus: Corpus, guideline: Guideline, clause: Clause) -> tuple[str, ...]:
    """What other roles have to do on the same topic: those of like length, a different start for every clause."""
    topic, size = guideline.topics[0], len(without_references(clause.text))
    texts = [
        without_references(c.text).strip()
        for g in corpus.in_force(guideline.version)
        if g.operator not in (guideline.operator, "common") and topic in g.topics
        for c in g.clauses
        if c.section is Section.MUST
    ]
    like = _without((t for t in texts if size / 2 <= len(t) <= min(size * 1.5, LONGEST)), "")
    start = clause.ordinal * OTHERS % (len(like) or 1)
    return (*like[start:], *like[:start])[:OTHERS]


def _near(own: str, others: Iterable[str], text: str) -> tuple[str, ...]:
    """Up to three others of the same unit that the clause itself does not name."""
    unit = own[-2:]
    return _without(tuple(o for o in others if o.endswith(unit) and o not in text), own)[:OTHERS]


def _without(options: Iterable[str], own: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(o for o in options if o != own))
