"""Drafts: made, read, saved. Every saved state is kept; two at one draft lose nothing (see `merge`)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from api.desk.audit import Audit
from api.desk.roles import User
from api.desk.writing.merge import Conflict, merge
from api.desk.writing.states import DraftState, file_bytes, row_of, subject
from api.problems import ProblemError
from api.store import Store
from api.store.desk_tables import UserRow
from api.store.writing_tables import DraftRow, DraftSaveRow
from rag.content import Document

SETTLED = 0  # the lock of what was set aside and has been chosen from
TRIES = 100  # every failed try means that a colleague was saved


@dataclass(frozen=True)
class Draft:
    """A draft as the pages see it; ``lock`` counts its saved states."""

    id: int
    guideline: str
    version: dt.date
    kind: str
    state: DraftState
    document: Document
    source: str
    lock: int
    author: str
    author_id: int
    updated: dt.datetime

    @property
    def operator(self) -> str:
        """Who the guideline is for, by id."""
        return self.guideline.partition("/")[0]

    @property
    def data(self) -> bytes:
        """The file as it would be published."""
        return file_bytes(self.document, self.source)


@dataclass(frozen=True)
class Saved:
    """What saving led to. ``draft`` is the newest state; with ``conflicts``, what was sent is kept as ``aside`` until
    somebody chooses."""

    draft: Draft
    conflicts: tuple[Conflict, ...] = ()
    aside: int | None = None


@dataclass(frozen=True)
class Kept:
    """A saved state in the history."""

    id: int
    draft: int
    lock: int
    at: dt.datetime
    user: str
    user_id: int
    aside: bool
    version: dt.date
    document: Document

    @property
    def waits(self) -> bool:
        """Whether it was set aside and nobody has chosen yet."""
        return self.aside and self.lock != SETTLED


class Drafts:
    """The drafts.

    Args:
        store: the application database.
        audit: where it is written down who began one.
    """

    def __init__(self, store: Store, audit: Audit) -> None:
        self._store, self._audit = store, audit

    def begin(
        self, guideline: str, version: dt.date, kind: str, document: Document, by: User,
        *, source: str = "", base_digest: str = "",
    ) -> int:  # fmt: skip
        """Make a draft, or find the one that somebody has begun for that version.

        Args:
            guideline: ``operator/slug``.
            version: the day it takes effect.
            kind: ``correction``, ``version`` or ``new``.
            document: what it begins with.
            by: who begins it.
            source: the file it is made from.
            base_digest: SHA-256 of the file that it replaces.
        """

        def work(session: Session) -> int:
            found = select(DraftRow.id).where(DraftRow.guideline == guideline, DraftRow.version == version)
            open_states = [s.value for s in DraftState if s.is_open]
            known = session.scalar(found.where(DraftRow.state.in_(open_states)))
            if known is not None:
                return known
            now, form = self._store.now(), document.model_dump_json()
            row = DraftRow(
                guideline=guideline, version=version, kind=kind, state=DraftState.DRAFT.value, lock=1,
                title=document.title[:200], source=source, base_digest=base_digest, form=form,
                author_id=by.id, created=now, updated=now,
            )  # fmt: skip
            session.add(row)
            session.flush()
            session.add(_kept(row.id, 1, by, now, version, form))
            session.add(self._audit.row(by, "起草", subject(row), kind))
            return row.id

        return self._store.transact(work)

    def get(self, number: int) -> Draft:
        """A draft.

        Raises:
            ProblemError: 404.
        """
        return self._store.transact(lambda s: _draft(row_of(s, number), s))

    def find(self, *, guideline: str = "", open_only: bool = True) -> list[Draft]:
        """Drafts, the newest first."""
        query = select(DraftRow).order_by(DraftRow.updated.desc(), DraftRow.id.desc()).limit(500)
        if guideline:
            query = query.where(DraftRow.guideline == guideline)
        if open_only:
            query = query.where(DraftRow.state.in_([s.value for s in DraftState if s.is_open]))
        return self._store.transact(lambda s: [_draft(row, s) for row in s.scalars(query)])

    def save(self, number: int, mine: Document, version: dt.date, based_on: int, by: User) -> Saved:
        """Save what an officer sent, together with what colleagues saved meanwhile.

        Args:
            number: the draft.
            mine: the whole form.
            version: the day it takes effect.
            based_on: the saved state that the officer began from.
            by: the officer.

        Raises:
            ProblemError: 404; 409 it is being reviewed or has been published.
        """
        for _ in range(TRIES):
            draft = self.get(number)
            if not draft.state.editable:
                self._aside(number, mine, version, based_on, by)
                raise ProblemError(
                    409, "not-editable", f"没有存进稿子：它现在是“{draft.state.label}”，不能改",
                    "您写的内容已经留在这一稿的“历次保存”里；收回或退回以后可以取出来继续改。",
                )  # fmt: skip
            merged = mine
            conflicts: tuple[Conflict, ...] = ()
            if draft.lock != based_on:
                base = self._state(number, based_on)
                merged, conflicts = merge(base.document, mine, draft.document)
                version = draft.version if version == base.version else version
            if conflicts:
                return Saved(draft, conflicts, self._aside(number, mine, version, based_on, by))
            if (merged, version) == (draft.document, draft.version):
                return Saved(draft)
            if self._write(draft, merged, version, by):
                return Saved(self.get(number))
        raise ProblemError(503, "busy", "同时保存的人太多", "内容还在页面上，过几秒再按“保存”。")

    def history(self, number: int) -> list[Kept]:
        """The saved states of a draft, the newest first."""
        query = _STATES.where(DraftSaveRow.draft_id == number).order_by(DraftSaveRow.id.desc()).limit(200)
        return self._store.transact(lambda s: [_state(*found) for found in s.execute(query)])

    def kept(self, number: int, saved: int) -> Kept:
        """One saved state by its number.

        Raises:
            ProblemError: 404.
        """
        query = _STATES.where(DraftSaveRow.draft_id == number, DraftSaveRow.id == saved)
        return self._first(query)

    def clashes(self, number: int, aside: int) -> tuple[Draft, Kept, Document, tuple[Conflict, ...]]:
        """What was set aside beside the newest state: the draft, what was set aside, both merged, where they clash."""
        kept, draft = self.kept(number, aside), self.get(number)
        base = self._state(number, kept.lock)
        return draft, kept, *merge(base.document, kept.document, draft.document)

    def settle(self, number: int, aside: int) -> None:
        """What was set aside has been chosen from, or taken up again: nobody is asked about it any more."""
        settled = update(DraftSaveRow).where(
            DraftSaveRow.draft_id == number, DraftSaveRow.id == aside, DraftSaveRow.aside.is_(True)
        )
        self._store.transact(lambda s: s.execute(settled.values(lock=SETTLED)))

    def rebase(self, draft: Draft, document: Document, source: str, by: User) -> None:
        """Save a state that stands on another file than the draft was begun from.

        Raises:
            ProblemError: 409, it is being reviewed, or was changed meanwhile.
        """
        if not (draft.state.editable and self._write(draft, document, draft.version, by, source)):
            raise ProblemError(
                409, "moved-on", f"没有做：这一稿现在是“{draft.state.label}”，或者内容刚被同事改过",
                "刷新后看看最新的内容，再决定。",
            )  # fmt: skip

    # below: helpers

    def _write(
        self, draft: Draft, document: Document, version: dt.date, by: User, source: str | None = None
    ) -> bool:
        """Save a state if the draft is still as it was read."""
        now, form = self._store.now(), document.model_dump_json()

        def work(session: Session) -> bool:
            change = (
                update(DraftRow)
                .where(DraftRow.id == draft.id, DraftRow.lock == draft.lock)
                .where(DraftRow.state == draft.state.value)
                .values(form=form, version=version, title=document.title[:200])
                .values(lock=draft.lock + 1, updated=now, source=draft.source if source is None else source)
            )
            if session.execute(change).rowcount != 1:  # type: ignore[attr-defined]
                return False
            session.add(_kept(draft.id, draft.lock + 1, by, now, version, form))
            return True

        return self._store.transact(work)

    def _aside(self, number: int, mine: Document, version: dt.date, based_on: int, by: User) -> int:
        """Keep what could not be saved, in the place of what the same officer had set aside there before."""

        def work(session: Session) -> int:
            query = select(DraftSaveRow).where(
                DraftSaveRow.draft_id == number, DraftSaveRow.aside.is_(True),
                DraftSaveRow.lock == based_on, DraftSaveRow.user_id == by.id,
            )  # fmt: skip
            row = session.scalars(query).first()
            form, now = mine.model_dump_json(), self._store.now()
            if row is None:
                row = _kept(number, based_on, by, now, version, form, aside=True)
                session.add(row)
            row.form, row.at, row.version = form, now, version
            session.flush()
            return row.id

        return self._store.transact(work)

    def _state(self, number: int, lock: int) -> Kept:
        query = _STATES.where(
            DraftSaveRow.draft_id == number, DraftSaveRow.lock == lock, DraftSaveRow.aside.is_(False)
        )
        return self._first(query)

    def _first(self, query: Select[DraftSaveRow, str]) -> Kept:
        found = self._store.transact(lambda s: s.execute(query).first())
        if found is None:
            raise ProblemError(404, "not-found", "没有这一次保存的内容", "回到这一稿，刷新后再试。")
        row, user = found
        return _state(row, user)


_STATES = select(DraftSaveRow, UserRow.display).join(UserRow, UserRow.id == DraftSaveRow.user_id)


def _kept(
    draft: int, lock: int, by: User, at: dt.datetime, version: dt.date, form: str, *, aside: bool = False
) -> DraftSaveRow:
    return DraftSaveRow(
        draft_id=draft, lock=lock, aside=aside, at=at, user_id=by.id, version=version, form=form
    )


def _state(row: DraftSaveRow, user: str) -> Kept:
    document = Document.model_validate_json(row.form)
    return Kept(row.id, row.draft_id, row.lock, row.at, user, row.user_id, row.aside, row.version, document)


def _draft(row: DraftRow, session: Session) -> Draft:
    author = session.get(UserRow, row.author_id)
    return Draft(
        row.id, row.guideline, row.version, row.kind, DraftState(row.state),
        Document.model_validate_json(row.form), row.source, row.lock,
        author.display if author else "", row.author_id, row.updated,
    )  # fmt: skip
