"""A law gets a new version: which clauses rest on articles that change, with the article's text before and after."""

from __future__ import annotations

import datetime as dt

from rag.content.corpus import Corpus
from rag.content.lawtext import LawLibrary, LawText
from rag.content.models import Clause, Guideline, Law, LawRef
from rag.ground import Frozen, NotFoundError

LIKE = 0.3  # read off the trademark law of 2019 and 2026: nearly all articles have their successor above, chance stays below 0.26


class Affected(Frozen):
    """A clause that has to be looked at because of one of its references. ``before`` and ``after`` are the article's
    text in either version, None where that text is not imported or has no such article. ``moved`` is the number of the
    new version's article that reads most like it, where that is another number."""

    guideline: Guideline
    clause: Clause
    ref: LawRef
    before: str | None
    after: str | None
    moved: int | None = None


def affected_clauses(corpus: Corpus, library: LawLibrary, law: str, effective: dt.date) -> list[Affected]:
    """Clauses that will be in force on the day a version of ``law`` takes effect, but were written for the one before.

    Of a guideline with a version dated that day or later only those are listed that stand in it word for word as before.
    Articles that the register says did not change, or whose imported texts are the same, are left out.

    Raises:
        NotFoundError: the register has no such law, or no version that takes effect on that day.
    """
    entry = corpus.registers.laws.get(law)
    new = next((v for v in entry.versions if v.effective_from == effective), None) if entry else None
    if entry is None or new is None:
        raise NotFoundError(f"登记册里没有《{law}》{effective} 起施行的版本。", "先登记这部法律的新版本。")
    found: list[Affected] = []
    before = corpus.in_force(effective - dt.timedelta(days=1))
    for guideline in (g for g in before if corpus.on_day(g.id, effective)):
        anew = written_for(corpus, guideline.id, effective)
        for clause in guideline.clauses:
            for ref in clause.laws:
                if (
                    ref.law == law
                    and not _kept(ref, new.changed_articles)
                    and (not anew or stands(clause_words(clause), anew))
                ):
                    found.append(_affected(guideline, clause, ref, entry, library, effective))
    return [a for a in found if a.before is None or a.moved or a.before != a.after]


def written_for(corpus: Corpus, guideline: str, effective: dt.date) -> Guideline | None:
    """The newest version of a guideline, if it is dated that day or later."""
    return next((g for g in reversed(corpus.versions(guideline)) if g.version >= effective), None)


def stands(words: str, version: Guideline) -> bool:
    """Whether a clause of these words (`clause_words`) stands in a version, under whatever number."""
    return any(clause_words(c) == words for c in version.clauses)


def clause_words(clause: Clause) -> str:
    """Heading and text of a clause."""
    return f"{clause.heading}\n{clause.text}" if clause.heading else clause.text


def _kept(ref: LawRef, changed: tuple[int, ...] | None) -> bool:
    """Whether the register says that the article stayed as it was."""
    return changed is not None and ref.article is not None and ref.article not in changed


def _affected(
    guideline: Guideline, clause: Clause, ref: LawRef, law: Law, library: LawLibrary, effective: dt.date
) -> Affected:
    texts = [library.text_on(law, day) for day in (effective - dt.timedelta(days=1), effective)]
    old, new = (text.articles.get(ref.article) if text and ref.article else None for text in texts)
    moved = _moved(ref.article, texts[0], texts[1]) if old and ref.article and texts[0] and texts[1] else None
    if moved and texts[1]:
        new = texts[1].articles[moved]
    return Affected(
        guideline=guideline, clause=clause, ref=ref,
        before=old.text if old else None, after=new.text if new else None, moved=moved,
    )  # fmt: skip


def _moved(number: int, old: LawText, new: LawText) -> int | None:
    """The article that took over the text, if it is not the one of that number; articles that stayed took over none."""
    text = old.articles[number].text
    free = {n: a for n, a in new.articles.items() if n not in old.articles or old.articles[n].text != a.text}
    scores = {n: _alike(text, article.text) for n, article in free.items()}
    best = max(scores, key=lambda n: (scores[n], n == number), default=number)
    return best if best != number and number in free and scores[best] >= LIKE else None


def _alike(one: str, other: str) -> float:
    """Jaccard index of the pairs of characters."""
    a, b = ({text[i : i + 2] for i in range(len(text) - 1)} for text in (one, other))
    return len(a & b) / len(a | b) if a | b else 0.0
