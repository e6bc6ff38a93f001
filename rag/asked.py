"""How people put it: other wordings of what a clause answers, kept beside the guideline in ``asked.yml``.

They are matched against questions and never shown as an answer, so that slang finds a clause without entering the
clause. An entry names its clause by its question or by how it begins, and holds for every version that has it::

    - clause: 商家卖货要出具发票
      as: [买家要发票我想加收税点, 不开票给便宜点行不行]
"""

from __future__ import annotations

from collections.abc import Sequence

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from rag.models import Clause, Guideline, Problem, Section
from rag.yamlfile import load_yaml

FILE_NAME = "asked.yml"
MAX_WORDING = 60


class Entry(BaseModel):
    """One clause and the wordings that lead to it."""

    model_config = ConfigDict(extra="forbid")

    clause: str = Field(min_length=4)
    wordings: list[str] = Field(alias="as", min_length=1)


def parse_asked(name: str, text: str) -> tuple[list[Entry], list[Problem]]:
    """Read one ``asked.yml``; ``name`` is its path below the guidelines folder."""
    try:
        return TypeAdapter(list[Entry]).validate_python(load_yaml(text) or []), []
    except (yaml.YAMLError, ValidationError, ValueError) as error:
        fix = "每一项写 clause（问题或条款的开头）和 as（问法列表）"
        return [], [Problem(path=name, line=1, code="asked", message=f"问法文件有误：{error}", fix=fix)]


def attach(
    name: str, text: str, entries: Sequence[Entry], versions: Sequence[Guideline]
) -> tuple[list[Guideline], list[Problem]]:
    """The versions of one guideline with the wordings on their clauses, and the entries that fit nowhere."""
    problems: list[Problem] = []
    done = list(versions)
    taken: set[str] = set()
    for entry in entries:
        line = next((n for n, row in enumerate(text.splitlines(), 1) if entry.clause in row), 1)
        found = 0
        for place, guideline in enumerate(done):
            clause = _named(guideline, entry.clause)
            if clause is None:
                continue
            found += 1
            asked = tuple(dict.fromkeys([*clause.asked, *entry.wordings]))
            new = [
                clause.model_copy(update={"asked": asked}) if c is clause else c for c in guideline.clauses
            ]
            done[place] = guideline.model_copy(update={"clauses": tuple(new)})
        if not found:
            message, fix = (
                f"没有哪一版有条款“{entry.clause}”",
                "照抄问题，或者条款开头的一段，要能认出唯一一条",
            )
            problems.append(Problem(path=name, line=line, code="asked", message=message, fix=fix))
        for wording in entry.wordings:
            fault = "和别处重复" if wording in taken else "太长" if len(wording) > MAX_WORDING else ""
            taken.add(wording)
            if fault:
                problems.append(
                    Problem(
                        path=name, line=line, code="asked", message=f"问法“{wording}”{fault}",
                        fix=f"一种问法只写一处，不超过 {MAX_WORDING} 个字",
                    )
                )  # fmt: skip
    return done, problems


def _named(guideline: Guideline, words: str) -> Clause | None:
    """The clause whose question is ``words``, or the only one that begins with them."""
    exact = [c for c in guideline.clauses if c.section is Section.FAQ and c.heading == words]
    begins = [c for c in guideline.clauses if c.text.startswith(words)]
    found = exact or begins
    return found[0] if len(found) == 1 else None
