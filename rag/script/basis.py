"""The clause a rule rests on, as it stood on a day.

A rule names the clause in the newest version of its guideline. On an earlier day the clause is followed back through the
versions by likeness (`rag.content.align_clauses`), since insertions shift ordinals; where it has no counterpart, the clause
of the same section that cites the same article stands in; where there is none either, the rule did not exist yet. Who speaks is shown the clause of their own guideline on the same provision
where there is one that says the same.
"""

from __future__ import annotations

import datetime as dt
import re
from itertools import pairwise

from rag.content import Clause, Corpus, Guideline, align_clauses, without_references
from rag.ground import normalize
from rag.script.models import ClauseAt, LawAt

ALIKE, ALIKE_ELSEWHERE = 0.55, 0.7
"""Share of the shorter clause's character pairs from which two clauses on one provision say the same: in guidelines on a common
topic, and in others, where a clause is more often about a special case."""
#: A clause as findings show it, and the articles it cites.
Cited = tuple[ClauseAt, tuple[LawAt, ...]]


class Basis:
    """Finds clauses of one corpus on one day."""

    def __init__(self, corpus: Corpus, day: dt.date, today: dt.date) -> None:
        self._corpus = corpus
        self._day = day
        self._today = today
        self._found: dict[str, tuple[Guideline, Clause] | None] = {}
        self._of: dict[tuple[str, str], tuple[Guideline, Clause]] = {}

    def find(self, name: str) -> tuple[Guideline, Clause] | None:
        """The guideline version and the clause for ``operator/slug#clause-id``; None: no such rule on that day."""
        if name not in self._found:
            self._found[name] = self._search(*name.split("#"))
        return self._found[name]

    def cited(self, name: str, operator: str | None = None) -> Cited | None:
        """The same as findings show it; the clause of ``operator`` in its place where there is one of the same matter."""
        found = self.find(name)
        if found is None:
            return None
        if operator not in (None, found[0].operator):
            key = name, operator or ""
            found = self._of[key] = self._of.get(key) or self._own(*found, operator or "") or found
        guideline, clause = found
        place = guideline.id if guideline.in_force(self._today) else f"{guideline.id}/{guideline.version}"
        at = ClauseAt(
            guideline=guideline.id,
            title=guideline.title,
            version=guideline.version,
            clause=clause.id,
            text=without_references(clause.text).strip().rstrip("；、，"),
            url=f"/{place}/#{clause.id}",
        )
        laws = (LawAt(law=r.law, article=r.article, label=r.label) for r in clause.laws)
        return at, tuple(dict.fromkeys(laws))

    def _own(self, named: Guideline, clause: Clause, operator: str) -> tuple[Guideline, Clause] | None:
        """The clause of an operator in force on the day that rests on the same provision and says the same; the likest."""
        goods = self._goods(named)
        provisions = {(r.law, r.label) for r in clause.laws}
        near = [
            (_likeness(c, clause), g, c)
            for g in self._corpus.guidelines
            if g.operator == operator and g.in_force(self._day) and self._goods(g) == goods
            for c in g.clauses
            if c.section is clause.section and provisions & {(r.law, r.label) for r in c.laws}
        ]
        same = [
            (likeness, g, c)
            for likeness, g, c in near
            if likeness >= (ALIKE if set(g.topics) & set(named.topics) else ALIKE_ELSEWHERE)
        ]
        best = max(same, key=lambda one: one[0], default=None)
        return best[1:] if best else None

    def _goods(self, guideline: Guideline) -> set[str]:
        """The kinds of goods a guideline is about alone."""
        kinds = {t.id for t in self._corpus.registers.topics if t.kind == "goods"}
        return kinds & set(guideline.topics)

    def _search(self, guideline: str, clause_id: str) -> tuple[Guideline, Clause] | None:
        versions = self._corpus.versions(guideline)
        wanted = self._corpus.on_day(guideline, self._day)
        newest = versions[-1].clause(clause_id) if versions else None
        if wanted is None or newest is None:
            return None
        clause: Clause | None = newest
        for new, old in pairwise(reversed([v for v in versions if v.version >= wanted.version])):
            pairs = align_clauses(old, new, newest.section)
            clause = next((a for a, b in pairs if b is not None and clause and b.id == clause.id), None)
        clause = clause or _same_article(wanted, newest)
        return (wanted, clause) if clause else None


def _likeness(a: Clause, b: Clause) -> float:
    left, right = _pairs(a), _pairs(b)
    return len(left & right) / (min(len(left), len(right)) or 1)


def _pairs(clause: Clause) -> set[str]:
    plain = re.sub(r"\W", "", normalize(without_references(clause.text)))
    return {plain[i : i + 2] for i in range(len(plain) - 1)}


def _same_article(version: Guideline, clause: Clause) -> Clause | None:
    cited = {(r.law, r.article) for r in clause.laws}
    return next(
        (
            c
            for c in version.clauses
            if c.section is clause.section and cited & {(r.law, r.article) for r in c.laws}
        ),
        None,
    )
