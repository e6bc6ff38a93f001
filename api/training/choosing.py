"""What a trainer fills in to make a course, and the guidelines there are to choose from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from starlette.datastructures import FormData

from api.numbers import whole
from api.problems import ProblemError
from api.state import State
from rag.content import Corpus, Guideline
from rag.training import (
    MAX_GUIDELINES,
    MAX_MINUTES,
    MIN_MINUTES,
    Course,
    most_guidelines,
    slide_clauses,
    spoken,
)

USUAL_MINUTES = 45


@dataclass(frozen=True)
class Choice:
    """The form as it was filled in, right or wrong; ``left_out`` as in `Course`."""

    operator: str = ""
    guidelines: tuple[str, ...] = ()
    title: str = ""
    minutes: str = str(USUAL_MINUTES)
    left_out: tuple[str, ...] = ()


def choice_of(form: FormData, corpus: Corpus, day: dt.date) -> Choice:
    """The form as it was sent. The clauses of guidelines that were ``listed`` are those ticked; of the others what had been left out
    before stays so."""
    fields = {name: str(form.get(name, "")).strip() for name in ("operator", "title", "minutes")}
    guidelines, listed, ticked, before = (
        tuple(dict.fromkeys(str(g) for g in form.getlist(name)))
        for name in ("guidelines", "listed", "slides", "left_out")
    )
    left = [a for a in before if a.partition("#")[0] not in listed]
    for guideline in corpus.in_force(day):
        if guideline.id in listed:
            left += [a for c in slide_clauses(guideline) if (a := f"{guideline.id}#{c.id}") not in ticked]
    return Choice(
        guidelines=guidelines, left_out=tuple(a for a in left if a.partition("#")[0] in guidelines), **fields
    )


def choice_from(course: Course) -> Choice:
    """The form filled in as a course was."""
    return Choice(course.operator, course.guidelines, course.title, str(course.minutes), course.left_out)


def course_of(choice: Choice, state: State) -> Course:
    """A course as it was chosen.

    Raises:
        ProblemError: 422, saying what to choose.
        NotFoundError: a guideline that there is not.
    """
    chosen, length = choice.guidelines, whole(choice.minutes)
    if not chosen:
        raise _wrong("还没有选好指引", f"请勾 1 到 {MAX_GUIDELINES} 份指引。")
    if len(chosen) > MAX_GUIDELINES:
        raise _wrong(
            f"选了 {len(chosen)} 份指引，太多了",
            f"一门课最多 {MAX_GUIDELINES} 份，请去掉 {len(chosen) - MAX_GUIDELINES} 份。",
        )
    if length is None or not MIN_MINUTES <= length <= MAX_MINUTES:
        raise _wrong("时长写得不对", f"请写 {MIN_MINUTES} 到 {MAX_MINUTES} 之间的分钟数。")
    if len(chosen) > (most := most_guidelines(length)):
        raise _wrong(
            f"{length} 分钟讲不了 {len(chosen)} 份指引",
            f"一份还摊不到一分钟。请减到 {most} 份以内，或者多写些分钟。",
        )
    if len(choice.title) > 40:
        raise _wrong("课程名太长", "请写 40 个字以内。")
    day = state.settings.current_day()
    corpus = state.engine.corpus()
    first = corpus.get(chosen[0], day=day)
    for guideline in (corpus.get(g, day=day) for g in chosen):
        if slide_clauses(guideline) and not slide_clauses(guideline, choice.left_out):
            raise _wrong(f"“{guideline.title}”一条也没有勾", "至少勾一条；不讲这份指引的，回上一步把它去掉。")
    named = first.title if len(chosen) == 1 else f"{first.title}等 {len(chosen)} 份"
    return Course(
        title=choice.title or named, operator=choice.operator or first.operator, guidelines=chosen,
        minutes=length, day=day, left_out=choice.left_out,
    )  # fmt: skip


def grouped(corpus: Corpus, operator: str, day: dt.date) -> list[tuple[str, list[Guideline]]]:
    """The guidelines of a role by their first topic, in the order of the topics; those for everybody last."""
    if not operator:
        return []
    own = corpus.in_force(day, operator)
    groups = [(t.name, [g for g in own if g.topics[0] == t.id]) for t in corpus.registers.topics]
    if operator != "common":
        groups.append(("共同的指引", corpus.in_force(day, "common")))
    return [(name, group) for name, group in groups if group]


def clauses_of(
    corpus: Corpus, choice: Choice, day: dt.date
) -> list[tuple[Guideline, list[tuple[str, list[tuple[str, str, bool]]]]]]:
    """The chosen guidelines, of each by section the clauses that can become slides: address, words, whether it does."""
    found = []
    for guideline in (corpus.get(g, day=day) for g in choice.guidelines):
        sections: dict[str, list[tuple[str, str, bool]]] = {}
        for clause in slide_clauses(guideline):
            address = f"{guideline.id}#{clause.id}"
            row = (address, spoken(clause), address not in choice.left_out)
            sections.setdefault(clause.section.value, []).append(row)
        found.append((guideline, list(sections.items())))
    return found


def _wrong(title: str, way: str) -> ProblemError:
    return ProblemError(422, "invalid", title, way)
