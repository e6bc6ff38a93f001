"""The tables of the boards: changes of laws and their tasks, scores of answers, the plan, the rooms
that take part. A change here needs a migration."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.store.tables import Base, UtcDateTime


class LawChangeRow(Base):
    """A new version of a law that is being worked into the guidelines."""

    __tablename__ = "desk_law_changes"
    __table_args__ = (UniqueConstraint("law", "effective"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    created: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    law: Mapped[str] = mapped_column(String(120))
    effective: Mapped[dt.date]


class LawTaskRow(Base):
    """A clause that rests on changed articles. ``articles`` is JSON: label, text before, text after of each of them."""

    __tablename__ = "desk_law_tasks"
    __table_args__ = (UniqueConstraint("change_id", "guideline", "clause"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("desk_law_changes.id"), index=True)
    guideline: Mapped[str] = mapped_column(String(120))
    version: Mapped[dt.date]
    clause: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    articles: Mapped[str] = mapped_column(Text)
    due: Mapped[dt.date]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("desk_users.id"))
    state: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[str | None] = mapped_column(Text)
    closed: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class ScoreRow(Base):
    """What an officer found of one sentence of an answer: figures only, no text, so that it may outlive the answer.

    ``answered`` is when the answer was given, ``better`` a clause that would have answered, such as
    ``live-room/price#must-3``.
    """

    __tablename__ = "desk_scores"
    __table_args__ = (UniqueConstraint("answer_id", "sentence"), Index("ix_desk_scores_answered", "answered"))

    id: Mapped[int] = mapped_column(primary_key=True)
    created: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    scorer: Mapped[str] = mapped_column(String(64))
    answer_id: Mapped[str] = mapped_column(String(64))
    answered: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    operator: Mapped[str | None] = mapped_column(String(32))
    sentence: Mapped[int]
    verdict: Mapped[str] = mapped_column(String(8))
    citation: Mapped[str | None] = mapped_column(String(8))
    better: Mapped[str | None] = mapped_column(String(200))


class PlanRow(Base):
    """A task of the plan. ``year`` None: of the whole plan; ``quarter`` None: of the whole year; ``state`` None: nobody has said yet."""

    __tablename__ = "desk_plan"
    __table_args__ = (UniqueConstraint("seed"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int | None]
    quarter: Mapped[int | None]
    measure: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    owner: Mapped[str | None] = mapped_column(String(64))
    due: Mapped[dt.date | None]
    state: Mapped[str | None] = mapped_column(String(16))
    evidence: Mapped[str | None] = mapped_column(String(400))
    seed: Mapped[str | None] = mapped_column(String(40))
    changed: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class EnrolledRow(Base):
    """A live room that takes part in 诚信直播间; ``since`` is the day its state began."""

    __tablename__ = "desk_rooms"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    platform: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(16))
    since: Mapped[dt.date]
    note: Mapped[str | None] = mapped_column(String(400))
    public: Mapped[bool]
