"""How people put it: other wordings of what a clause answers, kept beside the guideline in ``asked.yml``.

They are matched against questions and never shown as an answer, so that slang finds a clause without entering the
clause. An entry names its clause by its question or by how it begins, and holds for every version that has it::

    - clause: 商家卖货要出具发票
      as: [买家要发票我想加收税点, 不开票给便宜点行不行]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.content.models import Clause, Guideline, Problem, Section
from rag.ground import load_yaml

ASKED_FILE = "asked.yml"
MAX_WORDING = 60


class Entry(BaseModel):
    """One clause and the wordings that lead to it."""

    model_config = ConfigDict(extra="forbid")

    clause: str = Field(min_length=4)
    wordings: list[str] = Field(alias="as", min_length=1)


def parse_asked(name: str, text: str) -> tuple[list[Entry], list[Problem]]:
    """Read one ``asked.yml``; ``name`` is its path below the guidelines folder."""
    try:
        raw = load_yaml(text) or []
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = min((mark.line if mark else 0) + 1, len(text.rstrip().splitlines()) or 1)
        return [], [_fault(name, line, "从这一行起写法不对：多半是冒号、引号或方括号")]
    if not isinstance(raw, list):
        return [], [_fault(name, 1, "应当是一项一项的列表")]
    starts = [n for n, row in enumerate(text.splitlines(), 1) if row.startswith("-")]
    entries, problems = list[Entry](), list[Problem]()
    for number, item in enumerate(raw):
        try:
            entries.append(Entry.model_validate(item))
        except ValidationError:
            line = starts[number] if number < len(starts) else 1
            problems.append(_fault(name, line, f"第 {number + 1} 项写得不对"))
    return entries, problems


def _fault(name: str, line: int, what: str) -> Problem:
    fix = "每一项写 clause（问题或条款的开头）和 as（问法列表），例如 - clause: 商家卖货要出具发票，下一行 as: [不开票行不]"
    return Problem(path=name, line=line, code="asked", message=f"问法文件有误：{what}", fix=fix)


def attach(
    name: str, text: str, entries: Sequence[Entry], versions: Sequence[Guideline]
) -> tuple[list[Guideline], list[Problem]]:
    """The versions of one guideline with the wordings on their clauses, and what is wrong with the entries."""
    problems: list[Problem] = []
    done = list(versions)
    taken: set[str] = set()
    for entry in entries:
        line = next((n for n, row in enumerate(text.splitlines(), 1) if entry.clause in row), 1)
        places = [named(guideline, entry.clause) for guideline in done]
        for message, fix in [*_misplaced(entry, places, done), *_unfit(entry, taken)]:
            problems.append(Problem(path=name, line=line, code="asked", message=message, fix=fix))
        done = [
            _with(guideline, clauses[0], entry) if len(clauses) == 1 else guideline
            for guideline, clauses in zip(done, places, strict=True)
        ]
        taken.update(entry.wordings)
    return done, problems


def _misplaced(
    entry: Entry, places: Sequence[Sequence[Clause]], versions: Sequence[Guideline]
) -> Iterator[tuple[str, str]]:
    """Says where an entry names no clause, or more than one."""
    fix = "照抄问题，或者条款开头的一段，要能认出唯一一条"
    unclear = [g.version.isoformat() for g, clauses in zip(versions, places, strict=True) if len(clauses) > 1]
    if unclear:
        yield f"{'、'.join(unclear)} 这一版有几条“{entry.clause}”", fix
    elif not any(places):
        yield f"没有哪一版有条款“{entry.clause}”", fix


def _unfit(entry: Entry, taken: set[str]) -> Iterator[tuple[str, str]]:
    """Says which wordings are too long or stand twice."""
    for wording in entry.wordings:
        fault = "和别处重复" if wording in taken else "太长" if len(wording) > MAX_WORDING else ""
        if fault:
            yield f"问法“{wording}”{fault}", f"一种问法只写一处，不超过 {MAX_WORDING} 个字"


def _with(guideline: Guideline, clause: Clause, entry: Entry) -> Guideline:
    """``guideline`` with the wordings of ``entry`` added to ``clause``."""
    asked = tuple(dict.fromkeys([*clause.asked, *entry.wordings]))
    changed = clause.model_copy(update={"asked": asked})
    clauses = tuple(changed if c is clause else c for c in guideline.clauses)
    return guideline.model_copy(update={"clauses": clauses})


def named(guideline: Guideline, words: str) -> list[Clause]:
    """The clause whose question is ``words``, else those that begin with them."""
    exact = [c for c in guideline.clauses if c.section is Section.FAQ and c.heading == words]
    return exact or [c for c in guideline.clauses if c.text.startswith(words)]
