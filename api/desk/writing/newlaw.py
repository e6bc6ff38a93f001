"""A draft in whose time a law changes: at each of its rows, what the articles it rests on said and will say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.desk.board.changes import OPEN, ArticleTexts
from api.desk.words import clause_name
from api.desk.writing.drafts import Draft
from api.desk.writing.placed import row_of_clause
from rag.content import Row, read_document

if TYPE_CHECKING:
    from api.state import State


@dataclass(frozen=True)
class Resting:
    """A row with an open task, ``name`` is what the page calls it; ``kept``: it reads as it did before the law changed."""

    row: str
    name: str
    law: str
    change: int
    task: int
    articles: tuple[ArticleTexts, ...]
    kept: bool


def resting(state: State, draft: Draft) -> list[Resting]:
    """The rows of a new version that rest on articles of laws which change by its day and that are still to be done."""
    if draft.kind != "version":
        return []
    named = {row: clause_name(clause) for clause, row in row_of_clause(draft.document).items()}
    now = {_text(row): row.id for row in draft.document.rows}
    row_of = {_text(row): row.id for row in read_document(draft.source).rows if row.id in named}
    return [
        Resting(row, named[row], c.law, c.id, t.id, t.articles, now.get(t.text) == row)
        for c in state.desk.changes.all()
        for t in c.tasks
        if c.effective <= draft.version and t.guideline == draft.guideline and t.state == OPEN
        if (row := row_of.get(t.text))
    ]


def _text(row: Row) -> str:
    return f"{row.heading}\n{row.text}" if row.heading else row.text
