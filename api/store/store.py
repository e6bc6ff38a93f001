"""What is kept: answers, feedback, questions handed over. SQLite (WAL) by default, PostgreSQL by URL.

This module masks personal data itself, whoever calls it. Everything is deleted after ``retention_days``; with 0 nothing
is kept.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from api.problems import ProblemError
from api.store.codes import new_code
from api.store.connect import is_gone, is_shared, open_database, unfit_told
from api.store.hits import count_hit, look_at_hits
from api.store.masked import masked
from api.store.records import StoredAnswer
from api.store.retention import delete_old
from api.store.tables import AnswerRow, FeedbackRow, HandoverRow, PageFeedbackRow
from rag.ask import Answer, Question
from rag.ground import StorageError, mask

logger = logging.getLogger("hegui.store")

_PURGE_EVERY = 3600.0
T = TypeVar("T")


class Store:
    """The application database. Opening is lazy and repeated: a database that comes back is used again.

    Args:
        url: SQLAlchemy URL.
        retention_days: 0 keeps nothing (writes do nothing, reads find nothing).
        now: UTC clock, a parameter for tests.
    """

    def __init__(
        self,
        url: str,
        retention_days: int,
        *,
        now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    ) -> None:
        self.retention_days = retention_days
        self._url = url
        self._now = now
        self._engine: Engine | None = None
        self._purged: float | None = None
        self._lock = threading.Lock()

    @property
    def keeps(self) -> bool:
        """Whether anything is kept at all."""
        return self.retention_days > 0

    @property
    def shared(self) -> bool:
        """Whether other machines may use it too (PostgreSQL); `count_hit` needs that."""
        return is_shared(self._url)

    def count_hit(self, client: str, limit: int, window: float) -> int:
        """Count a request against a limit that all processes share: 0, or the seconds to wait.

        Raises:
            StorageError: the database cannot be written.
        """
        return self._run(lambda session: count_hit(session, client, limit, window))

    def look_at_hits(self, client: str, limit: int, window: float) -> int:
        """What `count_hit` would say, nothing counted.

        Raises:
            StorageError: the database cannot be read.
        """
        return self._run(lambda session: look_at_hits(session, client, limit, window))

    def now(self) -> dt.datetime:
        """The store's clock, UTC."""
        return self._now()

    def transact(self, work: Callable[[Session], T]) -> T:
        """Run ``work`` in a transaction; what it returns stays readable. Raises StorageError if that cannot be done."""
        return self._run(work)

    def save_answer(self, question: Question, answer: Answer) -> None:
        """Keep an answer, personal data masked. Never fails: a broken database is logged and left alone."""
        if not self.keeps:
            return
        row = AnswerRow(
            id=answer.id,
            created=self._now(),
            status=answer.status.value,
            operator=question.operator,
            as_of=answer.as_of,
            question=mask(question.question),
            body=masked(answer).model_dump_json(),
        )
        try:
            self._run(lambda session: session.merge(row))
        except (StorageError, ProblemError) as error:
            logger.warning("answer not stored: %s", error)

    def answer(self, answer_id: str) -> StoredAnswer | None:
        """A past answer, or None.

        Raises:
            StorageError: the database cannot be read.
        """
        if not self.keeps:
            return None
        row = self._run(lambda session: session.get(AnswerRow, answer_id))
        if row is None:
            return None
        return StoredAnswer(row.created, row.question, Answer.model_validate_json(row.body))

    def save_feedback(self, answer_id: str, helpful: bool, comment: str | None) -> None:
        """Keep feedback; a second one for the same answer replaces the first.

        Raises:
            StorageError: the database cannot be written.
        """
        row = FeedbackRow(
            answer_id=answer_id,
            created=self._now(),
            helpful=helpful,
            comment=mask(comment) if comment else None,
        )
        self._run(lambda session: session.merge(row))

    def save_page_feedback(
        self,
        session: str,
        page: tuple[str, dt.date, int],
        helpful: bool,
        comment: str | None,
        clause: str | None = None,
        rule: str | None = None,
    ) -> None:
        """Keep what a reader says of a page: guideline, version, revision; of one clause of it; or of a rule of the script check.
        The same reader's second word replaces the first, but of a rule each phrase objected to is kept; the session is kept only
        as a hash that differs from place to place.

        Raises:
            StorageError: the database cannot be written.
        """
        guideline, version, revision = page
        place = f"!{rule}:{comment}" if rule else f"#{clause}" if clause else ""
        row = PageFeedbackRow(
            id=hashlib.sha256(f"{session}|{guideline}|{version}{place}".encode()).hexdigest(),
            created=self._now(),
            guideline=guideline,
            version=version,
            revision=revision,
            clause=clause,
            rule=rule,
            helpful=helpful,
            comment=mask(comment) if comment else None,
        )
        self._run(lambda session: session.merge(row))

    def save_handover(
        self, question: str, *, contact: str | None, answer_id: str | None, operator: str | None
    ) -> str:
        """Keep a question for the liaison officers. The contact is stored as given: it is there to be used.

        Returns:
            The code by which the asker reads the reply: 80 random bits.

        Raises:
            StorageError: the database cannot be written.
        """
        row = HandoverRow(
            created=self._now(),
            question=mask(question),
            contact=contact,
            answer_id=answer_id,
            operator=operator,
            code=(code := new_code()),
        )
        self._run(lambda session: session.add(row))
        return code

    def purge(self) -> None:
        """Delete what is older than the retention allows (everything with 0).

        Raises:
            StorageError: the database cannot be written.
        """
        self._purged = time.monotonic()
        kept = dt.timedelta(days=self.retention_days)
        self._run(lambda session: delete_old(session, self._now(), kept))

    def fault(self) -> StorageError | None:
        """Why the database cannot be used at the moment, or None."""
        try:
            self._run(lambda session: session.execute(select(AnswerRow.id).limit(1)))
        except StorageError as error:
            return error
        return None

    def close(self) -> None:
        """Release the connections."""
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None

    # below: connections

    def _run(self, work: Callable[[Session], T]) -> T:
        """Run ``work`` in a transaction; the purge is due once an hour and rides along."""
        try:
            engine = self._open()
            with unfit_told(), Session(engine, expire_on_commit=False) as session, session.begin():
                result = work(session)
        except (SQLAlchemyError, OSError) as error:
            reason = str(getattr(error, "orig", None) or error)
            logger.warning("database: %s", mask(reason))
            raise StorageError(
                "数据库暂时不能用。", "请稍后再试；管理员请看日志，检查磁盘空间和数据库设置。"
            ) from error
        if self._purged is None or time.monotonic() - self._purged > _PURGE_EVERY:
            self._purge_quietly()
        return result

    def _purge_quietly(self) -> None:
        try:
            self.purge()
        except StorageError as error:
            logger.warning("old data not deleted: %s", error)

    def _open(self) -> Engine:
        with self._lock:
            if self._engine is not None and is_gone(self._engine):  # writing on would be into a deleted file
                self.close()
            self._engine = self._engine or open_database(self._url)
            return self._engine
