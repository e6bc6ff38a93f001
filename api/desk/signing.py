"""Signing in and out: lock-out after failures, sessions that expire, people of an OpenID provider."""

from __future__ import annotations

import datetime as dt
import secrets
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from api.desk.audit import Audit
from api.desk.people import MAX_PASSWORD, digest, user_of
from api.desk.roles import User
from api.problems import ProblemError
from api.store import Store
from api.store.desk_tables import FailureRow, SessionRow, UserRow

MAX_FAILURES = 5
LOCKED = dt.timedelta(minutes=15)
IDLE = dt.timedelta(hours=2)
LONGEST = dt.timedelta(hours=12)
_SEEN_EVERY = dt.timedelta(minutes=1)


class Gate:
    """Who may come in. Sessions live in the database, so that they hold for all processes and end when an account does.

    Args:
        store: the application database; its clock is ours.
        audit: where signing in is written down.
    """

    def __init__(self, store: Store, audit: Audit) -> None:
        self._store = store
        self._audit = audit
        self._hasher = PasswordHasher()

    @cached_property
    def _nobody(self) -> str:
        """What a password is compared with where there is none; made at the first sign-in, not at start."""
        return self._hasher.hash(secrets.token_hex(8))

    def check(self, name: str, password: str) -> User | None:
        """The account, if the password is right; None otherwise. Unknown names take as long as known ones.

        Raises:
            ProblemError: 429, too many failures under this name.
        """
        name = name.strip().lower()[:64]
        self._refuse_locked(name)
        row = self._store.transact(lambda s: s.scalar(select(UserRow).where(UserRow.name == name)))
        known = row.password if row and row.active and row.password else None
        nobody = self._nobody  # whether it is needed or not: all take the same time
        fine: bool
        try:
            fine = bool(self._hasher.verify(known or nobody, password[:MAX_PASSWORD]))
        except (VerificationError, InvalidHashError):
            fine = False
        if not (fine and known and row):
            self._count_failure(name)
            return None
        self._store.transact(lambda s: s.execute(delete(FailureRow).where(FailureRow.name == name)))
        return user_of(row)

    def verify(self, user: User, password: str) -> bool:
        """Whether this is the account's password; a failure counts.

        Raises:
            ProblemError: 429, too many failures.
        """
        return self.check(user.name, password) is not None

    def by_subject(self, issuer: str, subject: str, name: str) -> User | None:
        """The account of a person of an OpenID provider: bound to the provider's ``subject`` at the first sign-in, found
        by ``name`` until then. None if there is none, or if it is another person's."""
        key = f"{issuer}|{subject}"[:400]

        def work(session: Session) -> UserRow | None:
            row = session.scalar(select(UserRow).where(UserRow.subject == key))
            if row is None:
                row = session.scalar(select(UserRow).where(UserRow.name == name.strip().lower()[:64]))
                if row is None or row.subject is not None:
                    return None
                row.subject = key
                session.add(self._audit.row(user_of(row), "绑定统一登录", f"user:{row.name}", key))
            return row if row.active else None

        row = self._store.transact(work)
        return user_of(row) if row else None

    def begin(self, user: User, old: str = "") -> str:
        """A new session's secret, for the cookie; the session of the ``old`` secret ends."""
        secret, now = secrets.token_urlsafe(32), self._store.now()

        def work(session: Session) -> None:
            stale = (SessionRow.seen <= now - IDLE) | (SessionRow.created <= now - LONGEST)
            session.execute(delete(SessionRow).where((SessionRow.id == digest(old)) | stale))
            session.add(SessionRow(id=digest(secret), user_id=user.id, created=now, seen=now))
            session.add(self._audit.row(user, "登录", f"user:{user.name}"))

        self._store.transact(work)
        return secret

    def whose(self, secret: str) -> User | None:
        """Whose session it is, if it has not expired and the account is active."""
        if not secret:
            return None
        now = self._store.now()

        def work(session: Session) -> UserRow | None:
            row = session.get(SessionRow, digest(secret))
            if row is None or now - row.seen >= IDLE or now - row.created >= LONGEST:
                return None
            if now - row.seen >= _SEEN_EVERY:
                row.seen = now
            user = session.get(UserRow, row.user_id)
            return user if user and user.active else None

        row = self._store.transact(work)
        return user_of(row) if row else None

    def end(self, secret: str) -> None:
        """End a session."""
        self._store.transact(lambda s: s.execute(delete(SessionRow).where(SessionRow.id == digest(secret))))

    def _refuse_locked(self, name: str) -> None:
        row = self._store.transact(lambda s: s.get(FailureRow, name))
        if row is None or row.times < MAX_FAILURES:
            return
        left = row.last + LOCKED - self._store.now()
        if left > dt.timedelta(0):
            wait = int(left.total_seconds()) + 1
            detail = f"这个账号连续 {MAX_FAILURES} 次登录失败，请过 {-(-wait // 60)} 分钟再试；忘了密码，请管理员重设。"
            raise ProblemError(429, "locked", "登录失败太多次", detail, headers={"Retry-After": str(wait)})

    def _count_failure(self, name: str) -> None:
        now = self._store.now()

        def work(session: Session) -> None:
            session.execute(delete(FailureRow).where(FailureRow.last <= now - LOCKED))
            row = session.get(FailureRow, name, with_for_update=True)
            if row is None:
                session.add(FailureRow(name=name, times=1, last=now))
                return
            row.times, row.last = row.times + 1, now
            if row.times == MAX_FAILURES:
                session.add(self._audit.row(None, "锁定账号", f"user:{name}"))

        self._store.transact(work)
