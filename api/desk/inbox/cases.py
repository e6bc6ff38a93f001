"""A case: who has it, what is answered, how it ends; and what its asker may see."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.desk.audit import Audit
from api.desk.inbox.gather import SHEET, is_sheet
from api.desk.roles import User
from api.problems import ProblemError
from api.store import Store
from api.store.desk_tables import CaseItemRow, CaseRow, ReplyRow, UserRow
from api.store.tables import HandoverRow

STATES = {"open": "待办", "replied": "已答复", "closed": "已办结"}
SHOWN = 200


@dataclass(frozen=True)
class Item:
    """One question or remark of a case; ``contact`` is what an asker left to be answered at."""

    id: int
    source: str
    created: dt.datetime
    question: str
    comment: str | None
    contact: str | None = None
    code: str | None = None


@dataclass(frozen=True)
class Reply:
    """An officer's answer."""

    created: dt.datetime
    author: str
    text: str
    clause: str | None


@dataclass(frozen=True)
class Case:
    """Questions of one meaning: how often, since when, whose."""

    id: int
    question: str
    page: str | None
    state: str
    first: dt.datetime
    last: dt.datetime
    owner: str | None
    outcome: str | None
    times: int
    sources: tuple[str, ...]
    items: tuple[Item, ...] = field(default=())
    replies: tuple[Reply, ...] = field(default=())


@dataclass(frozen=True)
class Asked:
    """What the asker reads by the code."""

    question: str
    created: dt.datetime
    state: str
    replies: tuple[Reply, ...]


class Cases:
    """The inbox.

    Args:
        store: the application database.
        audit: where what is done to a case is written down.
    """

    def __init__(self, store: Store, audit: Audit) -> None:
        self._store = store
        self._audit = audit

    def find(self, state: str, *, owner: int | None = None, source: str = "") -> list[Case]:
        """Cases in a state, those asked most often and handed over first.

        Raises:
            StorageError: the database cannot be read.
        """

        def work(session: Session) -> list[Case]:
            query = select(CaseRow).where(CaseRow.state == state)
            if owner is not None:
                query = query.where(CaseRow.owner_id == owner)
            found = [_case(session, row) for row in session.scalars(query)]
            wanted = [c for c in found if not source or source in c.sources]
            return sorted(wanted, key=_urgency)[:SHOWN]

        return self._store.transact(work)

    def count(self) -> int:
        """How many cases are to be dealt with."""
        query = select(func.count()).select_from(CaseRow).where(CaseRow.state == "open")
        return self._store.transact(lambda session: session.scalar(query) or 0)

    def get(self, number: int) -> Case:
        """A case with all that is in it.

        Raises:
            ProblemError: 404.
        """
        return self._store.transact(lambda s: _case(s, _row(s, number), whole=True))

    def assign(self, number: int, owner: int | None, *, by: User) -> None:
        """Give a case to an officer, or to nobody.

        Raises:
            ProblemError: 404, no such case or account.
        """

        def work(session: Session) -> None:
            row = _row(session, number)
            account = session.get(UserRow, owner) if owner is not None else None
            if owner is not None and (account is None or not account.active):
                raise ProblemError(404, "not-found", "没有这个账号", "从列表里再选一个。", at="owner")
            row.owner_id = owner
            name = account.display if account else "无人"
            session.add(self._audit.row(by, "分派", f"case:{number}", name))

        self._store.transact(work)

    def reply(self, number: int, text: str, clause: str | None, *, by: User) -> list[HandoverRow]:
        """Answer everybody who handed the question over.

        Returns:
            Their handovers, for the mail.

        Raises:
            ProblemError: 404, 422 if nothing is written.
        """
        if not text.strip():
            raise ProblemError(422, "invalid", "答复是空的", "写几句再发。", at="text")

        def work(session: Session) -> list[HandoverRow]:
            row = _row(session, number)
            now = self._store.now()
            session.add(
                ReplyRow(case_id=number, created=now, author=by.display, text=text.strip(), clause=clause)
            )
            row.state, row.last = "replied", now
            row.owner_id = row.owner_id or by.id
            session.add(self._audit.row(by, "答复", f"case:{number}", text.strip()))
            return handovers_of(session, number)

        return self._store.transact(work)

    def close(self, number: int, outcome: str, *, by: User | None) -> None:
        """End a case; its handovers count as dealt with. ``by`` is None at the command line.

        Raises:
            ProblemError: 404.
        """

        def work(session: Session) -> None:
            row = _row(session, number)
            row.state, row.outcome, row.last = "closed", outcome.strip()[:1000] or None, self._store.now()
            for handover in handovers_of(session, number):
                handover.done = True
            session.add(self._audit.row(by, "办结", f"case:{number}", outcome.strip()))

        self._store.transact(work)

    def reopen(self, number: int, *, by: User) -> None:
        """Take a case up again.

        Raises:
            ProblemError: 404.
        """

        def work(session: Session) -> None:
            _row(session, number).state = "open"
            session.add(self._audit.row(by, "重新打开", f"case:{number}"))

        self._store.transact(work)

    def split(self, number: int, item: int, *, by: User) -> int:
        """Take a question that means something else out into a case of its own.

        Returns:
            The new case's number.

        Raises:
            ProblemError: 404, or 422 if it is the only one.
        """

        def work(session: Session) -> int:
            row, moved = _row(session, number), session.get(CaseItemRow, item)
            if moved is None or moved.case_id != number:
                raise ProblemError(404, "not-found", "这件事里没有这个问题", "刷新后再试。")
            if len(_items(session, number)) < 2:
                raise ProblemError(422, "invalid", "这件事里只有这一个问题", "不用分开。")
            new = CaseRow(
                created=moved.created, last=self._store.now(), question=moved.question, page=row.page, state="open",
            )  # fmt: skip
            session.add(new)
            session.flush()
            moved.case_id = new.id
            session.add(self._audit.row(by, "分出问题", f"case:{number}", f"case:{new.id}"))
            return new.id

        return self._store.transact(work)

    def asked(self, code: str) -> Asked | None:
        """What the asker who has ``code`` may read; None if there is no such code."""

        def work(session: Session) -> Asked | None:
            row = session.scalar(select(HandoverRow).where(HandoverRow.code == code))
            if row is None:
                return None
            item = session.scalar(
                select(CaseItemRow).where(
                    CaseItemRow.source == "handover", CaseItemRow.source_id == str(row.id)
                )
            )
            case = session.get(CaseRow, item.case_id) if item else None
            state = case.state if case else "closed" if row.done else "open"
            return Asked(row.question, row.created, state, _replies(session, case.id) if case else ())

        return self._store.transact(work)


