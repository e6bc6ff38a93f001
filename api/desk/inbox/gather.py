"""New questions and remarks, put to the open case of the same meaning or made a case of their own."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, String, cast, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from api.desk.inbox.likeness import alike, packed
from api.desk.words import clause_name
from api.store import Store
from api.store.desk_tables import CaseItemRow, CaseRow
from api.store.tables import AnswerRow, FeedbackRow, HandoverRow, PageFeedbackRow
from rag.ask import Status
from rag.ground import HeguiError

logger = logging.getLogger("hegui.desk")

Embed = Callable[[str], Sequence[float]]
OPEN = "open"
SOURCES = {
    "handover": "转给联络员",
    "no_evidence": "没有答案",
    "out_of_scope": "不在范围",
    "unhelpful": "没用",
    "page": "页面没用",
    "clause": "这条不对",
    "rule": "审稿不对",
}
RULE = "rule:"  # how a case about a rule of the script check is called; the rest is the rule's id
SHEET = "assess"  # a self-assessment handed over: its first line is what it is about
KINDS = {**SOURCES, SHEET: "自查自评"}
_MARK = "【自查】"
MOST = 500  # new ones a visit; the rest the next time
_UNANSWERED = (Status.NO_EVIDENCE.value, Status.OUT_OF_SCOPE.value)
_lock = threading.Lock()


@dataclass(frozen=True)
class Signal:
    """One question or remark that is in no case yet; ``page``: the guideline, clause (``live-room/price#must-3``) or rule of the
    script check (``rule:price-lowest``) it is about."""

    source: str
    source_id: str
    created: dt.datetime
    question: str
    comment: str | None = None
    page: str | None = None


def is_sheet(question: str) -> bool:
    """Whether what was handed over is a self-assessment."""
    return question.startswith(_MARK)


def gather(store: Store, embed: Embed | None) -> int:
    """Put what is new into cases.

    Args:
        store: the application database.
        embed: a text's vector; None, or where it fails, words are compared.

    Returns:
        How many questions and remarks were new.

    Raises:
        StorageError: the database cannot be used.
    """
    with _lock:
        signals = store.transact(lambda session: sorted(_new(session), key=lambda s: s.created)[:MOST])
        vectors = [_vector(embed, signal) for signal in signals]
        if signals:
            store.transact(lambda session: _sort(session, signals, vectors))
    return len(signals)


def _vector(embed: Embed | None, signal: Signal) -> bytes | None:
    if embed is None or signal.page or is_sheet(signal.question):
        return None
    try:
        return packed(embed(signal.question))
    except HeguiError as error:
        logger.warning("compared by words: %s", error)
        return None


def _sort(session: Session, signals: Sequence[Signal], vectors: Sequence[bytes | None]) -> None:
    cases = list(session.scalars(select(CaseRow).where(CaseRow.state != "closed")))
    known = set(session.execute(select(CaseItemRow.source, CaseItemRow.source_id)))
    for signal, vector in zip(signals, vectors, strict=True):
        if (signal.source, signal.source_id) in known:  # another process was first
            continue
        case = _nearest(cases, signal, vector)
        if case is None:
            case = CaseRow(
                created=signal.created, last=signal.created, question=_headline(signal), page=signal.page,
                state=OPEN, vector=vector,
            )  # fmt: skip
            session.add(case)
            cases.append(case)
        case.last = max(case.last, signal.created)
        if case.state != OPEN:  # asked again after the reply
            case.state = OPEN
        session.flush()
        session.add(
            CaseItemRow(
                case_id=case.id, source=signal.source, source_id=signal.source_id, created=signal.created,
                question=signal.question, comment=signal.comment,
            )
        )  # fmt: skip


def _headline(signal: Signal) -> str:
    return signal.question.partition("\n")[0] if is_sheet(signal.question) else signal.question


def _nearest(cases: Sequence[CaseRow], signal: Signal, vector: bytes | None) -> CaseRow | None:
    if signal.page:
        return next((c for c in cases if c.page == signal.page), None)
    if is_sheet(signal.question):  # everybody's sheet is a case of its own
        return None
    scored = [
        (alike(c.question, signal.question, c.vector, vector), -n, c)
        for n, c in enumerate(cases)
        if not c.page and not is_sheet(c.question)
    ]
    best = max(scored, key=lambda row: row[:2], default=None)
    return best[2] if best and best[0] > 0 else None


def _new(session: Session) -> Iterator[Signal]:
    """Everything that is in no case."""
    for row in session.scalars(
        select(HandoverRow).where(
            HandoverRow.done.is_(False), _loose("handover", cast(HandoverRow.id, String))
        )
    ):
        yield Signal("handover", str(row.id), row.created, row.question)
    for status in _UNANSWERED:
        query = select(AnswerRow).where(AnswerRow.status == status, _loose(status, AnswerRow.id))
        for answer in session.scalars(query.limit(MOST)):
            yield Signal(status, answer.id, answer.created, answer.question)
    voted = select(AnswerRow, FeedbackRow).join(FeedbackRow, FeedbackRow.answer_id == AnswerRow.id)
    unhelpful = voted.where(FeedbackRow.helpful.is_(False), _loose("unhelpful", AnswerRow.id))
    for answer, said in session.execute(unhelpful.limit(MOST)):
        yield Signal("unhelpful", answer.id, said.created, answer.question, said.comment)
    pages = select(PageFeedbackRow).where(
        PageFeedbackRow.helpful.is_(False),
        _loose("page", PageFeedbackRow.id),
        _loose("clause", PageFeedbackRow.id),
        _loose("rule", PageFeedbackRow.id),
    )
    for voice in session.scalars(pages.limit(MOST)):
        yield _voice(voice)


def _voice(voice: PageFeedbackRow) -> Signal:
    """A remark on a page, on one clause of it, or on a rule of the script check; those on one clause or rule are one case,
    whatever its version."""
    if voice.rule:
        about = f"{RULE}{voice.rule}"
        return Signal("rule", voice.id, voice.created, about, voice.comment, page=about)
    name = f" {clause_name(voice.clause)}" if voice.clause else ""
    place = f"{voice.guideline}{name}（{voice.version} 版）"
    about = f"{voice.guideline}#{voice.clause}" if voice.clause else voice.guideline
    source = "clause" if voice.clause else "page"
    return Signal(source, voice.id, voice.created, place, voice.comment, page=about)


def _loose(source: str, key: ColumnElement[str] | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Of that source, and in no case yet."""
    taken = select(CaseItemRow.source_id).where(CaseItemRow.source == source)
    return key.not_in(taken)
