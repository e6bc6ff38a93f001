"""A law gets a new version: which clauses rest on articles that change, with the article's text before and after."""

from __future__ import annotations

import datetime as dt

from rag.content.corpus import Corpus
from rag.content.lawtext import LawLibrary
from rag.content.models import Clause, Guideline, Law, LawRef
from rag.ground import Frozen, NotFoundError


class Affected(Frozen):
    """A clause that has to be looked at because of one of its references. ``before`` and ``after`` are the article's
    text in either version, None where that text is not imported or has no such article."""

    guideline: Guideline
    clause: Clause
    ref: LawRef
    before: str | None
    after: str | None


def affected_clauses(corpus: Corpus, library: LawLibrary, law: str, effective: dt.date) -> list[Affected]:
    """Clauses that will be in force on the day a version of ``law`` takes effect, but were written for the one before.

    A guideline with a version dated that day or later is done and not listed. Articles that the register says did not
    change, or whose imported texts are the same, are left out.

    Raises:
        NotFoundError: the register has no such law, or no version that takes effect on that day.
    """
    entry = corpus.registers.laws.get(law)
    new = next((v for v in entry.versions if v.effective_from == effective), None) if entry else None
    if entry is None or new is None:
        raise NotFoundError(f"登记册里没有《{law}》{effective} 起施行的版本。", "先登记这部法律的新版本。")
    found: list[Affected] = []
    for guideline in corpus.in_force(effective):
        if guideline.version < effective:
            for clause in guideline.clauses:
                for ref in clause.laws:
                    if ref.law == law and not _kept(ref, new.changed_articles):
                        found.append(_affected(guideline, clause, ref, entry, library, effective))
    return [a for a in found if a.before is None or a.before != a.after]


def _kept(ref: LawRef, changed: tuple[int, ...] | None) -> bool:
    """Whether the register says that the article stayed as it was."""
    return changed is not None and ref.article is not None and ref.article not in changed


def _affected(
    guideline: Guideline, clause: Clause, ref: LawRef, law: Law, library: LawLibrary, effective: dt.date
) -> Affected:
    days = (effective - dt.timedelta(days=1), effective)
    old, new = (library.article(law, ref.article, day) if ref.article else None for day in days)
    return Affected(
        guideline=guideline, clause=clause, ref=ref,
        before=old.text if old else None, after=new.text if new else None,
    )  # fmt: skip
