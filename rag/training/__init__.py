"""A course for a room: from chosen guidelines to agenda, deck, handout, exercises and cases. Pure.

quiz.yml ── reviewed ──► exercises ┐
cases.yml ── reviewed ──► cases ───┤
Course ────────────────────────────┴──► Plan ─┬─ agenda
                                              ├─ deck ──► slides as a page
                                              └─ sheets ─► PDF, page; package: all of it in one zip, no server needed
"""

from rag.training.agenda import hurried, most_guidelines
from rag.training.deck import deck_slides, pace, slide_clauses
from rag.training.diploma import MAX_NAME, Diploma, diploma_pdf
from rag.training.draft import drafts
from rag.training.fonts import unprintable
from rag.training.models import (
    MAX_GUIDELINES,
    MAX_MINUTES,
    MIN_MINUTES,
    Course,
    Exercise,
    Plan,
)
from rag.training.package import package
from rag.training.pages import ASSETS, deck_page
from rag.training.pdf import render_pdf
from rag.training.plan import make_plan
from rag.training.reviewed import discussions_of, reviewed_exercises
from rag.training.sheets import (
    Block,
    Sheet,
    case_sheet,
    feedback_sheet,
    handout,
    quiz_sheet,
    sign_in,
    sign_in_sheet,
)
from rag.training.words import spoken

__all__ = [
    "ASSETS",
    "MAX_GUIDELINES",
    "MAX_MINUTES",
    "MAX_NAME",
    "MIN_MINUTES",
    "Block",
    "Course",
    "Diploma",
    "Exercise",
    "Plan",
    "Sheet",
    "case_sheet",
    "deck_page",
    "deck_slides",
    "diploma_pdf",
    "discussions_of",
    "drafts",
    "feedback_sheet",
    "handout",
    "hurried",
    "make_plan",
    "most_guidelines",
    "pace",
    "package",
    "quiz_sheet",
    "render_pdf",
    "reviewed_exercises",
    "sign_in",
    "sign_in_sheet",
    "slide_clauses",
    "spoken",
    "unprintable",
]
