"""What routes ask for: the state, the limits, and names that must be in the registers."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from api.problems import ProblemError
from api.proxy import network_of
from api.sessions import session_of
from api.state import State
from rag.content import Corpus


def get_state(connection: HTTPConnection) -> State:
    """The application's state."""
    return cast(State, connection.app.state.hegui)


def count_question(connection: HTTPConnection) -> None:
    """Count a question against the client's limit."""
    get_state(connection).asking.check(session_of(connection), address_of(connection))


def count_lookup(connection: HTTPConnection) -> None:
    """Count a search, a piece of feedback or a handover against the client's (wider) limit."""
    get_state(connection).looking_up.check(session_of(connection), address_of(connection))


def address_of(connection: HTTPConnection) -> str:
    """What limits count an asker by: the address, or its network."""
    return network_of(connection.client.host if connection.client else "unknown")


StateDep = Annotated[State, Depends(get_state)]


def require_operator(corpus: Corpus, operator: str | None) -> None:
    """Refuse an operator that is not in the register.

    Raises:
        ProblemError: 422, naming the known ones.
    """
    if operator is not None and corpus.registers.operator(operator) is None:
        known = "、".join(f"{o.id}（{o.short}）" for o in corpus.registers.operators)
        raise ProblemError(422, "unknown-operator", "没有这个经营者类型", f"operator 请用：{known}。")


def require_topic(corpus: Corpus, topic: str | None) -> None:
    """Refuse a topic that is not in the register.

    Raises:
        ProblemError: 422, naming the known ones.
    """
    if topic is not None and corpus.registers.topic(topic) is None:
        known = "、".join(f"{t.id}（{t.name}）" for t in corpus.registers.topics)
        raise ProblemError(422, "unknown-topic", "没有这个主题", f"topic 请用：{known}。")


def require_guideline(corpus: Corpus, guideline: str | None) -> None:
    """Refuse a guideline that does not exist.

    Raises:
        ProblemError: 422.
    """
    if guideline is not None and guideline not in corpus.ids():
        raise ProblemError(
            422, "unknown-guideline", "没有这份指引", "guideline 请用 /api/guidelines 列出的 id。"
        )
