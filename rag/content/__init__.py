"""Files -> guidelines, clauses and law references; the registers, the law texts, and every check on them. Pure.

guidelines/*.md ── parse ──► Guideline ── citations ──► LawRef
*.yml ── registers, laws ──► Registers ┐
asked.yml ── wordings ───────────────► Corpus ── check/ ──► Problem
                                         ├────── diff ───► GuidelineDiff
law files ── lawtext ──► LawLibrary ─────┘
"""

from rag.content.additions import OUTSIDE_FILE, following, with_outside, with_wording
from rag.content.articles import Article
from rag.content.assessments import (
    Assessment,
    AssessmentItem,
    Weight,
    clause_on,
    read_assessments,
    weight_of,
)
from rag.content.cases import CASES_FILE, Case, CaseQuestion, cases_on, load_cases
from rag.content.check.coverage import coverage
from rag.content.check.ledger import check_ledger, ledger_table
from rag.content.check.quiz import check_quiz
from rag.content.check.run import check_corpus
from rag.content.check.verdicts import Embed, like_pairs, pairs_table
from rag.content.citations import RawRef, find_mentions, format_label, parse_references, without_references
from rag.content.confirm import pending
from rag.content.corpus import Corpus, load_corpus, read_corpus, stamp_of
from rag.content.corrections import CORRECTIONS_FILE, Correction, read_corrections, write_corrections
from rag.content.diff import (
    ClauseChange,
    GuidelineDiff,
    Kind,
    Span,
    align_clauses,
    diff_guidelines,
    diff_words,
    render_text,
)
from rag.content.editing.basis import Affected, affected_clauses, clause_words, stands, written_for
from rag.content.editing.checked import Remark, check_draft
from rag.content.editing.document import Document, Row, plain, read_document, write_document
from rag.content.editing.entries import with_case, with_question, with_term
from rag.content.editing.placed import Basis, read_basis, with_draft
from rag.content.editing.reviewed import confirm_reviewed
from rag.content.editing.word import Imported, read_word
from rag.content.lawfile import cells_of, law_files, word_paragraphs
from rag.content.laws import Unresolved, load_laws, normal_title
from rag.content.lawtext import LawLibrary, import_texts, read_law_text
from rag.content.lawversions import LAWS_FILE, read_version, register_with
from rag.content.ledger.addresses import Unit
from rag.content.ledger.book import REASONS, UNITS_FILE, Ledger, Mark, read_ledger, write_units
from rag.content.ledger.coverage import LawState, states
from rag.content.models import (
    Clause,
    Guideline,
    Law,
    LawRef,
    LawVersion,
    Operator,
    Outside,
    Problem,
    Section,
    Term,
    Topic,
    clause_name,
)
from rag.content.named import file_in_words, namer, problem_in_words, titles_by_role
from rag.content.quiz import MAX_WHY, QUIZ_FILE, QuizQuestion, digest_of, explained, holds, load_quiz, quiz_on
from rag.content.registers import GLOSSARY_FILE, Registers, load_registers
from rag.content.scaffold import new_guideline, new_version
from rag.content.wordings import ASKED_FILE

__all__ = [
    "ASKED_FILE",
    "CASES_FILE",
    "CORRECTIONS_FILE",
    "GLOSSARY_FILE",
    "LAWS_FILE",
    "MAX_WHY",
    "OUTSIDE_FILE",
    "QUIZ_FILE",
    "REASONS",
    "UNITS_FILE",
    "Affected",
    "Article",
    "Assessment",
    "AssessmentItem",
    "Basis",
    "Case",
    "CaseQuestion",
    "Clause",
    "ClauseChange",
    "Corpus",
    "Correction",
    "Document",
    "Embed",
    "Guideline",
    "GuidelineDiff",
    "Imported",
    "Kind",
    "Law",
    "LawLibrary",
    "LawRef",
    "LawState",
    "LawVersion",
    "Ledger",
    "Mark",
    "Operator",
    "Outside",
    "Problem",
    "QuizQuestion",
    "RawRef",
    "Registers",
    "Remark",
    "Row",
    "Section",
    "Span",
    "Term",
    "Topic",
    "Unit",
    "Unresolved",
    "Weight",
    "affected_clauses",
    "align_clauses",
    "cases_on",
    "cells_of",
    "check_corpus",
    "check_draft",
    "check_ledger",
    "check_quiz",
    "clause_name",
    "clause_on",
    "clause_words",
    "confirm_reviewed",
    "coverage",
    "diff_guidelines",
    "diff_words",
    "digest_of",
    "explained",
    "file_in_words",
    "find_mentions",
    "following",
    "format_label",
    "holds",
    "import_texts",
    "law_files",
    "ledger_table",
    "like_pairs",
    "load_cases",
    "load_corpus",
    "load_laws",
    "load_quiz",
    "load_registers",
    "namer",
    "new_guideline",
    "new_version",
    "normal_title",
    "pairs_table",
    "parse_references",
    "pending",
    "plain",
    "problem_in_words",
    "quiz_on",
    "read_assessments",
    "read_basis",
    "read_corpus",
    "read_corrections",
    "read_document",
    "read_law_text",
    "read_ledger",
    "read_version",
    "read_word",
    "register_with",
    "render_text",
    "stamp_of",
    "stands",
    "states",
    "titles_by_role",
    "weight_of",
    "with_case",
    "with_draft",
    "with_outside",
    "with_question",
    "with_term",
    "with_wording",
    "without_references",
    "word_paragraphs",
    "write_corrections",
    "write_document",
    "write_units",
    "written_for",
]
