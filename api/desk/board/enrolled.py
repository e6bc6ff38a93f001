"""诚信直播间: the list of rooms that take part, with state and day; a room is public only if it agreed and an officer says so."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.desk.audit import Audit
from api.desk.faults import Faults
from api.desk.roles import User
from api.problems import ProblemError
from api.store import Store
from api.store.board_tables import EnrolledRow

STATES = {"applied": "已报名", "growing": "培育中", "recognised": "已认定", "left": "已退出"}


@dataclass(frozen=True)
class Enrolled:
    """A room. ``since`` is the day its state began; ``public`` puts it on the page for everybody."""

    name: str
    platform: str
    state: str
    since: dt.date
    note: str | None = None
    public: bool = False
    id: int = 0

    @property
    def label(self) -> str:
        """Its state in words."""
        return STATES[self.state]


class Enrolment:
    """The list.

    Args:
        store: the application database.
        audit: where changes are written down.
    """

    def __init__(self, store: Store, audit: Audit) -> None:
        self._store = store
        self._audit = audit

    def all(self) -> list[Enrolled]:
        """Every room, by state and name."""
        rows = self._store.transact(lambda session: list(session.scalars(select(EnrolledRow))))
        order = list(STATES)
        return sorted((_room(row) for row in rows), key=lambda r: (order.index(r.state), r.name))

    def public(self) -> list[Enrolled]:
        """The rooms on the page for everybody; those that left are not named."""
        return [room for room in self.all() if room.public and room.state != "left"]

    def save(self, room: Enrolled, *, by: User) -> int:
        """Put a room in (``id`` 0) or change it.

        Returns:
            Its number.

        Raises:
            ProblemError: 404; 422 the name is missing, or the state is none of the list.
        """
        faults = Faults()
        if not room.name:
            faults.add("name", "直播间名称要写", "照平台上的名称写。")
        if room.state not in STATES:
            faults.add("room_state", "状态从列表里选", "再选一次。")
        faults.stop()

        def work(session: Session) -> int:
            row = _row(session, room.id) if room.id else EnrolledRow()
            row.name, row.platform, row.state = room.name, room.platform, room.state
            row.since, row.note, row.public = room.since, room.note, room.public
            session.add(row)
            session.flush()
            detail = f"{room.name}：{room.label}，{room.since}{'，公开' if room.public else ''}"
            verb = "改诚信直播间名单" if room.id else "加进诚信直播间名单"
            session.add(self._audit.row(by, verb, f"room:{row.id}", detail))
            return row.id

        return self._store.transact(work)

    def delete(self, number: int, *, by: User) -> None:
        """Take a room off the list.

        Raises:
            ProblemError: 404.
        """

        def work(session: Session) -> None:
            row = _row(session, number)
            session.add(self._audit.row(by, "从诚信直播间名单删去", f"room:{number}", row.name))
            session.delete(row)

        self._store.transact(work)


def _row(session: Session, number: int) -> EnrolledRow:
    row = session.get(EnrolledRow, number)
    if row is None:
        raise ProblemError(404, "not-found", "名单上没有这一家", "回到“诚信直播间”再选。")
    return row


def _room(row: EnrolledRow) -> Enrolled:
    return Enrolled(row.name, row.platform, row.state, row.since, row.note, row.public, row.id)
