"""Quiz questions as officers edit them: each beside its clause; saving says that it was read against the clause as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from starlette.datastructures import FormData

from api.desk.content import listed_one, mending
from api.desk.faults import Faults
from api.desk.words import clause_place
from api.problems import ProblemError
from rag.content import (
    MAX_WHY,
    Clause,
    Guideline,
    QuizQuestion,
    clause_on,
    digest_of,
    holds,
    load_quiz,
)

if TYPE_CHECKING:
    from api.state import State

KINDS = {"verdict": "行不行", "amount": "罚多少", "period": "多久", "duty": "谁做什么"}
MAX_WRONG = 3


def all_questions(state: State) -> tuple[QuizQuestion, ...]:
    """The questions as they are published.

    Raises:
        ProblemError: 422, the file is broken.
    """
    with mending():
        return load_quiz(state.settings.guidelines)


def find_question(state: State, own: str) -> QuizQuestion:
    """A question by its id.

    Raises:
        ProblemError: 404.
    """
    return listed_one((q for q in all_questions(state) if q.id == own), "这道题")


def stands(state: State, question: QuizQuestion) -> bool:
    """Whether the clause reads as it did when the question was reviewed."""
    place = f"{question.guideline}#{question.clause}"
    return holds(state.engine.corpus(), place, question.digest, state.settings.current_day())


def clause_on_day(state: State, place: str) -> tuple[Guideline, Clause] | None:
    """The clause at ``anchor/price#must-1`` in the version in force; None if there is none."""
    return clause_on(state.engine.corpus(), place, state.settings.current_day())


def clause_in_force(state: State, place: str) -> tuple[Guideline, Clause]:
    """The clause at ``anchor/price#must-1`` in the version in force.

    Raises:
        ProblemError: 422, there is none.
    """
    found = clause_on_day(state, place)
    if found is None:
        raise ProblemError(
            422,
            "invalid",
            f"现行版里没有“{place[:60]}”这一条",
            "从列表里选，或者把网站上那一条的地址整个贴进来。",
            at="clause",
        )
    return found


def read_entry(state: State, form: FormData, own: str | None) -> dict[str, Any]:
    """A question as the file has it, from a form that was sent.

    Raises:
        ProblemError: 422, something is missing or there is no such clause.
    """
    sent = {
        key: " ".join(str(form.get(key, "")).split()) for key in ("clause", "kind", "ask", "right", "why")
    }
    sent["clause"] = clause_place(sent["clause"])
    wrong = [" ".join(line.split()) for line in str(form.get("wrong", "")).splitlines() if line.strip()]
    faults = Faults()
    with faults.caught("clause"):
        guideline, clause = clause_in_force(state, sent["clause"])
    if sent["kind"] not in KINDS:
        faults.add("kind", "没有选问的是什么", "从列表里选一个。")
    if not 6 <= len(sent["ask"]) <= 90:
        faults.add("ask", "题目要 6 到 90 个字", f"现在 {len(sent['ask'])} 个字，改了再保存。")
    if not 0 < len(sent["right"]) <= 60:
        faults.add("right", "对的选项要 1 到 60 个字", "写一个，改了再保存。")
    if not 1 <= len(wrong) <= MAX_WRONG or not all(len(o) <= 60 for o in wrong):
        faults.add("wrong", f"错的选项要一到 {MAX_WRONG} 个", "一行一个，每个不超过 60 个字。")
    if len(sent["why"]) > MAX_WHY:
        faults.add("why", f"解释最多 {MAX_WHY} 个字", f"现在 {len(sent['why'])} 个字，改短再保存。")
    faults.stop()
    explained = sent.pop("why")
    why = {"why": explained} if explained else {}
    return {
        "id": own or _new_id(all_questions(state), guideline, clause), **sent, "wrong": wrong, **why,
        "version": guideline.version.isoformat(), "digest": digest_of(clause),
    }  # fmt: skip


def _new_id(known: Sequence[QuizQuestion], guideline: Guideline, clause: Clause) -> str:
    """``anchor-price-faq-1``, with a number behind it where that is taken."""
    stem = f"{guideline.id.replace('/', '-')}-{clause.id}"[:54]
    taken = {q.id for q in known}
    return next(name for name in (stem, *(f"{stem}-{n}" for n in range(2, 10_000))) if name not in taken)
