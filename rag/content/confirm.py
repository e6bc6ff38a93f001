"""What a liaison officer still has to confirm against an official text: effective dates, and laws without a text in hand."""

from __future__ import annotations

from collections.abc import Iterator

from rag.content.corpus import Corpus
from rag.content.lawtext import LawLibrary
from rag.content.models import Law, LawVersion
from rag.ground import Frozen

NO_DATE = "施行日期没有核实"
NO_TEXT = "没有导入官方原文，依据它的条款没有对照过原文"


class Pending(Frozen):
    """One thing to confirm. ``version`` is the start of the law version as registered, None where no date is known."""

    law: str
    version: str | None
    what: str
    source: str | None
    clauses: int


def pending(corpus: Corpus, library: LawLibrary | None = None) -> list[Pending]:
    """Everything to confirm, the laws that most clauses rest on first.

    Args:
        library: imported law texts; without it missing texts are not listed.
    """
    counts = _clauses(corpus)
    found = [
        Pending(
            law=law.short_title,
            version=version.effective_from.isoformat() if version.effective_from else None,
            what=what,
            source=law.source,
            clauses=counts.get(law.short_title, 0),
        )
        for law in corpus.registers.laws
        for version in law.versions
        for what in _doubts(law, version, library)
    ]
    return sorted(found, key=lambda p: (-p.clauses, p.law, p.version or ""))


def _doubts(law: Law, version: LawVersion, library: LawLibrary | None) -> Iterator[str]:
    if version.date_note or version.effective_from is None:
        yield version.date_note or NO_DATE
    if library is not None and not library.holds(law, version):
        yield NO_TEXT


def _clauses(corpus: Corpus) -> dict[str, int]:
    """law -> how many clauses of published versions rest on it."""
    counts: dict[str, int] = {}
    for guideline in corpus.guidelines:
        if guideline.status == "published":
            for clause in guideline.clauses:
                for name in {ref.law for ref in clause.laws}:
                    counts[name] = counts.get(name, 0) + 1
    return counts
