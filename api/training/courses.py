"""Courses in the database: saved once, opened by whoever has the link."""

from __future__ import annotations

import secrets

from sqlalchemy.orm import Session

from api.problems import ProblemError
from api.store import Store
from api.store.training_tables import CourseRow
from rag.training import Course


class Courses:
    """What trainers put together. Blocking."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def save(self, course: Course) -> str:
        """Keep a course; returns its id, which nobody can guess."""
        number = secrets.token_urlsafe(12)
        row = CourseRow(id=number, used=self._store.now(), body=course.model_dump_json())
        self._store.transact(lambda session: session.add(row))
        return number

    def get(self, number: str) -> Course:
        """A course; looking at it keeps it.

        Raises:
            ProblemError: 404.
        """

        def find(session: Session) -> str | None:
            row = session.get(CourseRow, number)
            if row is None:
                return None
            row.used = self._store.now()
            return row.body

        body = self._store.transact(find)
        if body is None:
            raise ProblemError(
                404, "not-found", "没有这门课", "链接不完整，或者太久没用已经删除；请重新选一次。"
            )
        return Course.model_validate_json(body)
