"""A case becomes a question of a guideline: a row of a draft, linked back; published, it is the asker's answer."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.desk.audit import Audit
from api.desk.faults import Faults
from api.desk.inbox.cases import handovers_of
from api.desk.roles import User
from api.desk.writing.begin import correction
from api.desk.writing.placed import row_of_clause
from api.desk.writing.states import DraftState, row_of, subject
from api.problems import ProblemError
from api.store import Store
from api.store.desk_tables import CaseRow, ReplyRow
from api.store.release_tables import CaseDraftRow
from api.store.tables import HandoverRow
from api.store.writing_tables import DraftRow
from rag.content import Document, Row, Section

if TYPE_CHECKING:
    from api.state import State

ANSWERED = "这个问题已经写进指引，见下面的条款。"


@dataclass(frozen=True)
class Written:
    """Where a case is being answered."""

    draft: int
    place: str
    title: str
    state: DraftState


def open_faq(state: State, case: int, guideline: str, question: str, user: User) -> Written:
    """Add the question of a case to the draft of a guideline (begun if there is none), once.

    Raises:
        ProblemError: 404, 422 no such case or guideline; 409 its draft is under review.
    """
    links = state.desk.questions
    known = links.of_case(case)
    if known is not None:
        return known
    question = " ".join(question.split())[:200]
    corpus, today = state.engine.corpus(), state.settings.current_day()
    now = corpus.on_day(guideline, today)
    faults = Faults()
    if now is None:
        faults.add("guideline", "没有选指引", "从列表里选一份现行的指引。")
    if not question:
        faults.add("question", "没有写问题", "写上提问人会怎么问。")
    faults.stop()
    assert now is not None
    number = correction(state, guideline, now.version, user)
    draft = state.desk.drafts.get(number)
    if not draft.state.editable:
        raise ProblemError(
            409, "not-editable", f"这份指引有一稿正在办（{draft.state.label}），现在加不进去",
            "等它发布，或者请审核的同事退回修改，再加。",
        )  # fmt: skip
    row = Row(id=f"faq-n{secrets.token_hex(4)}", section=Section.FAQ, heading=question, text="")
    document = draft.document.model_copy(update={"rows": (*draft.document.rows, row)})
    state.desk.drafts.save(number, document, draft.version, draft.lock, user)
    links.link(case, number, row.id, user)
    return Written(number, row.id, document.title, draft.state)


class Questions:
    """Which case is answered by which row of which draft.

    Args:
        store: the application database.
        audit: the log.
    """

    def __init__(self, store: Store, audit: Audit) -> None:
        self._store, self._audit = store, audit

    def link(self, case: int, draft: int, place: str, user: User) -> None:
        """The row answers the case.

        Raises:
            ProblemError: 404.
        """

        def work(session: Session) -> None:
            if session.get(CaseRow, case) is None:
                raise ProblemError(404, "not-found", "没有这件事", "回到收件箱再选。")
            session.add(CaseDraftRow(case_id=case, draft_id=draft, place=place))
            session.add(
                self._audit.row(user, "写成常见问题", f"case:{case}", subject(row_of(session, draft)))
            )

        self._store.transact(work)

    def of_case(self, case: int) -> Written | None:
        """Where a case is being answered, None if nowhere; drafts that were given up do not count."""

        def work(session: Session) -> Written | None:
            link = session.get(CaseDraftRow, case)
            row = session.get(DraftRow, link.draft_id) if link else None
            if link is None or row is None:
                return None
            if row.state == DraftState.WITHDRAWN.value:
                session.delete(link)
                return None
            return Written(row.id, link.place, row.title, DraftState(row.state))

        return self._store.transact(work)

    def of_draft(self, draft: int) -> dict[str, tuple[int, str]]:
        """By row of a draft: number and question of the case that it answers."""
        query = (
            select(CaseDraftRow.place, CaseRow.id, CaseRow.question)
            .join(CaseRow, CaseRow.id == CaseDraftRow.case_id)
            .where(CaseDraftRow.draft_id == draft)
        )
        rows = self._store.transact(lambda session: session.execute(query).all())
        return {place: (case, question) for place, case, question in rows}

    def published(self, draft: int, user: User) -> list[tuple[HandoverRow, str]]:
        """The draft is out: whoever handed its questions over reads the clause by the code; other cases are closed.

        Returns:
            Those who are to be told, each with the text of the clause.
        """
        return self._store.transact(lambda session: self._answer(session, draft, user))

    def _answer(self, session: Session, draft: int, user: User) -> list[tuple[HandoverRow, str]]:
        told: list[tuple[HandoverRow, str]] = []
        links = list(session.scalars(select(CaseDraftRow).where(CaseDraftRow.draft_id == draft)))
        if not links:
            return told
        row = row_of(session, draft)
        document = Document.model_validate_json(row.form)
        text_of = {r.id: r.text for r in document.rows}
        clauses = row_of_clause(document)
        clause_of = {place: clause for clause, place in clauses.items()}
        for link in links:
            case, clause = session.get(CaseRow, link.case_id), clause_of.get(link.place)
            if case is None or clause is None:  # the row was deleted before it was published
                continue
            place, now = f"{row.guideline}#{clause}", self._store.now()
            same = select(ReplyRow.id).where(ReplyRow.case_id == case.id, ReplyRow.clause == place)
            if session.scalar(same.where(ReplyRow.text == ANSWERED)):  # entered before a kill
                continue
            session.add(
                ReplyRow(case_id=case.id, created=now, author=user.display, text=ANSWERED, clause=place)
            )
            askers = handovers_of(session, case.id)
            told += [(asker, text_of[link.place]) for asker in askers]
            case.state = "replied" if askers else "closed"
            case.outcome, case.last = f"写进《{row.title}》", now
            session.add(self._audit.row(user, "答复", f"case:{case.id}", place))
        return told

    def undone(self, draft: int) -> None:
        """The publication was undone: its cases wait again."""

        def work(session: Session) -> None:
            query = select(CaseRow).join(CaseDraftRow, CaseDraftRow.case_id == CaseRow.id)
            for case in session.scalars(query.where(CaseDraftRow.draft_id == draft)):
                case.state, case.outcome = "open", None
                for reply in session.scalars(
                    select(ReplyRow).where(ReplyRow.case_id == case.id, ReplyRow.text == ANSWERED)
                ):
                    session.delete(reply)

        self._store.transact(work)
