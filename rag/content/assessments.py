"""Self-assessment sheets (``assessments.yml``): questions to oneself, each resting on a clause.

Whether an item is law, encouragement or advice is told by its clause: one that begins with 倡导 encourages, a duty, a ban or a
liability that cites an article is law, the rest is advice.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path

import yaml

from rag.content.corpus import Corpus
from rag.content.models import Clause, Guideline, Section
from rag.ground import ContentError, Frozen

ASSESSMENTS_FILE = "assessments.yml"


class Weight(StrEnum):
    """What an item is; the value is its word on the page."""

    LAW = "法定"
    ENCOURAGED = "倡导"
    ADVICE = "建议"


class AssessmentItem(Frozen):
    """One question: ``clause`` as ``live-room/price#must-1``; ``proof`` is what one should have at hand."""

    ask: str
    clause: str
    proof: str


class Area(Frozen):
    """Items of one kind, scored together."""

    name: str
    items: tuple[AssessmentItem, ...]


class Assessment(Frozen):
    """A sheet. ``about`` is the guideline that tells what it is for; ``enrolment``: officers keep a list of who takes part."""

    id: str
    title: str
    operator: str
    about: str
    lead: str
    areas: tuple[Area, ...]
    enrolment: bool = False


def read_assessments(root: Path) -> tuple[Assessment, ...]:
    """All sheets below the guidelines folder, in the order of the file; none where there is no file.

    Raises:
        ContentError: the file breaks its format.
    """
    path = root / ASSESSMENTS_FILE
    if not path.exists():
        return ()
    try:
        return tuple(
            Assessment.model_validate(item) for item in yaml.safe_load(path.read_text("utf-8")) or ()
        )
    except (ValueError, TypeError, yaml.YAMLError) as error:
        raise ContentError(
            f"{ASSESSMENTS_FILE} 读不了：{error}", "照文件开头写的格式改，或者从备份恢复。"
        ) from error


def clause_on(corpus: Corpus, address: str, day: dt.date) -> tuple[Guideline, Clause] | None:
    """The clause at ``guideline#id`` as it stands on ``day``, with its version; None if there is none."""
    name, _, number = address.partition("#")
    guideline = corpus.on_day(name, day)
    clause = guideline and next((c for c in guideline.clauses if c.id == number), None)
    return (guideline, clause) if guideline and clause else None


def weight_of(clause: Clause) -> Weight:
    """What an item that rests on ``clause`` is."""
    if clause.text.startswith("倡导"):
        return Weight.ENCOURAGED
    binding = clause.section in (Section.MUST, Section.MUST_NOT, Section.LIABILITY)
    return Weight.LAW if binding and any(ref.article is not None for ref in clause.laws) else Weight.ADVICE
