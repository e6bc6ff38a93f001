"""The tables of the officers' desk. A change here needs a migration beside `migrations/versions`."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.store.tables import Base, UtcDateTime


class UserRow(Base):
    """An account. ``roles`` are names joined by commas; without ``password`` one signs in by OpenID Connect only."""

    __tablename__ = "desk_users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    display: Mapped[str] = mapped_column(String(64))
    email: Mapped[str | None] = mapped_column(String(200))
    password: Mapped[str | None] = mapped_column(String(200))
    roles: Mapped[str] = mapped_column(String(100))
    active: Mapped[bool] = mapped_column(default=True)
    must_change: Mapped[bool] = mapped_column(default=False)
    subject: Mapped[str | None] = mapped_column(String(400), unique=True)
    created: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class SessionRow(Base):
    """A browser that is signed in; ``id`` is the hash of the cookie's secret."""

    __tablename__ = "desk_sessions"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("desk_users.id"), index=True)
    created: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    seen: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class FailureRow(Base):
    """Failed attempts to sign in under a name, whether there is such an account or not."""

    __tablename__ = "desk_failures"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    times: Mapped[int]
    last: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True)


class AuditRow(Base):
    """Who did what to what. The database itself refuses to change or delete a row."""

    __tablename__ = "desk_audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True)
    actor: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(200), index=True)
    detail: Mapped[str] = mapped_column(Text)


class CaseRow(Base):
    """Something to deal with: questions and remarks of one meaning. ``vector``: the question's, float32, if there is one."""

    __tablename__ = "desk_cases"

    id: Mapped[int] = mapped_column(primary_key=True)
    created: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    last: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True)
    question: Mapped[str] = mapped_column(Text)
    page: Mapped[str | None] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(16), index=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("desk_users.id"))
    outcome: Mapped[str | None] = mapped_column(Text)
    vector: Mapped[bytes | None] = mapped_column(LargeBinary)


class CaseItemRow(Base):
    """One question or remark in a case; ``source`` and ``source_id`` say where it was kept first."""

    __tablename__ = "desk_case_items"
    __table_args__ = (UniqueConstraint("source", "source_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("desk_cases.id"), index=True)
    source: Mapped[str] = mapped_column(String(16))
    source_id: Mapped[str] = mapped_column(String(64))
    created: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    question: Mapped[str] = mapped_column(Text)
    comment: Mapped[str | None] = mapped_column(Text)


class ReplyRow(Base):
    """What an officer answered; ``clause`` such as ``live-room/price#must-3`` is where the rule stands."""

    __tablename__ = "desk_replies"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("desk_cases.id"), index=True)
    created: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    author: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    clause: Mapped[str | None] = mapped_column(String(200))
