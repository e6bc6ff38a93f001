"""What is deleted when its time is over."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from api.store.desk_tables import CaseItemRow, CaseRow, ReplyRow
from api.store.release_tables import AdditionRow, CaseDraftRow
from api.store.tables import AnswerRow, FeedbackRow, HandoverRow, HitRow, PageFeedbackRow

HITS_KEPT = dt.timedelta(minutes=10)


def delete_old(session: Session, now: dt.datetime, kept: dt.timedelta) -> None:
    """Delete questions, feedback and cases older than ``kept``, and the hits that limits need no more."""
    oldest = now - kept
    for table in (AnswerRow, FeedbackRow, PageFeedbackRow, HandoverRow):
        session.execute(delete(table).where(table.created <= oldest))
    session.execute(delete(HitRow).where(HitRow.at <= now - HITS_KEPT))
    old = select(CaseRow.id).where(CaseRow.last <= oldest)
    session.execute(update(AdditionRow).where(AdditionRow.case_id.in_(old)).values(case_id=None))
    for part in (CaseItemRow, ReplyRow, CaseDraftRow):
        session.execute(delete(part).where(part.case_id.in_(old)))
    session.execute(delete(CaseRow).where(CaseRow.last <= oldest))
