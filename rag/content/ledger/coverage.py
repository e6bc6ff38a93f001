"""Which units clauses in force cover, which are marked, which are open."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from rag.content.corpus import Corpus
from rag.content.ledger.addresses import Shape, Unit, units_in, units_of
from rag.content.ledger.book import Entry, Ledger, Mark
from rag.content.models import Law


@dataclass(frozen=True)
class LawState:
    """A law of the ledger as it stands: its units, those covered, and the mark of each that is not covered."""

    entry: Entry
    law: Law
    units: tuple[Unit, ...]
    covered: frozenset[Unit]
    marked: Mapping[Unit, Mark]

    @property
    def open(self) -> tuple[Unit, ...]:
        """Units neither covered nor marked."""
        return tuple(u for u in self.units if u not in self.covered and u not in self.marked)

    def by_reason(self) -> Counter[str]:
        """Reason -> units marked with it that no clause covers."""
        return Counter(m.reason for u, m in self.marked.items() if u not in self.covered)


def covered_units(corpus: Corpus, shapes: Mapping[str, Shape], day: dt.date) -> dict[str, set[Unit]]:
    """Law -> units that a published clause in force on ``day`` cites, where the cited article reads the same today."""
    found: dict[str, set[Unit]] = defaultdict(set)
    for guideline in corpus.in_force(day):
        for clause in guideline.clauses:
            for ref in clause.laws:
                law = corpus.registers.laws.get(ref.law)
                if law and ref.law in shapes and _same_text(law, ref.article, guideline.version, day):
                    found[ref.law].update(units_of(ref, shapes[ref.law]))
    return found


def _same_text(law: Law, article: int | None, then: dt.date, now: dt.date) -> bool:
    """Whether the article that a citation of ``then`` means is the one in force ``now``."""
    cited, current = law.version_on(then), law.version_on(now)
    if cited is None or current is None or cited is current:
        return cited is current and cited is not None
    versions = list(law.versions)
    between = versions[versions.index(cited) + 1 : versions.index(current) + 1]
    return bool(between) and all(
        v.changed_articles is not None and article not in v.changed_articles for v in between
    )


def states(corpus: Corpus, ledger: Ledger, day: dt.date) -> list[LawState]:
    """Every law of the ledger that is registered, in force on ``day`` and has its structure recorded."""
    shapes = {name: units.shape for name, units in ledger.units.items()}
    covered = covered_units(corpus, shapes, day)
    found = []
    for entry in ledger.entries:
        law = corpus.registers.laws.get(entry.law)
        if law and entry.law in shapes and law.version_on(day):
            units = units_in(shapes[entry.law])
            marked = {
                u: mark for mark in entry.marks for a in mark.addresses for u in units if u[: len(a)] == a
            }
            found.append(LawState(entry, law, units, frozenset(covered[entry.law]) & set(units), marked))
    return found
