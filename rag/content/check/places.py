"""`paragraph-missing`, `item-missing`: the 款 and 项 that a clause cites are in the article.

By the law's text where it was imported, else by the counts of ledger-units.yml, which come with the content.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rag.content.check.findings import Findings, finding
from rag.content.corpus import Corpus
from rag.content.laws import LawRegister
from rag.content.lawtext import LawLibrary
from rag.content.ledger.book import UNDATED, Units
from rag.content.models import Guideline, LawRef

Size = tuple[int, set[int]]
"""Of an article: how many 款 it has, and the numbers of its 项."""


def check_places(corpus: Corpus, library: LawLibrary | None, units: Mapping[str, Units]) -> Findings:
    """Compare every citation of every version with its article; articles of which nothing is known are passed over."""
    size = _sizes(corpus.registers.laws, library, units)
    for guideline in corpus.guidelines:
        for clause in guideline.clauses:
            for ref in clause.laws:
                if known := size(guideline, ref):
                    yield from _one(guideline, clause.line, clause.id, ref, known)


def _one(guideline: Guideline, line: int, clause: str, ref: LawRef, size: Size) -> Findings:
    count, items = size
    where = f"《{ref.law}》第{ref.article}条"
    if max(ref.paragraphs, default=0) > count:
        message = f"{where}只有 {count} 款，{clause} 引了{ref.label}"
        yield finding(guideline, line, "paragraph-missing", message, "对照原文改正款号")
    if set(ref.items) - items:
        yield finding(guideline, line, "item-missing", f"{where}没有{ref.label}", "对照原文改正项号")


def _sizes(
    laws: LawRegister, library: LawLibrary | None, units: Mapping[str, Units]
) -> Callable[[Guideline, LawRef], Size | None]:
    def size(guideline: Guideline, ref: LawRef) -> Size | None:
        law = laws.get(ref.law)
        version = law.version_on(guideline.version) if law else None
        if law is None or version is None or ref.article is None:
            return None
        if library and (article := library.article(law, ref.article, guideline.version)):
            return article.paragraph_count, article.all_items()
        counted = units.get(ref.law)
        if counted is None or counted.version != str(version.effective_from or UNDATED):
            return None
        held = counted.shape.get(ref.article)
        return (len(held), set(range(1, max(held) + 1))) if held else None

    return size
