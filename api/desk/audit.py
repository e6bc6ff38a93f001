"""Who did what to what: an append-only log. The database refuses to change or delete an entry (see migration 0003)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from api.desk.roles import User
from api.store import Store
from api.store.desk_tables import AuditRow

SYSTEM = "系统"
_PART = 500


@dataclass(frozen=True)
class Entry:
    """One act; ``at`` in UTC."""

    at: dt.datetime
    actor: str
    action: str
    subject: str
    detail: str


class Audit:
    """The log.

    Args:
        store: the application database.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def row(self, user: User | None, action: str, subject: str, detail: str = "") -> AuditRow:
        """An entry to add to a transaction of one's own, so that act and entry are kept together or not at all."""
        actor = user.name if user else SYSTEM
        return AuditRow(
            at=self._store.now(), actor=actor, action=action, subject=subject[:200], detail=detail
        )

    def record(self, user: User | None, action: str, subject: str, detail: str = "") -> None:
        """Write an entry; None is the program itself.

        Args:
            action: what was done, a short Chinese verb phrase such as 发布.
            subject: to what, such as ``live-room/price@2026-02-01#must-3``.
            detail: what somebody needs who reads it a year later.

        Raises:
            StorageError: the database cannot be written.
        """
        entry = self.row(user, action, subject, detail)
        self._store.transact(lambda session: session.add(entry))

    def entries(self, *, subject: str = "", actor: str = "", limit: int = 200) -> list[Entry]:
        """The newest entries first, of a subject that begins with ``subject``, by ``actor``.

        Raises:
            StorageError: the database cannot be read.
        """
        query = select(AuditRow).order_by(AuditRow.id.desc()).limit(limit)
        if subject:
            query = query.where(AuditRow.subject.startswith(subject, autoescape=True))
        if actor:
            query = query.where(AuditRow.actor == actor)
        rows = self._store.transact(lambda session: list(session.scalars(query)))
        return [_entry(row) for row in rows]

    def everything(self) -> Iterator[Entry]:
        """All entries, oldest first, read in parts."""
        last = 0
        while True:
            query = select(AuditRow).where(AuditRow.id > last).order_by(AuditRow.id).limit(_PART)
            rows = self._store.transact(lambda session, query=query: list(session.scalars(query)))  # type: ignore[misc]
            if not rows:
                return
            yield from map(_entry, rows)
            last = rows[-1].id


def _entry(row: AuditRow) -> Entry:
    return Entry(row.at, row.actor, row.action, row.subject, row.detail)
