"""Quiz questions as officers edit them: each beside its clause; saving says that it was read against the clause as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from starlette.datastructures import FormData

from api.desk.content import mending
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
    found = next((q for q in all_questions(state) if q.id == own), None)
    if found is None:
        raise ProblemError(404, "not-found", "没有这道题", "回到列表再选。")
    return found


def stands(state: State, question: QuizQuestion) -> bool:
    """Whether the clause reads as it did when the question was reviewed."""
    place = f"{question.guideline}#{question.clause}"
    return holds(state.engine.corpus(), place, question.digest, state.settings.current_day())


def clause_in_force(state: State, place: str) -> tuple[Guideline, Clause]:
    """The clause at ``anchor/price#must-1`` in the version in force.

    Raises:
        ProblemError: 422, there is none.
    """
    found = clause_on(state.engine.corpus(), place, state.settings.current_day())
    if found is None:
        raise ProblemError(
            422,
            "invalid",
            "没有这一条",
            "条款写成“指引#编号”，如 anchor/price-talk#faq-1，从网站的地址里抄。",
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
    wrong = [" ".join(line.split()) for line in str(form.get("wrong", "")).splitlines() if line.strip()]
    if sent["kind"] not in KINDS:
        raise ProblemError(422, "invalid", "没有选问的是什么", "从列表里选一个。")
    if not 6 <= len(sent["ask"]) <= 90:
        raise ProblemError(
            422, "invalid", "题目要 6 到 90 个字", f"现在 {len(sent['ask'])} 个字，改了再保存。"
        )
    if not 1 <= len(wrong) <= MAX_WRONG or not all(0 < len(o) <= 60 for o in (sent["right"], *wrong)):
        raise ProblemError(
            422, "invalid", "选项不对", f"一个对的、一到 {MAX_WRONG} 个错的（一行一个），每个不超过 60 个字。"
        )
    if len(sent["why"]) > MAX_WHY:
        raise ProblemError(
            422, "invalid", f"解释最多 {MAX_WHY} 个字", f"现在 {len(sent['why'])} 个字，改短再保存。"
        )
    why = {"why": sent.pop("why")} if sent["why"] else {}
    sent.pop("why", None)
    guideline, clause = clause_in_force(state, sent["clause"])
    return {
        "id": own or _new_id(all_questions(state), guideline, clause), **sent, "wrong": wrong, **why,
        "version": guideline.version.isoformat(), "digest": digest_of(clause),
    }  # fmt: skip


def _new_id(known: Sequence[QuizQuestion], guideline: Guideline, clause: Clause) -> str:
    """``anchor-price-faq-1``, with a number behind it where that is taken."""
    stem = f"{guideline.id.replace('/', '-')}-{clause.id}"[:54]
    taken = {q.id for q in known}
    return next(name for name in (stem, *(f"{stem}-{n}" for n in range(2, 10_000))) if name not in taken)
