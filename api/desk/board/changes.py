"""A law changes: each clause that rests on changed articles is a task with an owner, due the day the version takes effect."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.desk.audit import Audit
from api.desk.roles import User
from api.problems import ProblemError
from api.store import Store
from api.store.board_tables import LawChangeRow, LawTaskRow
from api.store.desk_tables import UserRow
from rag.content import Affected, Corpus, Span, clause_words, diff_words, stands, written_for

OPEN, DONE, KEPT = "open", "done", "kept"
STATES = {OPEN: "待办", DONE: "已改好", KEPT: "不用改"}


@dataclass(frozen=True)
class ArticleTexts:
    """An article a clause rests on, before and after; None where that text is not imported or has no such article.
    ``moved`` is its number in the new version, where that is another one."""

    label: str
    before: str | None
    after: str | None
    moved: int | None = None

    @property
    def words(self) -> tuple[Span, ...]:
        """The two texts as runs of words that stayed, went and came."""
        return diff_words(self.before or "", self.after or "")


@dataclass(frozen=True)
class Task:
    """A clause to look at; ``version`` is the one it was listed from."""

    id: int
    guideline: str
    version: dt.date
    clause: str
    text: str
    articles: tuple[ArticleTexts, ...]
    due: dt.date
    owner_id: int | None
    owner: str | None
    state: str
    outcome: str | None


@dataclass(frozen=True)
class Change:
    """A new version of a law and its tasks, ordered by guideline and clause."""

    id: int
    law: str
    effective: dt.date
    tasks: tuple[Task, ...]

    @property
    def left(self) -> int:
        """Tasks nobody has finished."""
        return sum(task.state == OPEN for task in self.tasks)

    @property
    def unowned(self) -> int:
        """Tasks left that nobody has."""
        return sum(task.state == OPEN and task.owner is None for task in self.tasks)

    @property
    def by_guideline(self) -> list[tuple[str, list[Task]]]:
        """The tasks of each guideline."""
        return [(key, list(tasks)) for key, tasks in groupby(self.tasks, lambda t: t.guideline)]

    @property
    def by_owner(self) -> list[tuple[str, int]]:
        """How many tasks are left to each, most first; nobody's under an empty name."""
        names = [task.owner or "" for task in self.tasks if task.state == OPEN]
        return sorted(((n, names.count(n)) for n in set(names)), key=lambda pair: (-pair[1], pair[0]))


