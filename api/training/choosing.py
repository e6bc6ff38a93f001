"""What a trainer fills in to make a course, and the guidelines there are to choose from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from starlette.datastructures import FormData

from api.numbers import whole
from api.problems import ProblemError
from api.state import State
from rag.content import Corpus, Guideline
from rag.training import MAX_GUIDELINES, MAX_MINUTES, MIN_MINUTES, Course, most_guidelines

USUAL_MINUTES = 45


@dataclass(frozen=True)
class Choice:
    """The form as it was filled in, right or wrong."""

    operator: str = ""
    guidelines: tuple[str, ...] = ()
    title: str = ""
    minutes: str = str(USUAL_MINUTES)


def choice_of(form: FormData) -> Choice:
    """The form as it was sent."""
    fields = {name: str(form.get(name, "")).strip() for name in ("operator", "title", "minutes")}
    return Choice(guidelines=tuple(dict.fromkeys(str(g) for g in form.getlist("guidelines"))), **fields)


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
    first = state.engine.corpus().get(chosen[0], day=day)
    return Course(
        title=choice.title or first.title, operator=choice.operator or first.operator, guidelines=chosen,
        minutes=length, day=day,
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


def _wrong(title: str, way: str) -> ProblemError:
    return ProblemError(422, "invalid", title, way)
