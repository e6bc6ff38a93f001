"""The clause a rule rests on, as it stood on a day.

A rule names the clause in the newest version of its guideline. On an earlier day the clause is followed back through the
versions by likeness (`rag.content.align_clauses`), since insertions shift ordinals; where it has no counterpart, the clause
of the same section that cites the same article stands in; where there is none either, the rule did not exist yet.
"""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from rag.content import Clause, Corpus, Guideline, align_clauses, without_references
from rag.script.models import ClauseAt, LawAt

#: A clause as findings show it, and the articles it cites.
Cited = tuple[ClauseAt, tuple[LawAt, ...]]


class Basis:
    """Finds clauses of one corpus on one day."""

    def __init__(self, corpus: Corpus, day: dt.date, today: dt.date) -> None:
        self._corpus = corpus
        self._day = day
        self._today = today
        self._found: dict[str, tuple[Guideline, Clause] | None] = {}

    def find(self, name: str) -> tuple[Guideline, Clause] | None:
        """The guideline version and the clause for ``operator/slug#clause-id``; None: no such rule on that day."""
        if name not in self._found:
            self._found[name] = self._search(*name.split("#"))
        return self._found[name]

    def cited(self, name: str) -> Cited | None:
        """The same as findings show it."""
        found = self.find(name)
        if found is None:
            return None
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
