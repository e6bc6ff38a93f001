"""The tables of the application database. A change here needs a migration beside `migrations/versions`."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import DateTime, Dialect, Index, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[dt.datetime]):
    """A time in UTC; SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> dt.datetime | None:
        """UTC-aware."""
        if value is None or value.tzinfo is not None:
            return value  # type: ignore[no-any-return]
        return value.replace(tzinfo=dt.UTC)  # type: ignore[no-any-return]


class Base(DeclarativeBase):
    """Base of the tables."""


class AnswerRow(Base):
    """An answer that was given; ``body`` is the Answer as JSON."""

    __tablename__ = "answers"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    created: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True)
    status: Mapped[str] = mapped_column(String(32))
    operator: Mapped[str | None] = mapped_column(String(32))
    as_of: Mapped[dt.date]
    question: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)


class FeedbackRow(Base):
    """Whether an answer helped; the last word per answer counts."""

    __tablename__ = "feedback"

    answer_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    created: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True)
    helpful: Mapped[bool]
    comment: Mapped[str | None] = mapped_column(Text)


class PageFeedbackRow(Base):
    """Whether a page of a guideline version, one ``clause`` of it, or a ``rule`` of the script check that rests on it, helped a
    reader; ``id`` is a hash of reader and place."""

    __tablename__ = "page_feedback"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    created: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True)
    guideline: Mapped[str] = mapped_column(String(120))
    version: Mapped[dt.date]
    revision: Mapped[int]
    clause: Mapped[str | None] = mapped_column(String(40))
    rule: Mapped[str | None] = mapped_column(String(60))
    helpful: Mapped[bool]
    comment: Mapped[str | None] = mapped_column(Text)


class HandoverRow(Base):
    """A question handed over to a liaison officer, with the asker's consent; ``contact`` is kept as given,
    ``code`` opens the reply."""

    __tablename__ = "handovers"

    id: Mapped[int] = mapped_column(primary_key=True)
    created: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True)
    question: Mapped[str] = mapped_column(Text)
    contact: Mapped[str | None] = mapped_column(String(200))
    answer_id: Mapped[str | None] = mapped_column(String(64))
    operator: Mapped[str | None] = mapped_column(String(32))
    done: Mapped[bool] = mapped_column(default=False)
    code: Mapped[str | None] = mapped_column(String(32), unique=True)


class HitRow(Base):
    """A request of the last minute; ``client`` is a keyed hash of a session or an address (api/limits.py)."""

    __tablename__ = "hits"
    __table_args__ = (Index("ix_hits_client_at", "client", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    client: Mapped[str] = mapped_column(String(64))
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
