"""`hegui check`: every rule that keeps the content right, each finding with file, line and how to mend it.

`check_corpus` runs the rules: on one file (`files.FILE_RULES`), quoted alone (`alone.RULES`), over time, across files,
and, when a law library is given, against the official texts (`texts.check_texts`).
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from rag.content.check.across import conflicting_amounts, glossary_conflicts, repeated_questions
from rag.content.check.alone import check_alone
from rag.content.check.assessments import check_assessments
from rag.content.check.coverage import missing_cells
from rag.content.check.files import FILE_RULES
from rag.content.check.places import check_places
from rag.content.check.quiz import check_quiz
from rag.content.check.texts import check_texts
from rag.content.check.verdicts import Embed, check_verdicts
from rag.content.check.versions import replaced_laws, stale_versions, undated_laws, version_chain
from rag.content.corpus import Corpus
from rag.content.files import as_note
from rag.content.lawtext import LawLibrary
from rag.content.ledger.book import read_units
from rag.content.models import UNPUBLISHED, Problem


def check_corpus(
    corpus: Corpus,
    *,
    root: Path | None = None,
    today: dt.date,
    stale_days: int = 180,
    library: LawLibrary | None = None,
    embed: Embed | None = None,
) -> list[Problem]:
    """Run every rule over ``corpus``.

    Args:
        corpus: as `read_corpus` returns it, parse problems included.
        today: the day staleness is measured from.
        stale_days: a version in force not verified for longer is reported (note).
        library: imported law texts; without it the rules on copied text and figures are skipped.
        embed: unit vectors of questions; with it paraphrases are found too, not only like wordings, whose answers differ.
        root: the guidelines folder, for ``coverage.yml`` (which cells must be covered), ``assessments.yml``, ``quiz.yml``,
            ``cases.yml``, ``ledger-units.yml`` (how many 款 and 项 an article has, where its text is not in hand) and
            ``derived.yml`` (figures that are derived rather than found in the cited article).

    Returns:
        Findings ordered by file and line; those of drafts are notes, since nobody publishes them.
    """
    found = list(corpus.problems)
    for guideline in corpus.guidelines:
        for rule in FILE_RULES:
            found.extend(rule(guideline))
    found.extend(version_chain(corpus))
    found.extend(replaced_laws(corpus))
    found.extend(undated_laws(corpus))
    found.extend(repeated_questions(corpus))
    found.extend(conflicting_amounts(corpus))
    found.extend(glossary_conflicts(corpus))
    found.extend(stale_versions(corpus, today, stale_days))
    found.extend(check_alone(corpus))
    found.extend(check_verdicts(corpus, today, embed))
    if root is not None:
        found.extend(missing_cells(corpus, root / "coverage.yml", today))
        found.extend(check_assessments(corpus, root, today))
        found.extend(check_quiz(corpus, root, today))
    found.extend(check_places(corpus, library, read_units(root) if root else {}))
    if library is not None:
        found.extend(check_texts(corpus, library, root / "derived.yml" if root else None))
    drafts = {g.path for g in corpus.guidelines if g.status in UNPUBLISHED}
    found = [as_note(p) if p.path in drafts else p for p in found]
    return sorted(found, key=lambda p: (p.path, p.line, p.code))
