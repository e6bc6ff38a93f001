"""Small changes of the content that are no drafts: put down by an officer, published together with drafts, or dropped."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.desk.audit import Audit
from api.desk.roles import User
from api.problems import ProblemError
from api.store import Store
from api.store.desk_tables import UserRow
from api.store.release_tables import AdditionRow

WAITING, PUBLISHED, DROPPED = "waiting", "published", "dropped"
WORDING, OUTSIDE, RULE, WITHDRAWAL = "wording", "outside", "rule", "withdrawal"
QUESTION, CASE, TERM, LAW = "question", "case", "term", "law"
#: How each kind is called on the pages and in the log.
KINDS = {
    WORDING: "加问法", OUTSIDE: "不在范围", RULE: "审稿规则", QUESTION: "练习题", CASE: "情形", TERM: "行话", LAW: "法律版本",
    WITHDRAWAL: "撤下版本",
}  # fmt: skip


@dataclass(frozen=True)
class Addition:
    """A change that waits; ``fields`` is what its kind needs."""

    id: int
    kind: str
    about: str
    fields: dict[str, Any]
    user_id: int
    author: str
    created: dt.datetime

    @property
    def label(self) -> str:
        """What kind of change it is."""
        return KINDS[self.kind]

    def own(self, user: User) -> bool:
        """Whether somebody else has to publish it. What is withdrawn is nobody's text, and urgent."""
        return self.user_id == user.id and self.kind != WITHDRAWAL


class Additions:
    """The small changes.

    Args:
        store: the application database.
        audit: the log.
    """

    def __init__(self, store: Store, audit: Audit) -> None:
        self._store, self._audit = store, audit

    def add(
        self, kind: str, about: str, fields: dict[str, Any], user: User, *, subject: str, case: int | None = None
    ) -> int:  # fmt: skip
        """Put a change down, once.

        Returns:
            Its number.
        """
        written = json.dumps(fields, ensure_ascii=False, sort_keys=True)

        def work(session: Session) -> int:
            same = select(AdditionRow.id).where(
                AdditionRow.kind == kind, AdditionRow.fields == written, AdditionRow.state == WAITING
            )
            known = session.scalar(same)
            if known is not None:
                return known
            row = AdditionRow(
                kind=kind, about=about[:300], fields=written, state=WAITING, user_id=user.id, case_id=case,
                created=self._store.now(),
            )  # fmt: skip
            session.add(row)
            session.add(self._audit.row(user, KINDS[kind], subject, about))
            session.flush()
            return row.id

        return self._store.transact(work)

    def waiting(self) -> list[Addition]:
        """What waits for publication, the oldest first."""
        return self._find(AdditionRow.state == WAITING)

    def waits(self, kind: str, item: str) -> bool:
        """Whether a change of the rule, question, case or term with this id waits for publication."""
        return any(a.kind == kind and a.fields["id"] == item for a in self.waiting())

    def out(self, kind: str) -> list[Addition]:
        """What of a kind was published."""
        return self._find(AdditionRow.kind == kind, AdditionRow.state == PUBLISHED)

    def of_case(self, case: int) -> list[Addition]:
        """What waits for publication because of a case."""
        return self._find(AdditionRow.state == WAITING, AdditionRow.case_id == case)

    def drop(self, number: int, user: User) -> None:
        """A change that is not wanted after all.

        Raises:
            ProblemError: 404.
        """

        def work(session: Session) -> None:
            row = session.get(AdditionRow, number)
            if row is None or row.state != WAITING:
                raise ProblemError(404, "not-found", "没有这一项", "可能刚被发布或者去掉了，刷新后再看。")
            row.state = DROPPED
            session.add(self._audit.row(user, f"去掉：{KINDS[row.kind]}", f"addition:{number}", row.about))

        self._store.transact(work)

    def published(self, numbers: list[int]) -> None:
        """They are out."""
        self._mark(numbers, PUBLISHED, PUBLISHED)

    def undone(self, numbers: list[int]) -> None:
        """Their publication was undone: they wait again, but for what was taken down and is wanted after all."""
        self._mark(numbers, WAITING, DROPPED)

    def _mark(self, numbers: list[int], state: str, withdrawn: str) -> None:
        def work(session: Session) -> None:
            for row in session.scalars(select(AdditionRow).where(AdditionRow.id.in_(numbers))):
                row.state = withdrawn if row.kind == WITHDRAWAL else state

        self._store.transact(work)

    def _find(self, *wanted: Any) -> list[Addition]:
        query = (
            select(AdditionRow, UserRow.display)
            .join(UserRow, UserRow.id == AdditionRow.user_id)
            .where(*wanted)
            .order_by(AdditionRow.id)
        )
        return self._store.transact(lambda s: [_addition(row, name) for row, name in s.execute(query)])


def _addition(row: AdditionRow, author: str) -> Addition:
    return Addition(row.id, row.kind, row.about, json.loads(row.fields), row.user_id, author, row.created)
