"""Reviewed questions and invented cases of the content, as a course and 每天十题 need them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from rag.content import Case, CaseQuestion, Corpus, Guideline, QuizQuestion, cases_on, explained, quiz_on
from rag.training.exercises import exercise, verdict_exercises
from rag.training.models import Course, Discussion, Exercise


def reviewed_exercises(corpus: Corpus, quiz: Iterable[QuizQuestion], day: dt.date) -> tuple[Exercise, ...]:
    """The questions that hold on ``day``, each with what explains it of its clause."""
    return tuple(_exercises(corpus, quiz, day))


def exercises_of(guideline: Guideline, reviewed: Iterable[Exercise]) -> tuple[Exercise, ...]:
    """The reviewed exercises of a guideline; while it has none, its plain yes-or-no Q&As, for a room (the trainer sees them first)."""
    own = tuple(e for e in reviewed if e.guideline == guideline.id)
    return own or tuple(verdict_exercises(guideline))


def discussions_of(corpus: Corpus, cases: Iterable[Case], course: Course) -> tuple[Discussion, ...]:
    """The cases for a course: first those about its guidelines, then those for its role on the same topics."""
    held = cases_on(corpus, cases, course.day)
    about = [c for c in held if _guidelines(c) & set(course.guidelines)]
    topics = {t for g in course.guidelines for t in corpus.get(g, day=course.day).topics}
    near = [
        c for c in held if c not in about and c.operator == course.operator
        and topics & {t for g in _guidelines(c) for t in corpus.get(g, day=course.day).topics}
    ]  # fmt: skip
    about.sort(key=lambda c: (c.operator != course.operator, -len(_guidelines(c) & set(course.guidelines))))
    return tuple(_discussion(corpus, case, course.day) for case in (*about, *near))


def _exercises(corpus: Corpus, quiz: Iterable[QuizQuestion], day: dt.date) -> Iterator[Exercise]:
    for q in quiz_on(corpus, quiz, day):
        guideline = corpus.get(q.guideline, day=day)
        if clause := guideline.clause(q.clause):
            text = explained(clause.text, q.options[q.answer])
            yield exercise(guideline, clause, q.question, q.options, q.answer, q.id).model_copy(
                update={"text": text}
            )


def _guidelines(case: Case) -> set[str]:
    return {address.partition("#")[0] for q in case.questions for address in q.clauses}


def _discussion(corpus: Corpus, case: Case, day: dt.date) -> Discussion:
    asked = tuple((q.ask, q.answer, _source(corpus, q, day)) for q in case.questions)
    return Discussion(title=case.title, story=case.story, questions=asked)


def _source(corpus: Corpus, question: CaseQuestion, day: dt.date) -> str:
    """Where a model answer stands: titles and clause numbers, then the articles."""
    places, laws = list[str](), list[str]()
    for address in question.clauses:
        name, _, number = address.partition("#")
        guideline = corpus.get(name, day=day)
        places.append(f"{guideline.title}（{guideline.version} 起施行的版本）{number}")
        clause = guideline.clause(number)
        laws += [r.label for r in clause.laws] if clause else []
    return "；".join([*places, *dict.fromkeys(laws)])
