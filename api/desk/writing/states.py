"""The states of a draft and the only way from one to another.

草稿 ──submit──► 待审 ──approve──► 已通过 ──publish──► 已发布
  ▲ ◄──recall───┘ │ ◄──────────────┘ │ send back  ◄─undo──┤
要求修改 ◄────────┴──────────────────┘          withdraw ─┴─► 已撤下 (from any state)
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from api.desk.audit import Audit
from api.desk.roles import Role, User
from api.problems import ProblemError
from api.store import Store
from api.store.desk_tables import UserRow
from api.store.writing_tables import DraftRow, DraftSaveRow
from rag.content import Document, write_document


class DraftState(StrEnum):
    """Where a draft is on its way."""

    DRAFT = "draft"
    REVIEW = "review"
    CHANGES = "changes"
    APPROVED = "approved"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """Its name on the pages."""
        return _LABELS[self]

    @property
    def editable(self) -> bool:
        """Whether its text may be changed."""
        return self in (DraftState.DRAFT, DraftState.CHANGES)

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something with it."""
        return self not in (DraftState.PUBLISHED, DraftState.WITHDRAWN)


_S = DraftState
_LABELS = {
    _S.DRAFT: "草稿", _S.REVIEW: "待审", _S.CHANGES: "要求修改", _S.APPROVED: "已通过",
    _S.PUBLISHED: "已发布", _S.WITHDRAWN: "已撤下",
}  # fmt: skip


@dataclass(frozen=True)
class Move:
    """A step: from where, to where, who may take it, and its name in the audit log."""

    before: tuple[DraftState, ...]
    after: DraftState
    roles: tuple[Role, ...]
    label: str


MOVES = {
    "submit": Move((_S.DRAFT, _S.CHANGES), _S.REVIEW, (Role.WRITER,), "提交审核"),
    "recall": Move((_S.REVIEW,), _S.DRAFT, (Role.WRITER,), "收回草稿"),
    "send_back": Move((_S.REVIEW, _S.APPROVED), _S.CHANGES, (Role.REVIEWER,), "退回修改"),
    "approve": Move((_S.REVIEW,), _S.APPROVED, (Role.REVIEWER,), "审核通过"),
    "publish": Move((_S.APPROVED,), _S.PUBLISHED, (Role.REVIEWER,), "发布"),
    "undo": Move((_S.PUBLISHED,), _S.CHANGES, (Role.REVIEWER,), "发布已退回"),
    "abandon": Move((_S.DRAFT, _S.CHANGES), _S.WITHDRAWN, (Role.WRITER,), "撤下草稿"),
    "withdraw": Move(tuple(_S), _S.WITHDRAWN, (Role.REVIEWER,), "撤下"),
}


@dataclass(frozen=True)
class ApprovedDraft:
    """What may be published: the bytes of the file ``<operator>/<slug>/<version>.md``.

    ``base_digest`` is the SHA-256 of the file that is replaced as the writer found it, empty where the version is new:
    whoever writes the file compares first.
    """

    id: int
    operator: str
    slug: str
    version: dt.date
    data: bytes
    base_digest: str
    title: str
    kind: str
    author: str
    approved_by: str

    @property
    def key(self) -> str:
        """``operator/slug@version``."""
        return f"{self.operator}/{self.slug}@{self.version}"


