"""Reviewed questions and invented cases of the content, as a course and 每天十题 need them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from rag.content import Case, CaseQuestion, Corpus, Guideline, QuizQuestion, cases_on, quiz_on
from rag.training.exercises import exercise, verdict_exercises
from rag.training.models import Course, Discussion, Exercise
from rag.training.words import articles, place

_Fitting = tuple[Case, tuple[CaseQuestion, ...]]


def reviewed_exercises(corpus: Corpus, quiz: Iterable[QuizQuestion], day: dt.date) -> tuple[Exercise, ...]:
    """The questions that hold on ``day``, each with what explains it of its clause."""
    return tuple(_exercises(corpus, quiz, day))


def exercises_of(guideline: Guideline, reviewed: Iterable[Exercise]) -> tuple[Exercise, ...]:
    """The reviewed exercises of a guideline; while it has none, its plain yes-or-no Q&As, for a room (the trainer sees them first)."""
    own = tuple(e for e in reviewed if e.guideline == guideline.id)
    return own or tuple(verdict_exercises(guideline))


def discussions_of(corpus: Corpus, cases: Iterable[Case], course: Course) -> tuple[Discussion, ...]:
    """The cases for a course: of each the questions that rest on its guidelines alone, the whole cases first."""
    fitting = [(c, _asked_of(c, course)) for c in cases_on(corpus, cases, course.day)]
    fitting = [(c, asked) for c, asked in fitting if asked]
    fitting.sort(key=lambda f: (len(f[0].questions) - len(f[1]), f[0].operator != course.operator))
    return tuple(_discussion(corpus, case, asked, course.day) for case, asked in _in_turn(fitting))


def _exercises(corpus: Corpus, quiz: Iterable[QuizQuestion], day: dt.date) -> Iterator[Exercise]:
    for q in quiz_on(corpus, quiz, day):
        guideline = corpus.get(q.guideline, day=day)
        if clause := guideline.clause(q.clause):
            own = {"text": q.explanation(clause.text)}
            yield exercise(guideline, clause, q.question, q.options, q.answer, q.id).model_copy(update=own)


def _asked_of(case: Case, course: Course) -> tuple[CaseQuestion, ...]:
    return tuple(q for q in case.questions if _guidelines([q]) <= set(course.guidelines))


def _guidelines(questions: Iterable[CaseQuestion]) -> set[str]:
    return {address.partition("#")[0] for q in questions for address in q.clauses}


def _in_turn(fitting: list[_Fitting]) -> list[_Fitting]:
    """Those first that add a guideline to the ones before, so that not all are about the same."""
    first, rest, had = list[_Fitting](), list[_Fitting](), set[str]()
    for one in fitting:
        (rest if _guidelines(one[1]) <= had else first).append(one)
        had |= _guidelines(one[1])
    return [*first, *rest]


def _discussion(corpus: Corpus, case: Case, questions: tuple[CaseQuestion, ...], day: dt.date) -> Discussion:
    asked = tuple((q.ask, q.answer, _source(corpus, q, day)) for q in questions)
    return Discussion(title=case.title, story=case.story, questions=asked)


def _source(corpus: Corpus, question: CaseQuestion, day: dt.date) -> str:
    """Where a model answer stands: titles and clause numbers, then the articles."""
    places, laws = list[str](), list[str]()
    for address in question.clauses:
        name, _, number = address.partition("#")
        guideline = corpus.get(name, day=day)
        places.append(place(guideline, number))
        clause = guideline.clause(number)
        laws += articles(clause.laws) if clause else ()
    return "；".join([*places, *dict.fromkeys(laws)])