class Changes:
    """The board of changed laws.

    Args:
        store: the application database.
        audit: where what is done is written down.
    """

    def __init__(self, store: Store, audit: Audit) -> None:
        self._store = store
        self._audit = audit

    def open(self, law: str, effective: dt.date, affected: Iterable[Affected], *, by: User) -> int:
        """Make a task of each clause listed. Those there are already keep owner and state, but take the new texts;
        open ones that are listed no more need nothing done.

        Returns:
            The change's number.
        """
        listed = {key: list(found) for key, found in groupby(affected, _key)}

        def work(session: Session) -> int:
            change = session.scalar(
                select(LawChangeRow).where(LawChangeRow.law == law, LawChangeRow.effective == effective)
            )
            if change is None:
                change = LawChangeRow(created=self._store.now(), law=law, effective=effective)
                session.add(change)
                session.flush()
            known = {(t.guideline, t.clause): t for t in _tasks(session, change.id)}
            for key, found in listed.items():
                row = known.get(key) or LawTaskRow(change_id=change.id, state=OPEN, due=effective)
                _fill(row, found)
                session.add(row)
            for key, row in known.items():
                if key not in listed and row.state == OPEN:
                    row.state, row.outcome, row.closed = KEPT, "对照两版条文，没有变化", self._store.now()
            detail = f"{effective} 起施行；{len(listed)} 条要看"
            session.add(self._audit.row(by, "比对新法", f"law:{law}", detail))
            return change.id

        return self._store.transact(work)

    def settle(self, corpus: Corpus) -> None:
        """Tasks are done whose guideline has a version of that day or later in which the clause no longer stands as it stood."""

        def work(session: Session) -> None:
            query = select(LawTaskRow, LawChangeRow.effective).join(
                LawChangeRow, LawChangeRow.id == LawTaskRow.change_id
            )
            for row, effective in session.execute(query.where(LawTaskRow.state == OPEN)):
                anew = written_for(corpus, row.guideline, effective)
                if anew and not stands(row.text, anew):
                    row.state, row.outcome, row.closed = DONE, f"已有 {anew.version} 版", self._store.now()
                    place = f"{row.guideline}@{row.version}#{row.clause}"
                    session.add(self._audit.row(None, "新法任务办结", place, row.outcome))

        self._store.transact(work)

    def all(self) -> list[Change]:
        """Every change, the nearest effective date first."""

        def work(session: Session) -> list[Change]:
            rows = session.scalars(select(LawChangeRow).order_by(LawChangeRow.effective, LawChangeRow.id))
            return [_change(session, row) for row in rows]

        return self._store.transact(work)

    def get(self, number: int) -> Change:
        """One change.

        Raises:
            ProblemError: 404.
        """

        def work(session: Session) -> Change:
            row = session.get(LawChangeRow, number)
            if row is None:
                raise ProblemError(404, "not-found", "没有这次修法", "回到“法律修改”再选。")
            return _change(session, row)

        return self._store.transact(work)

    def assign(self, number: int, guideline: str, owner: int | None, *, by: User) -> None:
        """Give the open tasks of a guideline to an officer, or to nobody.

        Raises:
            ProblemError: 404, no such account or nothing open.
        """

        def work(session: Session) -> None:
            account = session.get(UserRow, owner) if owner is not None else None
            if owner is not None and (account is None or not account.active):
                raise ProblemError(404, "not-found", "没有这个账号", "从列表里再选一个。", at="owner")
            mine = [
                t for t in _tasks(session, number) if t.state == OPEN and (not guideline or t.guideline == guideline)
            ]  # fmt: skip
            if not mine:
                raise ProblemError(404, "not-found", "没有待办的条款", "刷新后再试。")
            for row in mine:
                row.owner_id = owner
            name = account.display if account else "无人"
            session.add(self._audit.row(by, "分派新法任务", guideline or "全部", f"{len(mine)} 条给{name}"))

        self._store.transact(work)

    def close(self, task: int, outcome: str, *, by: User) -> int:
        """The clause stays as it is, for a reason.

        Returns:
            The change's number.

        Raises:
            ProblemError: 404, or 422 without a reason.
        """
        reason = " ".join(outcome.split())[:500]
        if not reason:
            raise ProblemError(
                422, "invalid", "没有写理由", "写明为什么不用改，例如“只是条号变了，文字没变”。", at="outcome"
            )
        return self._set(task, KEPT, reason, by=by)

    def reopen(self, task: int, *, by: User) -> int:
        """The clause has to be looked at after all; as `close`."""
        return self._set(task, OPEN, None, by=by)

    def _set(self, task: int, state: str, outcome: str | None, *, by: User) -> int:
        def work(session: Session) -> int:
            row = session.get(LawTaskRow, task)
            if row is None:
                raise ProblemError(404, "not-found", "没有这一条", "刷新后再试。")
            row.state, row.outcome = state, outcome
            row.closed = None if state == OPEN else self._store.now()
            place = f"{row.guideline}@{row.version}#{row.clause}"
            session.add(self._audit.row(by, f"新法任务：{STATES[state]}", place, outcome or ""))
            return row.change_id

        return self._store.transact(work)


def _key(affected: Affected) -> tuple[str, str]:
    return affected.guideline.id, affected.clause.id


def _fill(row: LawTaskRow, found: list[Affected]) -> None:
    first = found[0]
    texts = {
        a.ref.article: {"label": _label(a), "before": a.before, "after": a.after, "moved": a.moved}
        for a in reversed(found)
    }
    row.guideline, row.version, row.clause = first.guideline.id, first.guideline.version, first.clause.id
    row.text = clause_words(first.clause)
    row.articles = json.dumps(list(reversed(texts.values())), ensure_ascii=False)


def _label(affected: Affected) -> str:
    return affected.ref.label or "全文"


def _tasks(session: Session, change: int) -> Iterator[LawTaskRow]:
    query = select(LawTaskRow).where(LawTaskRow.change_id == change)
    return iter(session.scalars(query.order_by(LawTaskRow.guideline, LawTaskRow.id)).all())


def _change(session: Session, row: LawChangeRow) -> Change:
    names: dict[int, str] = dict(session.execute(select(UserRow.id, UserRow.display)).all())
    tasks = tuple(
        Task(
            t.id, t.guideline, t.version, t.clause, t.text,
            tuple(ArticleTexts(**a) for a in json.loads(t.articles)),
            t.due, t.owner_id, names.get(t.owner_id) if t.owner_id else None, t.state, t.outcome,
        )
        for t in _tasks(session, row.id)
    )  # fmt: skip
    return Change(row.id, row.law, row.effective, tasks)
