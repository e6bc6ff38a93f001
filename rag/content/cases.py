"""Invented cases for discussion (``cases.yml``): a story, questions, and model answers that each rest on clauses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field

from rag.content.assessments import clause_on
from rag.content.corpus import Corpus
from rag.content.faults import said
from rag.content.quiz import CLAUSE, QUIZ_ID, digest_of
from rag.ground import ContentError, Frozen, load_yaml

CASES_FILE = "cases.yml"

Address = Annotated[str, Field(pattern=CLAUSE)]


class CaseQuestion(Frozen):
    """A question with its model answer; ``clauses`` as ``anchor/price#must-1``, ``digest`` that of all their texts."""

    ask: str = Field(min_length=4)
    answer: str = Field(min_length=4)
    clauses: tuple[Address, ...] = Field(min_length=1)
    digest: str = Field(default="", pattern=r"^([0-9a-f]{8})?$")


class Case(Frozen):
    """An invented case for people of one role."""

    id: str = Field(pattern=QUIZ_ID)
    operator: str
    title: str = Field(min_length=2, max_length=30)
    story: str = Field(min_length=40, max_length=200)
    questions: tuple[CaseQuestion, ...] = Field(min_length=2, max_length=4)


def load_cases(folder: Path) -> tuple[Case, ...]:
    """All cases of a guidelines folder, in the order of the file; none where there is no file.

    Raises:
        ContentError: the file breaks its format.
    """
    path = folder / CASES_FILE
    if not path.exists():
        return ()
    try:
        return tuple(Case.model_validate(item) for item in load_yaml(path.read_text("utf-8")) or ())
    except (ValueError, TypeError, yaml.YAMLError) as error:
        raise ContentError(
            f"{CASES_FILE} 读不了：{said(error)}", "照文件开头写的格式改，或者从备份恢复。"
        ) from error


def cases_on(corpus: Corpus, cases: Iterable[Case], day: dt.date) -> tuple[Case, ...]:
    """The cases all of whose answers stand on ``day`` as they were reviewed."""
    return tuple(c for c in cases if all(rests(corpus, q, day) for q in c.questions))


def rests(corpus: Corpus, question: CaseQuestion, day: dt.date) -> bool:
    """Whether every clause of a model answer stands on ``day`` with the text it was reviewed against."""
    found = [clause_on(corpus, address, day) for address in question.clauses]
    clauses = [f[1] for f in found if f]
    return len(clauses) == len(found) and digest_of(*clauses) == question.digest
