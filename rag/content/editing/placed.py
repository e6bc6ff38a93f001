"""A draft put into the content in memory, as if it were published; and a legal basis typed without 《》, recognised."""

from __future__ import annotations

import datetime as dt
import re

from rag.content.citations import parse_references, resolve_references
from rag.content.corpus import Corpus, _with_ends
from rag.content.diff import align_clauses
from rag.content.editing.checked import spoken
from rag.content.editing.document import Document, write_document
from rag.content.laws import PRC, LawRegister
from rag.content.lawtext import LawLibrary
from rag.content.models import Guideline, LawRef, Section
from rag.content.parse import parse_guideline
from rag.ground import NUMERAL, Frozen, to_chinese, to_int

_BARE_NUMBER = re.compile(rf"(?<![第\d〇零一二两三四五六七八九十百千])({NUMERAL})\s*条")
_NUMBER = re.compile(rf"第\s*({NUMERAL})\s*(?=[条款点])")


def with_draft(
    corpus: Corpus, document: Document, source: str, guideline: str, version: dt.date
) -> tuple[Corpus, Guideline | None]:
    """The content with a draft in its place, and the draft as a guideline version (None if its head is unusable).

    Clauses keep the other wordings of the version that they were made from.
    """
    text = write_document(document.model_copy(update={"status": "published"}), source)
    draft, _ = parse_guideline(f"{guideline}/{version.isoformat()}.md", text, corpus.registers)
    if draft is None:
        return corpus, None
    earlier = [g for g in corpus.versions(guideline) if g.version <= version]
    if earlier:
        draft = _with_wordings(earlier[-1], draft)
    others = [g for g in corpus.guidelines if (g.id, g.version) != (guideline, version)]
    new = Corpus(corpus.registers, tuple(_with_ends([*others, draft], corpus.registers)), corpus.problems)
    return new, next(g for g in new.guidelines if (g.id, g.version) == (guideline, version))


def _with_wordings(before: Guideline, draft: Guideline) -> Guideline:
    asked = {
        new.id: old.asked
        for section in Section
        for old, new in align_clauses(before, draft, section)
        if old is not None and new is not None
    }
    clauses = tuple(c.model_copy(update={"asked": asked.get(c.id, ())}) for c in draft.clauses)
    return draft.model_copy(update={"clauses": clauses})


class Basis(Frozen):
    """A legal basis: as it is written at the end of a clause, what it refers to, and the article's text by 款 (empty where
    the law's text was not imported)."""

    cite: str
    ref: LawRef
    paragraphs: tuple[str, ...] = ()


def read_basis(
    text: str, laws: LawRegister, library: LawLibrary | None, day: dt.date
) -> tuple[list[Basis], list[str]]:
    """The bases in a text, with or without 《》 (电子商务法第十七条, 电子商务法17条), and what is wrong with the others."""
    text = _NUMBER.sub(lambda m: f"第{to_chinese(to_int(m[1]))}", _BARE_NUMBER.sub(r"第\1条", text))
    refs, bad = resolve_references(_marked(text, laws), laws, day)
    found = []
    for ref in {(r.law, r.label): r for r in refs}.values():
        law = laws.get(ref.law)
        article = library.article(law, ref.article, day) if library and law and ref.article else None
        found.append(
            Basis(cite=f"《{ref.law}》{ref.label}", ref=ref, paragraphs=article.paragraphs if article else ())
        )
    return found, [f"{error.message}：{spoken(error.fix)}。" for error in bad]


def _marked(text: str, laws: LawRegister) -> str:
    """The text with 《》 around the names of laws that stand without them."""
    covered = [(r.start, r.end) for r in parse_references(text)]
    bare = text if covered else text.replace(PRC, "")
    names = sorted(laws.names(), key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, names)) or r"(?!)")

    def mark(match: re.Match[str]) -> str:
        inside = any(start <= match.start() < end for start, end in covered)
        return match[0] if inside else f"《{match[0]}》"

    return pattern.sub(mark, bare)
