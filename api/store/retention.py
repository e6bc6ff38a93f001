"""What is deleted when its time is over."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from api.store.desk_tables import CaseItemRow, CaseRow, ReplyRow
from api.store.release_tables import AdditionRow, CaseDraftRow
from api.store.tables import AnswerRow, FeedbackRow, HandoverRow, HitRow, PageFeedbackRow
from api.store.training_tables import AskedRow, ChoiceRow, CourseRow, RaisedRow, RoomRow, SeatRow

HITS_KEPT = dt.timedelta(minutes=10)
ROOMS_KEPT = dt.timedelta(days=1)  # at least: nobody loses a course that is being held


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
    _delete_rooms(session, now - max(kept, ROOMS_KEPT))


def _delete_rooms(session: Session, oldest: dt.datetime) -> None:
    rooms = select(RoomRow.id).where(RoomRow.created <= oldest)
    asked = select(AskedRow.id).where(AskedRow.room.in_(rooms))
    session.execute(delete(RaisedRow).where(RaisedRow.asked.in_(asked)))
    for part in (AskedRow, ChoiceRow, SeatRow):
        session.execute(delete(part).where(part.room.in_(rooms)))
    session.execute(delete(RoomRow).where(RoomRow.created <= oldest))
    session.execute(delete(CourseRow).where(CourseRow.used <= oldest))
