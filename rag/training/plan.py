"""A course filled from the content: what is in force on its day."""

from __future__ import annotations

from collections.abc import Sequence

from rag.content import Corpus
from rag.ground import NotFoundError
from rag.training.agenda import agenda
from rag.training.exercises import how_many, spread
from rag.training.models import Course, Discussion, Exercise, Plan
from rag.training.reviewed import exercises_of


def make_plan(
    corpus: Corpus, course: Course, *, quiz: Sequence[Exercise] = (), discussions: Sequence[Discussion] = ()
) -> Plan:
    """The plan of a course.

    Raises:
        NotFoundError: a guideline has no version in force on the course's day.
    """
    guidelines = tuple(corpus.get(g, day=course.day) for g in course.guidelines)
    operator = corpus.registers.operator(course.operator)
    if operator is None:
        raise NotFoundError(f"没有这类经营者：{course.operator}。", "回到选课页重新选身份。")
    groups = [exercises_of(g, quiz) for g in guidelines]
    exercises = spread(groups, how_many(course.minutes))
    cases = tuple(discussions)[: max(1, course.minutes // 30)]
    lessons = agenda(course.minutes, guidelines, exercises=len(exercises), cases=len(cases))
    return Plan(
        course=course, role=operator.name, guidelines=guidelines, lessons=lessons, exercises=exercises,
        discussions=cases,
    )  # fmt: skip
