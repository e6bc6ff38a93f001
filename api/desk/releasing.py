"""Publishing at the desk: approved drafts and small changes become one publication, in a process of its own; what came of it
is entered."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import select

from api.desk.additions import WITHDRAWAL, Addition, Additions
from api.desk.applied import files_of
from api.desk.asked import kept_questions, wordings
from api.desk.audit import Audit
from api.desk.content import mending
from api.desk.inbox.faq import ANSWERED, Questions
from api.desk.inbox.mail import tell
from api.desk.people import People
from api.desk.roles import Role, User
from api.problems import ProblemError
from api.store import Store
from api.store.release_tables import EnteredRow
from api.store.tables import AnswerRow
from rag.content import Corpus
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

    def mark_undone(self, draft: int, user: User) -> None:
        """Its publication has been undone."""


@dataclass(frozen=True)
class Chosen:
    """What is to be published together."""

    drafts: Sequence[Ready]
    additions: Sequence[Addition]

    @property
    def title(self) -> str:
        """What it is, in a line."""
        return "、".join(
            [
                *(f"{d.title}（{d.version}）" for d in self.drafts),
                *(f"{a.label}：{a.about}" for a in self.additions),
            ]
        )

    @property
    def guidelines(self) -> set[str]:
        """The guidelines that it concerns."""
        named = (a.fields.get("guideline", "") for a in self.additions)
        return {f"{d.operator}/{d.slug}" for d in self.drafts} | set(filter(None, named))

    @property
    def reason(self) -> str:
        """Why versions are taken down."""
        return "；".join(dict.fromkeys(a.fields["reason"] for a in self.additions if a.kind == WITHDRAWAL))


class Releasing:
    """Publications as the desk starts, follows and enters them. Blocking.

    Args:
        store: the application database.
        audit: the log.
        people: the accounts.
        additions: the small changes; somebody else than who put one down publishes it, unless ``self_review``.
        questions: the cases that a draft answers.
        drafts: where approved drafts come from; they are approved by somebody who did not write them alone.
    """

    def __init__(
        self, store: Store, audit: Audit, people: People, additions: Additions, questions: Questions, drafts: Drafts,
        *, self_review: bool = False,
    ) -> None:  # fmt: skip
        self._store, self._audit, self._people = store, audit, people
        self._additions, self._questions, self.self_review = additions, questions, self_review
        self.drafts = drafts
        self._starting = threading.Lock()

    def compare(
        self, settings: Settings, corpus: Corpus, drafts: list[int], additions: list[int], user: User
    ) -> None:
        """Start to ask of both states what people asked last and what the guidelines concerned answer.

        Raises:
            ProblemError: 422 nothing chosen; 403 one's own; 409 a job is running.
        """
        chosen = self._chosen(drafts, additions, user)
        kept = kept_questions(settings.compare_questions)
        questions = list(dict.fromkeys([*self._asked(), *wordings(corpus, chosen.guidelines), *kept]))
        about = _about(settings, corpus, chosen, user)
        self._start(settings, user, Job(kind="compare", questions=questions, **about))

    def publish(
        self, settings: Settings, corpus: Corpus, drafts: list[int], additions: list[int], user: User
    ) -> None:
        """Start to publish what the last comparison was made of.

        Raises:
            ProblemError: 422 nothing chosen; 403 one's own; 409 a job is running, or these have not been compared.
        """
        job = Job(**_about(settings, corpus, self._chosen(drafts, additions, user), user))
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
        about = _by(settings, user) | {"message": f"退回：{last.message}"}
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
        past = publications(settings)
        for publication in reversed(past):
            if publication.id not in known:
                self._enter(settings, publication, past)

    def _enter(self, settings: Settings, publication: Publication, past: Sequence[Publication]) -> None:
        user = self._people.get(int(publication.reference.get("user", 0)))
        undone = next((p for p in past if p.id == publication.undoes), None)
        if user is not None and undone is not None:
            self._undone(undone, user)
        for number in publication.reference.get("drafts", ()):
            if user is not None:
                with suppress(ProblemError):  # marked before a kill, or moved on by somebody
                    for asker, text in self._questions.published(number, user):
                        tell(settings, [asker], f"{ANSWERED}\n{text}")
                    self.drafts.mark_published(number, user)
        self._additions.published(publication.reference.get("additions", []))
        action = "退回发布" if publication.undoes else "发布"
        detail = "；".join(filter(None, (publication.message, *publication.paths, publication.note)))
        row = self._audit.row(user, action, f"publication:{publication.id}", detail)
        entered = EnteredRow(id=publication.id, entered=self._store.now())
        self._store.transact(lambda session: session.add_all([entered, row]))

    def _undone(self, publication: Publication, user: User) -> None:
        """What was published can be worked at again."""
        for number in publication.reference.get("drafts", ()):
            with suppress(ProblemError):
                self._questions.undone(number)
                self.drafts.mark_undone(number, user)
        self._additions.undone(publication.reference.get("additions", []))

    def _chosen(self, drafts: list[int], additions: list[int], user: User) -> Chosen:
        found = [d for d in self.drafts.approved() if d.id in drafts]
        small = [a for a in self._additions.waiting() if a.id in additions]
        if not (found or small) or (len(found), len(small)) != (len(set(drafts)), len(set(additions))):
            raise ProblemError(
                422, "nothing-chosen", "没有选中等待发布的内容", "刷新后勾选要发布的，再试一次。"
            )
        own = [a.about for a in small if a.own(user)]
        if own and not self.self_review:
            raise ProblemError(
                403, "own", f"“{own[0]}”是您自己提的，要由别人发布", "请另一位有“审核发布”角色的同事来发布。"
            )
        return Chosen(found, small)

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


def _about(settings: Settings, corpus: Corpus, chosen: Chosen, user: User) -> dict[str, Any]:
    """What jobs that change something say of themselves."""
    drafts = [
        Change.of(f"{d.operator}/{d.slug}/{d.version}.md", d.data, d.base_digest) for d in chosen.drafts
    ]
    with mending():
        changes = files_of(drafts, chosen.additions, corpus, settings.guidelines)
    numbers = {"drafts": [d.id for d in chosen.drafts], "additions": [a.id for a in chosen.additions]}
    by = _by(settings, user)
    by["reference"].update(numbers, files=[[c.path, c.digest] for c in changes])
    return {**by, "changes": changes, "message": chosen.title, "reason": chosen.reason}


def _by(settings: Settings, user: User) -> dict[str, Any]:
    """What all jobs say of themselves."""
    return {
        "settings": settings_for(settings), "author": user.display, "email": user.email or "",
        "reference": {"user": user.id, "drafts": [], "additions": [], "files": []},
    }  # fmt: skip
