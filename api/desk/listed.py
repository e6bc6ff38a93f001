"""The lists beside the guidelines that officers change entry by entry: questions, cases, words of the trade."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api.desk.additions import CASE, QUESTION, TERM
from api.desk.content import mending
from api.desk.roles import User
from api.problems import ProblemError
from rag.content import (
    CASES_FILE,
    GLOSSARY_FILE,
    QUIZ_FILE,
    check_quiz,
    with_case,
    with_question,
    with_term,
)

if TYPE_CHECKING:
    from api.state import State

Entry = dict[str, Any]


@dataclass(frozen=True)
class Listed:
    """A list: its kind of small change, its file, how an entry is written into it, and what an entry is called.

    ``name``: what the check calls an entry before its id, "" where the check says nothing of the list; ``title``: the key
    that, beside the id, tells entries apart.
    """

    kind: str
    file: str
    edit: Callable[[str, str, Mapping[str, Any] | None], str]
    called: str
    name: str = ""
    title: str = ""


QUESTIONS = Listed(QUESTION, QUIZ_FILE, with_question, "这道题", "题目", "ask")
CASES = Listed(CASE, CASES_FILE, with_case, "这个情形", "情形", "title")
TERMS = Listed(TERM, GLOSSARY_FILE, with_term, "这个词")
ALL = (QUESTIONS, CASES, TERMS)


def put_down(state: State, which: Listed, own: str, entry: Entry | None, about: str, user: User) -> None:
    """Keep an entry for publication, or that it is to be taken out, if the check has nothing against it.

    Raises:
        ProblemError: 422 what the check says, or the file is written in a way that is not understood; 409 a change of it
            waits already.
    """
    if state.desk.additions.waits(which.kind, own):
        raise ProblemError(
            409, "waiting", f"{which.called}有一处改动等待发布", "等它发布，或者请审核发布的同事去掉它。"
        )
    with mending():
        path = state.settings.guidelines / which.file
        text = path.read_bytes().decode("utf-8") if path.exists() else ""
        written = which.edit(text, own, entry)
        if entry is not None and which.name:
            _refuse(state, which, own, entry, written)
    state.desk.additions.add(
        which.kind, about, {"id": own, "entry": entry}, user, subject=f"{which.file}#{own}"
    )


def _refuse(state: State, which: Listed, own: str, entry: Entry, written: str) -> None:
    """Stop an entry that the check has something against."""
    called = rf"{which.name} {re.escape(own)}(?![\w-]) ?"
    mine = re.compile(rf"{called}|“{re.escape(entry[which.title])}”")
    with tempfile.TemporaryDirectory(prefix="hegui-list-") as work:
        Path(work, which.file).write_bytes(written.encode())
        found = check_quiz(state.engine.corpus(), Path(work), state.settings.current_day())
        wrong = next((p for p in found if mine.search(p.message)), None)
    if wrong is not None:
        said = re.sub(called, which.called, wrong.message)
        raise ProblemError(422, "invalid", said, f"{wrong.fix}。", at=which.title)
