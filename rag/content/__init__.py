"""Files -> guidelines, clauses and law references; the registers, the law texts, and every check on them. Pure.

guidelines/*.md ── parse ──► Guideline ── citations ──► LawRef
*.yml ── registers, laws ──► Registers ┐
asked.yml ── wordings ───────────────► Corpus ── check/ ──► Problem
                                         ├────── diff ───► GuidelineDiff
law files ── lawtext ──► LawLibrary ─────┘
"""

from rag.content.check.coverage import coverage
from rag.content.check.run import check_corpus
from rag.content.check.verdicts import Embed, like_pairs, pairs_table
from rag.content.citations import RawRef, find_mentions, format_label, parse_references, without_references
from rag.content.confirm import pending
from rag.content.corpus import Corpus, load_corpus, read_corpus
from rag.content.diff import ClauseChange, GuidelineDiff, Kind, Span, diff_guidelines, render_text
from rag.content.laws import Unresolved, load_laws, normal_title
from rag.content.lawtext import Article, LawLibrary, import_texts, law_files, read_law_text
from rag.content.models import (
    Clause,
    Guideline,
    Law,
    LawRef,
    LawVersion,
    Operator,
    Outside,
    Section,
    Term,
    Topic,
)
from rag.content.registers import Registers
from rag.content.scaffold import new_guideline, new_version

__all__ = [
    "Article",
    "Clause",
    "ClauseChange",
    "Corpus",
    "Embed",
    "Guideline",
    "GuidelineDiff",
    "Kind",
    "Law",
    "LawLibrary",
    "LawRef",
    "LawVersion",
    "Operator",
    "Outside",
    "RawRef",
    "Registers",
    "Section",
    "Span",
    "Term",
    "Topic",
    "Unresolved",
    "check_corpus",
    "coverage",
    "diff_guidelines",
    "find_mentions",
    "format_label",
    "import_texts",
    "law_files",
    "like_pairs",
    "load_corpus",
    "load_laws",
    "new_guideline",
    "new_version",
    "normal_title",
    "pairs_table",
    "parse_references",
    "pending",
    "read_corpus",
    "read_law_text",
    "render_text",
    "without_references",
]
