"""What every page needs to know: the corpus, the imported laws, the day, and who rests on which article."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from rag.content import (
    Assessment,
    Clause,
    Corpus,
    Correction,
    Guideline,
    Law,
    LawLibrary,
    LawRef,
    LawVersion,
    Ledger,
    Operator,
    QuizQuestion,
    Section,
    Term,
    Topic,
)


@dataclass(frozen=True)
class SiteOptions:
    """Values of the settings that pages show. ``day`` decides what is in force.

    ``expected`` says which operator types should have guidelines on a topic (coverage.yml); ``hot`` are the words by
    which the home page picks frequent questions; ``ledger`` is shown as the page 法条覆盖; ``manual`` (address -> Markdown) is
    searched with the guidelines.
    """

    day: dt.date
    public_url: str = ""
    edit_url: str = ""
    contact_name: str = "服务联络员"
    contact_phone: str = ""
    contact_url: str = ""
    publisher: str = ""
    site_ids: tuple[str, ...] = ()
    retention_days: int = 0
    expected: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    hot: tuple[str, ...] = ()
    ledger: Ledger | None = None
    manual: Mapping[str, str] = field(default_factory=dict)
    corrections: tuple[Correction, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    quiz: tuple[QuizQuestion, ...] = ()


Use = tuple[Guideline, Clause, LawRef]


class Site:
    """Corpus, library and options with the lookups pages share."""

    def __init__(self, corpus: Corpus, library: LawLibrary, options: SiteOptions) -> None:
        self.corpus, self.library, self.options = corpus, library, options
        self.registers = corpus.registers
        self.day = options.day

    @cached_property
    def current(self) -> dict[str, Guideline]:
        """Guideline id -> the version that stands at the plain address.

        That is the version in force; of a guideline that has not started yet the first, of one that has ended the last.
        """
        found: dict[str, Guideline] = {}
        for guideline_id in self.corpus.ids():
            versions = self.corpus.versions(guideline_id)
            upcoming = next((g for g in versions if g.version > self.day), versions[-1])
            found[guideline_id] = self.corpus.on_day(guideline_id, self.day) or upcoming
        return found

    @cached_property
    def in_force(self) -> list[Guideline]:
        """All versions in force on the day, in the order of the registers."""
        return self.corpus.in_force(self.day)

    @property
    def operators(self) -> tuple[Operator, ...]:
        """Operator types in display order."""
        return self.registers.by_use

    def operator(self, operator_id: str) -> Operator:
        """An operator type that is known to exist."""
        found = self.registers.operator(operator_id)
        assert found is not None, operator_id
        return found

    @cached_property
    def topics(self) -> list[Topic]:
        """Topics on which a guideline is in force."""
        used = {t for g in self.current.values() for t in g.topics}
        return [t for t in self.registers.topics if t.id in used]

    def on_topic(self, topic_id: str) -> list[Guideline]:
        """Guidelines shown under a topic, those of which it is the main topic first."""
        found = [g for g in self.current.values() if topic_id in g.topics]
        return sorted(found, key=lambda g: g.topics.index(topic_id) > 0)

    def next_version(self, guideline: Guideline) -> Guideline | None:
        """The version that follows, if one is published."""
        later = [g for g in self.corpus.versions(guideline.id) if g.version > guideline.version]
        return later[0] if later else None

    def previous_version(self, guideline: Guideline) -> Guideline | None:
        """The version before, if there is one."""
        earlier = [g for g in self.corpus.versions(guideline.id) if g.version < guideline.version]
        return earlier[-1] if earlier else None

    @cached_property
    def term_words(self) -> dict[str, Term]:
        """Every glossary word that is marked in text, slang included, with its term."""
        pairs = [(w, t) for t in self.registers.terms for w in (t.term, *t.slang)]
        return {w: t for w, t in pairs if len(w) > 1}

    @cached_property
    def term_pattern(self) -> re.Pattern[str]:
        """Matches any of `term_words`, the longest first."""
        return re.compile("|".join(map(re.escape, sorted(self.term_words, key=len, reverse=True))) or r"(?!)")

    def law_day(self, guideline: Guideline) -> dt.date:
        """The day on which the laws cited by ``guideline`` are looked up: the build day if it is in force then."""
        return self.day if guideline.in_force(self.day) else guideline.version

    def law_version(self, law: Law, guideline: Guideline) -> LawVersion | None:
        """The version of ``law`` that a citation in ``guideline`` means."""
        return law.version_on(self.law_day(guideline)) or law.version_on(guideline.version)

    def main_version(self, law: Law) -> LawVersion:
        """The version of a law that has the plain anchors: in force on the day, else the latest."""
        return law.version_on(self.day) or law.versions[-1]

    @cached_property
    def uses(self) -> dict[tuple[str, dt.date | None], dict[int | None, list[Use]]]:
        """(law, start of its version) -> article -> clauses that rest on it, latest guideline version only."""
        found: dict[tuple[str, dt.date | None], dict[int | None, list[Use]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for guideline in self._citing():
            for clause in guideline.clauses:
                for ref in {(r.law, r.article): r for r in clause.laws}.values():
                    law = self.registers.laws.get(ref.law)
                    version = self.law_version(law, guideline) if law else None
                    if version is not None:
                        found[ref.law, version.effective_from][ref.article].append((guideline, clause, ref))
        return found

    def _citing(self) -> list[Guideline]:
        """Versions in force first, then past and coming ones, newest first."""
        published = [g for g in self.corpus.guidelines if g.status == "published"]
        other = [g for g in published if not g.in_force(self.day)]
        return [*self.in_force, *sorted(other, key=lambda g: g.version, reverse=True)]

    def used_laws(self) -> list[Law]:
        """Laws that a guideline cites, in the order of the register."""
        names = {law for law, _ in self.uses}
        return [law for law in self.registers.laws if law.short_title in names]


def in_section(guideline: Guideline, section: Section) -> list[Clause]:
    """The clauses of one section."""
    return [c for c in guideline.clauses if c.section is section]