def _urgency(case: Case) -> tuple[bool, int, float]:
    return "handover" not in case.sources, -case.times, -case.last.timestamp()


def _row(session: Session, number: int) -> CaseRow:
    row = session.get(CaseRow, number)
    if row is None:
        raise ProblemError(404, "not-found", "没有这件事", "回到收件箱再选；过了保存期的会被删除。")
    return row


def _items(session: Session, number: int) -> list[CaseItemRow]:
    query = select(CaseItemRow).where(CaseItemRow.case_id == number).order_by(CaseItemRow.created.desc())
    return list(session.scalars(query))


def handovers_of(session: Session, number: int) -> list[HandoverRow]:
    return _handovers(session, _items(session, number))


def _handovers(session: Session, items: list[CaseItemRow]) -> list[HandoverRow]:
    ids = [int(i.source_id) for i in items if i.source == "handover"]
    if not ids:
        return []
    return list(session.scalars(select(HandoverRow).where(HandoverRow.id.in_(ids))))


def _replies(session: Session, number: int) -> tuple[Reply, ...]:
    rows = session.scalars(select(ReplyRow).where(ReplyRow.case_id == number).order_by(ReplyRow.id))
    return tuple(Reply(r.created, r.author, r.text, r.clause) for r in rows)


def _case(session: Session, row: CaseRow, *, whole: bool = False) -> Case:
    items = _items(session, row.id)
    owner = session.get(UserRow, row.owner_id) if row.owner_id else None
    times = [i.created for i in items] or [row.created]
    given = {str(h.id): h for h in _handovers(session, items)}
    shown = [
        Item(
            i.id, i.source, i.created, i.question, i.comment,
            h.contact if (h := given.get(i.source_id) if i.source == "handover" else None) else None,
            h.code if h else None,
        )
        for i in items
    ]  # fmt: skip
    return Case(
        row.id, row.question, row.page, row.state, min(times), max(times), owner.display if owner else None,
        row.outcome, len({_asking(i, given) for i in items}),
        tuple(dict.fromkeys(i.source for i in items)) + ((SHEET,) if is_sheet(row.question) else ()),
        tuple(shown) if whole else (), _replies(session, row.id) if whole else (),
    )  # fmt: skip


def _asking(item: CaseItemRow, given: dict[str, HandoverRow]) -> tuple[str, str]:
    """Which asking an item belongs to: the answer that was given. Handed over or voted on, it is still asked once."""
    if item.source in ("page", "clause"):
        return item.source, item.source_id
    handover = given.get(item.source_id) if item.source == "handover" else None
    if item.source == "handover" and (handover is None or not handover.answer_id):
        return item.source, item.source_id
    return "answer", str(handover.answer_id) if handover else item.source_id
