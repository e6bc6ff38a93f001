"""Cases for discussion as officers edit them: saving says that every model answer was read against its clauses as they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.datastructures import FormData

from api.desk.additions import CASE
from api.desk.content import listed_one, mending
from api.desk.faults import Faults
from api.desk.quiz import clause_in_force
from api.desk.words import clause_place
from rag.content import Case, cases_on, digest_of, load_cases

if TYPE_CHECKING:
    from api.state import State

LEAST, MOST = 2, 4  # questions of a case
LENGTHS = {
    "title": ("标题", 2, 30),
    "story": ("情形", 40, 200),
    "ask": ("问题", 4, 60),
    "answer": ("参考答案", 4, 200),
}


def all_cases(state: State) -> tuple[Case, ...]:
    """The cases as they are published.

    Raises:
        ProblemError: 422, the file is broken.
    """
    with mending():
        return load_cases(state.settings.guidelines)


def find_case(state: State, own: str) -> Case:
    """A case by its id.

    Raises:
        ProblemError: 404.
    """
    return listed_one((c for c in all_cases(state) if c.id == own), "这个情形")


def stands(state: State, case: Case) -> bool:
    """Whether every clause reads as it did when the answers were reviewed."""
    return bool(cases_on(state.engine.corpus(), [case], state.settings.current_day()))


def read_entry(state: State, form: FormData, own: str | None) -> dict[str, Any]:
    """A case as the file has it, from a form that was sent.

    Raises:
        ProblemError: 422, something is missing or too long, or there is no such clause.
    """
    operator, faults = str(form.get("operator", "")), Faults()
    if state.engine.corpus().registers.operator(operator) is None:
        faults.add("operator", "没有选给谁", "从列表里选一个。")
    head = {key: _text(form, key, key, faults) for key in ("title", "story")}
    asked = [n for n in range(1, MOST + 1) if str(form.get(f"ask{n}", "")).strip()]
    questions = [_question(state, form, n, faults) for n in asked]
    if len(questions) < LEAST:
        empty = next(n for n in range(1, MOST + 1) if n not in asked)
        faults.add(f"ask{empty}", f"至少要 {LEAST} 个问题", "每个问题写上参考答案和依据的条款，再保存。")
    faults.stop()
    return {"id": own or _new_id(state, operator), "operator": operator, **head, "questions": questions}


def _question(state: State, form: FormData, number: int, faults: Faults) -> dict[str, Any]:
    asked = {key: _text(form, f"{key}{number}", key, faults) for key in ("ask", "answer")}
    at, clauses = f"clauses{number}", []
    addresses = [clause_place(text) for text in str(form.get(at, "")).split()]
    if not addresses:
        faults.add(at, f"第 {number} 个问题没有写依据", "从列表里选一条，或者贴地址。")
    for address in addresses:
        with faults.caught(at):
            clauses.append(clause_in_force(state, address)[1])
    return {**asked, "clauses": addresses, "digest": digest_of(*clauses)}


def _text(form: FormData, field: str, kind: str, faults: Faults) -> str:
    text = " ".join(str(form.get(field, "")).split())
    name, least, most = LENGTHS[kind]
    if not least <= len(text) <= most:
        faults.add(field, f"{name}要 {least} 到 {most} 个字", f"现在 {len(text)} 个字，改了再保存。")
    return text


def _new_id(state: State, operator: str) -> str:
    """``case-anchor-61``: numbers that were never used."""
    taken = {c.id for c in all_cases(state)}
    taken |= {a.fields["id"] for a in state.desk.additions.waiting() if a.kind == CASE}
    return next(name for n in range(len(taken) + 1, 100_000) if (name := f"case-{operator}-{n}") not in taken)
