"""What reviewers say at the clauses of a draft, and what has been dealt with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.desk.audit import Audit
from api.desk.roles import User
from api.desk.writing.states import row_of, subject
from api.problems import ProblemError
from api.store import Store
from api.store.writing_tables import RemarkRow

MAX_REMARK = 1000


@dataclass(frozen=True)
class Said:
    """A remark; ``place`` is a row's id, a field's name, or empty for the whole draft."""

    id: int
    place: str
    text: str
    author: str
    at: dt.datetime
    done: bool


class Remarks:
    """The remarks.

    Args:
        store: the application database.
        audit: where it is written down who said something.
    """

    def __init__(self, store: Store, audit: Audit) -> None:
        self._store, self._audit = store, audit

    def add(self, draft: int, place: str, text: str, by: User) -> None:
        """Say something at a place.

        Raises:
            ProblemError: 404; 422 nothing is said.
        """
        if not text.strip():
            raise ProblemError(422, "invalid", "意见是空的", "写上要改什么，再保存。", at="text")

        def work(session: Session) -> None:
            row = row_of(session, draft)
            remark = RemarkRow(
                draft_id=draft, place=place[:64], text=text.strip()[:MAX_REMARK], author=by.display,
                at=self._store.now(), done=False,
            )  # fmt: skip
            session.add(remark)
            name = f"{subject(row)}#{place}" if place else subject(row)
            session.add(self._audit.row(by, "提意见", name, remark.text))

        self._store.transact(work)

    def find(self, draft: int) -> list[Said]:
        """The remarks at a draft, oldest first."""
        query = select(RemarkRow).where(RemarkRow.draft_id == draft).order_by(RemarkRow.id)
        rows = self._store.transact(lambda s: list(s.scalars(query)))
        return [Said(r.id, r.place, r.text, r.author, r.at, r.done) for r in rows]

    def settle(self, draft: int, number: int, by: User) -> None:
        """Mark a remark as dealt with, or open it again.

        Raises:
            ProblemError: 404.
        """

        def work(session: Session) -> None:
            row = session.get(RemarkRow, number)
            if row is None or row.draft_id != draft:
                raise ProblemError(404, "not-found", "没有这条意见", "刷新后再看。")
            row.done = not row.done
            name = subject(row_of(session, draft))
            session.add(self._audit.row(by, "意见已改" if row.done else "意见重开", name, row.text))

        self._store.transact(work)
