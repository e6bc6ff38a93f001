"""Choosing a clause for a form: a guideline from a list, then one of its clauses, each step a page (no script is needed).

    a form's page ── 列出条款 / a clause's button ──► POST /desk/clauses ──► the same page, typed values kept, ?pick-…

The page reads from its address what is being chosen (`picking`); the macro ``choose`` of ``pick.html`` shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.desk.quiz import clause_on_day
from rag.content import Clause, Guideline

if TYPE_CHECKING:
    from api.state import State

FORM, FIELD, GUIDELINE, TAKEN = "pick-form", "pick-field", "pick-from", "pick-clause"


@dataclass(frozen=True)
class Picking:
    """What there is to choose from, and how far the officer is."""

    groups: tuple[tuple[str, tuple[Guideline, ...]], ...]
    form: str = ""
    field: str = ""
    guideline: Guideline | None = None
    taken: tuple[Guideline, Clause] | None = None

    def at(self, form: str, field: str) -> bool:
        """Whether it is this field of this form that is chosen for."""
        return (self.form, self.field) == (form, field)


def picking(state: State, query: Mapping[str, str]) -> Picking:
    """What the address of a page says is being chosen; what there is not is passed over."""
    corpus, today = state.engine.corpus(), state.settings.current_day()
    found = corpus.in_force(today)
    roles = ((o.short, tuple(g for g in found if g.operator == o.id)) for o in corpus.registers.by_use)
    return Picking(
        tuple((name, group) for name, group in roles if group),
        query.get(FORM, ""),
        query.get(FIELD, ""),
        next((g for g in found if g.id == query.get(GUIDELINE)), None),
        clause_on_day(state, query.get(TAKEN, "")),
    )
