"""What a course is made of. Frozen."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from pydantic import Field

from rag.content import Guideline
from rag.ground import Frozen

MIN_MINUTES, MAX_MINUTES = 15, 240
MAX_GUIDELINES = 12


class Course(Frozen):
    """What a trainer chose. It never changes: another choice is another course. ``left_out`` are the clauses that become no slide,
    as ``anchor/price#must-1``."""

    title: str = Field(min_length=1, max_length=40)
    operator: str
    guidelines: tuple[str, ...] = Field(min_length=1, max_length=MAX_GUIDELINES)
    minutes: int = Field(ge=MIN_MINUTES, le=MAX_MINUTES)
    day: dt.date
    left_out: tuple[str, ...] = ()


class Exercise(Frozen):
    """A question with one right answer; ``text`` is what explains it of its clause, ``laws`` what that rests on."""

    id: str
    guideline: str
    title: str
    version: dt.date
    clause: str
    question: str
    options: tuple[str, ...] = Field(min_length=2)
    answer: int
    text: str
    laws: tuple[str, ...] = ()


class Discussion(Frozen):
    """An invented case; ``questions`` with a model answer and where it stands."""

    title: str
    story: str
    questions: tuple[tuple[str, str, str], ...]


class Lesson(Frozen):
    """A part of the agenda: from minute ``start`` on, ``minutes`` long."""

    start: int
    minutes: int
    what: str
    how: str
    guideline: str | None = None


class Plan(Frozen):
    """A course filled from the content in force on its day."""

    course: Course
    role: str
    guidelines: tuple[Guideline, ...]
    lessons: tuple[Lesson, ...]
    exercises: tuple[Exercise, ...]
    discussions: tuple[Discussion, ...] = ()


class Slide(Frozen):
    """One thought. ``figures`` are amounts, each behind its condition. ``size`` is the type's size in hundredths of the slide's width; ``note`` is for the speaker."""

    kind: Literal["title", "part", "must", "mustnot", "fine", "question", "answer", "end"]
    heading: str = ""
    text: str = ""
    figures: tuple[tuple[str, str], ...] = ()
    options: tuple[str, ...] = ()
    right: int | None = None
    laws: str = ""
    note: str = ""
    minute: int = 0
    size: float = 3.0
    link: str = ""
