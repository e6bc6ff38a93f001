"""The clauses that rest on a law's new version are listed; the boards are brought up to what has been published since."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from api.desk.additions import LAW
from api.desk.board.changes import Change
from api.desk.content import fresh_corpus
from api.desk.roles import User
from rag.content import Corpus, LawLibrary, affected_clauses

if TYPE_CHECKING:
    from api.state import State


def brought_up(state: State, user: User) -> list[Change]:
    """Every change, with the laws that were published since taken up and the tasks closed that a new version has done.

    Args:
        state: the application.
        user: who looks, and so takes them up.
    """
    changes, out = state.desk.changes.all(), state.desk.additions.out(LAW)
    if not out and not any(change.left for change in changes):
        return changes
    corpus = fresh_corpus(state)
    taken = {(c.law, c.effective) for c in changes}
    for addition in out:
        law, day = addition.fields["law"], dt.date.fromisoformat(addition.fields["version"]["effective_from"])
        if (law, day) not in taken and _registered(corpus, law, day):
            compare(state, law, day, user)
    state.desk.changes.settle(corpus)
    return state.desk.changes.all()


def _registered(corpus: Corpus, law: str, day: dt.date) -> bool:
    entry = corpus.registers.laws.get(law)
    return entry is not None and any(v.effective_from == day for v in entry.versions)


def compare(state: State, law: str, day: dt.date, user: User, *, again: bool = False) -> int:
    """List what rests on a version; the change's number, 0 if it was registered before (``again``) and nothing is to be done."""
    library = LawLibrary(state.settings.data / "laws")
    corpus = fresh_corpus(state)
    state.desk.changes.settle(corpus)
    affected = affected_clauses(corpus, library, law, day)
    if again and not affected and all((c.law, c.effective) != (law, day) for c in state.desk.changes.all()):
        return 0
    return state.desk.changes.open(law, day, affected, by=user)
