"""The tables of the officers' desk. A change here needs a migration beside `migrations/versions`."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String, Text
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
