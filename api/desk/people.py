"""Accounts and their passwords (argon2). Signing in: `signing`. Pages: `routes/`."""

from __future__ import annotations

import hashlib
import re
import secrets

from argon2 import PasswordHasher
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from api.desk.audit import Audit
from api.desk.faults import Faults
from api.desk.roles import Role, User, roles_of
from api.problems import ProblemError
from api.store import Store
from api.store.desk_tables import FailureRow, SessionRow, UserRow
from rag.ground import DuplicateError

MIN_PASSWORD, MAX_PASSWORD = 10, 200
FIRST_ADMIN = "admin"
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")


class People:
    """The accounts.

    Args:
        store: the application database; its clock is ours.
        audit: where what is done to accounts is written down.
    """

    def __init__(self, store: Store, audit: Audit) -> None:
        self._store = store
        self._audit = audit
        self._hasher = PasswordHasher()

    # accounts

    def all(self) -> list[User]:
        """All accounts, by name."""
        rows = self._store.transact(lambda s: list(s.scalars(select(UserRow).order_by(UserRow.name))))
        return [user_of(row) for row in rows]

    def get(self, user_id: int) -> User | None:
        """The account of that number, or None."""
        row = self._store.transact(lambda s: s.get(UserRow, user_id))
        return user_of(row) if row else None

    def add(
        self,
        name: str,
        display: str,
        roles: frozenset[Role],
        *,
        password: str | None,
        email: str | None = None,
        by: User | None = None,
    ) -> User:
        """Make an account; its first password has to be changed at the first sign-in.

        Raises:
            ProblemError: 422, the name is none or taken, no role, the password is too short.
        """
        name, faults = name.strip().lower(), Faults()
        if not _NAME.fullmatch(name):
            faults.add("name", "账号要用小写字母、数字和 . _ - @，2 到 64 个字符", "例如 wang.li。")
        if not roles:
            faults.add("roles", "没有选角色", "至少选一个：编写、审核发布、管理员。")
        faults.stop()
        row = UserRow(
            name=name,
            display=(display.strip() or name)[:64],
            email=(email or "").strip()[:200] or None,
            password=self._hash(password, name) if password is not None else None,
            roles=_joined(roles),
            must_change=password is not None,
            created=self._store.now(),
        )

        def work(session: Session) -> None:
            if session.scalar(select(UserRow.id).where(UserRow.name == name)):
                raise _bad(f"已经有账号 {name}", "换一个名字，或者修改原来的账号。", "name")
            session.add_all([row, self._audit.row(by, "新建账号", f"user:{name}", _joined(roles))])

        self._store.transact(work)
        return user_of(row)

    def change(
        self, user_id: int, *, display: str, email: str | None, roles: frozenset[Role], active: bool, by: User
    ) -> None:
        """Change an account. Whoever loses a role or the account is signed out.

        Raises:
            ProblemError: 404, or 422 if no active administrator would be left.
        """

        def work(session: Session) -> None:
            row = self._row(session, user_id)
            if not (active and Role.ADMIN in roles):
                self._keep_an_admin(session, row)
            before = f"{row.roles}{'' if row.active else '（停用）'}"
            row.display, row.email = (display.strip() or row.name)[:64], (email or "").strip()[:200] or None
            row.roles, row.active = _joined(roles), active
            after = f"{row.roles}{'' if row.active else '（停用）'}"
            if before != after:
                session.execute(delete(SessionRow).where(SessionRow.user_id == user_id))
            session.add(self._audit.row(by, "修改账号", f"user:{row.name}", f"{before} → {after}"))

        self._store.transact(work)

    def set_password(
        self, user_id: int, password: str, *, by: User | None, must_change: bool = False, keep: str = ""
    ) -> None:
        """Set a password and sign out all other browsers; ``keep`` is the secret of the one that stays.

        Raises:
            ProblemError: 404, or 422 if it is too short.
        """

        def work(session: Session) -> None:
            row = self._row(session, user_id)
            row.password, row.must_change = self._hash(password, row.name), must_change
            others = delete(SessionRow).where(SessionRow.user_id == user_id, SessionRow.id != digest(keep))
            session.execute(others)
            session.execute(delete(FailureRow).where(FailureRow.name == row.name))
            session.add(self._audit.row(by, "设密码", f"user:{row.name}"))

        self._store.transact(work)

    def first_admin(self) -> str | None:
        """Where there is no account yet, make the administrator ``admin`` and return the password, this once."""
        if self._store.transact(lambda s: s.scalar(select(func.count()).select_from(UserRow))):
            return None
        password = secrets.token_urlsafe(12)
        try:
            self.add(FIRST_ADMIN, "管理员", frozenset(Role), password=password)
        except (ProblemError, DuplicateError):  # another process was first
            return None
        return password

    # below: helpers

    def _hash(self, password: str, name: str) -> str:
        if not MIN_PASSWORD <= len(password) <= MAX_PASSWORD:
            raise _bad(
                f"密码要有 {MIN_PASSWORD} 到 {MAX_PASSWORD} 个字符",
                "可以用几个词连成一句，好记又不好猜。",
                "new",
            )
        if len(set(password)) < 5 or name in password.lower():
            raise _bad("这个密码太好猜", "不要用同一个字符重复，也不要含账号名。", "new")
        return self._hasher.hash(password)

    def _row(self, session: Session, user_id: int) -> UserRow:
        row = session.get(UserRow, user_id)
        if row is None:
            raise ProblemError(404, "not-found", "没有这个账号", "回到账号列表再选。")
        return row

    def _keep_an_admin(self, session: Session, leaving: UserRow) -> None:
        others = session.scalars(select(UserRow).where(UserRow.active.is_(True), UserRow.id != leaving.id))
        if not any(Role.ADMIN in roles_of(row.roles) for row in others):
            raise _bad("这是最后一个管理员", "先把另一个账号设为管理员。", "roles")


def user_of(row: UserRow) -> User:
    """An account as the pages see it."""
    return User(
        row.id, row.name, row.display, roles_of(row.roles), row.active, row.must_change, row.email,
        row.password is not None,
    )  # fmt: skip


def _joined(roles: frozenset[Role]) -> str:
    return ",".join(role.value for role in Role if role in roles)


def digest(secret: str) -> str:
    """What of a cookie's secret is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _bad(what: str, hint: str, at: str) -> ProblemError:
    return ProblemError(422, "invalid", what, hint, at=at)