class States:
    """The moves of drafts, each with its line in the audit log.

    Args:
        store: the application database.
        audit: the log.
        self_review: whether somebody may approve what he wrote alone.
    """

    def __init__(self, store: Store, audit: Audit, *, self_review: bool = False) -> None:
        self._store, self._audit, self._self_review = store, audit, self_review

    def move(self, draft: int, name: str, user: User, *, lock: int | None = None, why: str = "") -> None:
        """Take a step of `MOVES`.

        Args:
            draft: its number.
            name: the step.
            user: who takes it.
            lock: the saved state that was looked at; another one is not moved.
            why: a word for the log.

        Raises:
            ProblemError: 404; 403 not his to do; 409 it is in another state, or was changed since.
        """
        self._store.transact(lambda session: self.move_in(session, draft, name, user, lock=lock, why=why))

    def move_in(
        self, session: Session, draft: int, name: str, user: User, *, lock: int | None = None, why: str = ""
    ) -> None:
        """`move` within a transaction of one's own."""
        move, row = MOVES[name], row_of(session, draft)
        if not user.may(*move.roles):
            needed = "或".join(role.label for role in move.roles)
            raise ProblemError(403, "role", "这一步您不能做", f"需要“{needed}”角色，请找管理员。")
        if name == "approve" and not self._self_review and writers(session, draft) == {user.id}:
            raise ProblemError(
                403,
                "own-draft",
                "这一稿是您一个人写的，要由别人审核",
                "请另一位有“审核发布”角色的同事来通过。",
            )
        seen = row.lock if lock is None else lock
        done = session.execute(
            update(DraftRow)
            .where(DraftRow.id == draft, DraftRow.state.in_(move.before), DraftRow.lock == seen)
            .values(
                state=move.after.value,
                updated=self._store.now(),
                approved_by=user.name
                if name == "approve"
                else row.approved_by
                if name == "publish"
                else None,
            )
        )
        if done.rowcount != 1:  # type: ignore[attr-defined]
            label = DraftState(row.state).label
            raise ProblemError(
                409,
                "moved-on",
                f"没有做：这一稿现在是“{label}”，或者内容刚被同事改过",
                "刷新后看看最新的内容，再决定。",
            )
        session.add(self._audit.row(user, move.label, subject(row), why))

    def alone(self, draft: int, user: User) -> bool:
        """Whether somebody else has to approve a draft: ``user`` wrote it alone, and the setting does not allow it."""
        return not self._self_review and self._store.transact(lambda s: writers(s, draft) == {user.id})

    def waiting_for(self, user: User) -> tuple[int, int]:
        """How many drafts ``user`` may approve now, and how many he wrote at were sent back."""

        def work(session: Session) -> tuple[int, int]:
            found: dict[DraftState, list[set[int]]] = {}
            for state in (_S.REVIEW, _S.CHANGES):
                ids = session.scalars(select(DraftRow.id).where(DraftRow.state == state.value))
                found[state] = [writers(session, draft) for draft in ids]
            mine = {user.id} if not self._self_review else set[int]()
            return (
                sum(people != mine for people in found[_S.REVIEW]) if user.may(Role.REVIEWER) else 0,
                sum(user.id in people for people in found[_S.CHANGES]),
            )

        return self._store.transact(work)

    def approved(self) -> list[ApprovedDraft]:
        """Everything that may be published now, the earliest approved first."""
        return self._store.transact(approved)

    def mark_published(self, draft: int, user: User) -> None:
        """The file has been published."""
        self.move(draft, "publish", user)

    def mark_undone(self, draft: int, user: User) -> None:
        """The publication was undone: the text can be worked at again, unless somebody has begun another draft of that
        version since."""

        def work(session: Session) -> None:
            row = row_of(session, draft)
            others = select(DraftRow.id).where(
                DraftRow.guideline == row.guideline, DraftRow.version == row.version,
                DraftRow.state.in_([s.value for s in DraftState if s.is_open]),
            )  # fmt: skip
            if session.scalar(others) is None:
                self.move_in(session, draft, "undo", user)

        self._store.transact(work)

    def mark_withdrawn(self, draft: int, user: User, why: str = "") -> None:
        """The version has been taken down."""
        self.move(draft, "withdraw", user, why=why)


def approved(session: Session) -> list[ApprovedDraft]:
    """Everything that may be published, read in a transaction of one's own."""
    query = (
        select(DraftRow, UserRow.display)
        .join(UserRow, UserRow.id == DraftRow.author_id)
        .where(DraftRow.state == DraftState.APPROVED.value)
        .order_by(DraftRow.updated, DraftRow.id)
    )
    displays = dict(session.execute(select(UserRow.name, UserRow.display)).all())
    return [
        _approved(row, author, displays.get(row.approved_by or "", row.approved_by or ""))
        for row, author in session.execute(query)
    ]


def _approved(row: DraftRow, author: str, approved_by: str) -> ApprovedDraft:
    operator, _, slug = row.guideline.partition("/")
    return ApprovedDraft(
        row.id, operator, slug, row.version, file_bytes(Document.model_validate_json(row.form), row.source),
        row.base_digest, row.title, row.kind, author, approved_by,
    )  # fmt: skip


def file_bytes(document: Document, source: str) -> bytes:
    """The file of a draft as it will be published."""
    return write_document(document.model_copy(update={"status": "published"}), source).encode()


def writers(session: Session, draft: int) -> set[int]:
    """The accounts that wrote at a draft."""
    query = select(DraftSaveRow.user_id).where(
        DraftSaveRow.draft_id == draft, DraftSaveRow.aside.is_(False), DraftSaveRow.lock > 1
    )
    begun = row_of(session, draft).author_id
    return set(session.scalars(query)) or {begun}


def row_of(session: Session, draft: int) -> DraftRow:
    """A draft's row.

    Raises:
        ProblemError: 404.
    """
    row = session.get(DraftRow, draft)
    if row is None:
        raise ProblemError(404, "not-found", "没有这一稿", "回到“指引”列表再选。")
    return row


def subject(row: DraftRow) -> str:
    """What the audit log calls a draft."""
    return f"{row.guideline}@{row.version}"
