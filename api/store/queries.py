"""Longer queries of the store."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, case, func, or_, select

from api.store.tables import AnswerRow, FeedbackRow
from rag.ask import Status


def unanswered(limit: int) -> Select[Any]:
    """Questions without an answer or with one that was no use: text, how often, when last, why, a comment; most first."""
    failed = case((FeedbackRow.helpful.is_(False), "没用"), else_=AnswerRow.status)
    return (
        select(
            AnswerRow.question,
            func.count(),
            func.max(AnswerRow.created),
            failed,
            func.max(FeedbackRow.comment),
        )
        .outerjoin(FeedbackRow, FeedbackRow.answer_id == AnswerRow.id)
        .where(or_(AnswerRow.status == Status.NO_EVIDENCE.value, FeedbackRow.helpful.is_(False)))
        .group_by(AnswerRow.question, failed)
        .order_by(func.count().desc(), func.max(AnswerRow.created).desc())
        .limit(limit)
    )
