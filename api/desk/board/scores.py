"""Quality in service: a share of the live answers is drawn and scored by officers, sentence by sentence.

What is drawn is decided by a hash of the answer's id: nothing is written when an answer is given, everybody draws the same
answers, and nobody chooses the easy ones.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.desk.audit import Audit
from api.desk.board.weeks import monday_of
from api.desk.roles import User
from api.problems import ProblemError
from api.store import Store
from api.store.board_tables import ScoreRow
from api.store.tables import AnswerRow
from rag.ask import Status

VERDICTS = {"right": "对", "partly": "部分对", "wrong": "错"}
CITATIONS = {"right": "出处对", "wrong": "出处不对"}
LOOK_BACK = dt.timedelta(days=28)
_SCORED = (Status.ANSWERED.value, Status.PARTIAL.value)


@dataclass(frozen=True)
class Mark:
    """What was found of one sentence; ``citation`` None where it has none; ``better``: a clause that answers better."""

    verdict: str
    citation: str | None = None
    better: str | None = None


@dataclass(frozen=True)
class Drawn:
    """An answer that waits to be scored."""

    id: str
    created: dt.datetime
    question: str
    operator: str | None


@dataclass(frozen=True)
class Figures:
    """Counts of one week and role. ``week`` is its Monday, None: all weeks; ``operator`` empty: all roles, None: not said."""

    week: dt.date | None
    operator: str | None
    answers: int
    right: int
    partly: int
    wrong: int
    cited: int
    cited_right: int

    @property
    def sentences(self) -> int:
        """Sentences scored."""
        return self.right + self.partly + self.wrong

    def share(self, part: int, whole: int) -> str:
        """As a percentage with one digit; a dash of nothing."""
        return f"{100 * part / whole:.1f} %" if whole else "–"


def is_drawn(answer_id: str, share: float) -> bool:
    """Whether an answer belongs to the share that is scored."""
    number = int.from_bytes(hashlib.sha256(f"score:{answer_id}".encode()).digest()[:8])
    return number < share * 2**64


class Scores:
    """Drawn answers and what was found of them.

    Args:
        store: the application database.
        audit: where scoring is written down.
        share: of the answers, 0 to 1.
    """

    def __init__(self, store: Store, audit: Audit, share: float) -> None:
        self._store = store
        self._audit = audit
        self.share = share

    def waiting(self) -> list[Drawn]:
        """Drawn answers of the last four weeks that nobody has scored, oldest first."""
        since = self._store.now() - LOOK_BACK
        row = AnswerRow

        def work(session: Session) -> list[Drawn]:
            done = select(ScoreRow.answer_id)
            query = (
                select(row.id, row.created, row.question, row.operator)
                .where(row.created >= since, row.status.in_(_SCORED), row.id.not_in(done))
                .order_by(row.created)
            )
            return [Drawn(*found) for found in session.execute(query) if is_drawn(found.id, self.share)]

        return self._store.transact(work)

    def save(self, answer_id: str, marks: Sequence[Mark], *, by: User) -> None:
        """Keep what was found of each sentence, in order.

        Raises:
            ProblemError: 404 the answer is gone, 409 somebody has scored it.
        """

        def work(session: Session) -> None:
            answer = session.get(AnswerRow, answer_id)
            if answer is None:
                raise ProblemError(
                    404, "not-found", "这个回答已经没有了", "过了保存期的会被删除，请评下一个。"
                )
            if session.scalar(select(ScoreRow.id).where(ScoreRow.answer_id == answer_id)):
                raise ProblemError(409, "scored", "这个回答已经有人评过", "您的没有保存，请评下一个。")
            now = self._store.now()
            for number, mark in enumerate(marks):
                session.add(
                    ScoreRow(
                        created=now, scorer=by.name, answer_id=answer_id, answered=answer.created,
                        operator=answer.operator, sentence=number, verdict=mark.verdict,
                        citation=mark.citation, better=mark.better,
                    )
                )  # fmt: skip
            found = "、".join(VERDICTS[m.verdict] for m in marks)
            session.add(self._audit.row(by, "评分", f"answer:{answer_id}", found))

        self._store.transact(work)

    def figures(self) -> list[Figures]:
        """All weeks together first, then week by week, the newest first; within each all roles, then each role."""
        query = select(
            ScoreRow.answered, ScoreRow.operator, ScoreRow.answer_id, ScoreRow.verdict, ScoreRow.citation
        )
        rows = self._store.transact(lambda session: session.execute(query).all())
        groups: dict[tuple[dt.date | None, str | None], list[tuple[str, str, str | None]]] = {}
        for answered, operator, answer_id, verdict, citation in rows:
            for week in (None, monday_of(answered)):
                for role in ("", operator):
                    groups.setdefault((week, role), []).append((answer_id, verdict, citation))
        keys = sorted(
            groups, key=lambda k: (k[0] is not None, -(k[0] or dt.date.min).toordinal(), _order(k[1]))
        )
        return [_figures(week, role, groups[week, role]) for week, role in keys]

    def better(self) -> list[tuple[str, int]]:
        """Clauses named as the better ones, most often first."""
        query = select(ScoreRow.better).where(ScoreRow.better.is_not(None))
        named = self._store.transact(lambda session: list(session.scalars(query)))
        return sorted(((c, named.count(c)) for c in set(named) if c), key=lambda pair: (-pair[1], pair[0]))


def _order(role: str | None) -> tuple[int, str]:
    """All roles, then each, who did not say last."""
    return (0, "") if role == "" else (2, "") if role is None else (1, role)


def _figures(week: dt.date | None, role: str | None, rows: Iterable[tuple[str, str, str | None]]) -> Figures:
    found = list(rows)
    verdicts = [verdict for _, verdict, _ in found]
    cited = [citation for _, _, citation in found if citation]
    return Figures(
        week, role, len({answer for answer, _, _ in found}), verdicts.count("right"), verdicts.count("partly"),
        verdicts.count("wrong"), len(cited), cited.count("right"),
    )  # fmt: skip
