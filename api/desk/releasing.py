"""Publishing at the desk: approved drafts become one publication, in a process of its own; what came of it is entered."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import select

from api.desk.audit import Audit
from api.desk.people import People
from api.desk.roles import Role, User
from api.problems import ProblemError
from api.store import Store
from api.store.release_tables import EnteredRow
from api.store.tables import AnswerRow
from rag.content import Corpus, Section
from rag.ground import Settings
from rag.release import (
    Change,
    Job,
    Progress,
    Publication,
    can_undo,
    publications,
    read_progress,
    settings_for,
    start_job,
)

MAX_QUESTIONS = 500
MAX_WORDINGS = 300


class Ready(Protocol):
    """A draft that may be published."""

    @property
    def id(self) -> int:
        """Its number."""

    @property
    def operator(self) -> str:
        """The folder of the role."""

    @property
    def slug(self) -> str:
        """The name of the guideline."""

    @property
    def version(self) -> dt.date:
        """The day from which it applies."""

    @property
    def data(self) -> bytes:
        """The file."""

    @property
    def base_digest(self) -> str:
        """SHA-256 of the file it replaces, empty for a new one."""

    @property
    def title(self) -> str:
        """What readers call it."""

    @property
    def author(self) -> str:
        """Who began it."""

    @property
    def approved_by(self) -> str:
        """Who approved it."""


class Drafts(Protocol):
    """Where approved drafts come from."""

    def approved(self) -> Sequence[Ready]:
        """Everything that may be published."""

    def mark_published(self, draft: int, user: User) -> None:
        """It has been published."""


class NoDrafts:
    """No drafts at all."""

    def approved(self) -> Sequence[Ready]:
        """None."""
        return ()

    def mark_published(self, draft: int, user: User) -> None:
        """Nothing to mark."""


class Releasing:
    """Publications as the desk starts, follows and enters them. Blocking.

    Args:
        store: the application database.
        audit: the log.
        people: the accounts.
        drafts: where approved drafts come from; they are approved by somebody who did not write them alone.
    """

    def __init__(self, store: Store, audit: Audit, people: People, drafts: Drafts | None = None) -> None:
        self._store, self._audit, self._people = store, audit, people
        self.drafts: Drafts = drafts or NoDrafts()
        self._starting = threading.Lock()

    def compare(self, settings: Settings, corpus: Corpus, numbers: list[int], user: User) -> None:
        """Start to ask of both states what people asked last and what the guidelines concerned answer.

        Raises:
            ProblemError: 422 nothing chosen; 409 a job is running.
        """
        chosen = self._chosen(numbers)
        questions = [*self._asked(), *wordings(corpus, {f"{d.operator}/{d.slug}" for d in chosen})]
        self._start(
            settings, user, Job(kind="compare", questions=questions, **_about(settings, chosen, user))
        )

    def publish(self, settings: Settings, numbers: list[int], user: User) -> None:
        """Start to publish what the last comparison was made of.

        Raises:
            ProblemError: 422 nothing chosen; 409 a job is running, or these drafts have not been compared.
        """
        chosen = self._chosen(numbers)
        job = Job(**_about(settings, chosen, user))
        last = read_progress(settings)
        if last is None or (last.kind, last.state) != ("compare", "done") or last.reference["files"] != job.reference["files"]:  # fmt: skip
            raise ProblemError(
                409, "not-compared", "先看看哪些回答会变", "勾选要发布的，点“看看哪些回答会变”，看过再发布。"
            )
        self._start(settings, user, job)

    def roll_back(self, settings: Settings, publication: str, user: User) -> None:
        """Start to undo the last publication; ``publication`` is the one that was looked at.

        Raises:
            ProblemError: 409 it is not the last one, or a job is running.
        """
        last = can_undo(settings)
        if last is None or last.id != publication:
            raise ProblemError(409, "not-last", "只能退回最近的一次发布", "刷新后看看现在的情况。")
        about = _about(settings, [], user) | {"message": f"退回：{last.message}"}
        self._start(settings, user, Job(kind="roll_back", **about))

    def progress(self, settings: Settings) -> Progress | None:
        """How far the last job is; publications that came about are entered on the way."""
        found = read_progress(settings)
        if found is None or found.state != "running":
            self.enter(settings)
        return found

    def enter(self, settings: Settings) -> None:
        """Enter the publications on disk that are not in the log yet: once each, whoever was killed in between."""
        known = set(self._store.transact(lambda session: list(session.scalars(select(EnteredRow.id)))))
        for publication in reversed(publications(settings)):
            if publication.id not in known:
                self._enter(publication)

    def _enter(self, publication: Publication) -> None:
        user = self._people.get(int(publication.reference.get("user", 0)))
        for number in publication.reference.get("drafts", ()):
            if user is not None:
                try:
                    self.drafts.mark_published(number, user)
                except ProblemError:
                    continue  # marked before a kill, or moved on by somebody
        action = "退回发布" if publication.undoes else "发布"
        detail = "；".join(filter(None, (publication.message, *publication.paths, publication.note)))
        row = self._audit.row(user, action, f"publication:{publication.id}", detail)
        entered = EnteredRow(id=publication.id, entered=self._store.now())
        self._store.transact(lambda session: session.add_all([entered, row]))

    def _chosen(self, numbers: list[int]) -> list[Ready]:
        found = [d for d in self.drafts.approved() if d.id in numbers]
        if not found or len(found) != len(set(numbers)):
            raise ProblemError(
                422, "nothing-chosen", "没有选中已通过的稿子", "刷新后勾选要发布的，再试一次。"
            )
        return found

    def _asked(self) -> list[str]:
        query = select(AnswerRow.question).order_by(AnswerRow.created.desc()).limit(MAX_QUESTIONS)
        return self._store.transact(lambda session: list(session.scalars(query)))

    def _start(self, settings: Settings, user: User, job: Job) -> None:
        if not user.may(Role.REVIEWER):
            raise ProblemError(403, "role", "这一步您不能做", "需要“审核发布”角色，请找管理员。")
        with self._starting:
            running = read_progress(settings)
            if running is not None and running.state == "running":
                raise ProblemError(
                    409, "running", "另一次发布正在进行", f"{running.author} 在做；等它结束后再试。"
                )
            process = start_job(settings, job)
        threading.Thread(target=process.wait, daemon=True).start()


def wordings(corpus: Corpus, guidelines: set[str]) -> list[str]:
    """How people put what the newest versions of these guidelines answer."""
    newest = [corpus.versions(name)[-1] for name in sorted(guidelines) if corpus.versions(name)]
    clauses = [c for g in newest for c in g.clauses]
    asked = [
        q for c in clauses for q in ((c.heading,) if c.section is Section.FAQ and c.heading else ()) + c.asked
    ]
    return asked[:MAX_WORDINGS]


def _about(settings: Settings, chosen: Sequence[Ready], user: User) -> dict[str, object]:
    """What all jobs say of themselves."""
    changes = [Change.of(f"{d.operator}/{d.slug}/{d.version}.md", d.data, d.base_digest) for d in chosen]
    files = [[c.path, c.digest] for c in changes]
    return {
        "settings": settings_for(settings), "changes": changes, "author": user.display, "email": user.email or "",
        "message": "、".join(f"{d.title}（{d.version}）" for d in chosen),
        "reference": {"user": user.id, "drafts": [d.id for d in chosen], "files": files},
    }  # fmt: skip
