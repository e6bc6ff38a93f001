"""Courses and the rooms they are held in. A phone is a seat: a keyed hash of its session in this room, and a short code; nobody's
name is kept, and two rooms cannot be told to have had the same phone."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.store.tables import Base, UtcDateTime


class CourseRow(Base):
    """A course; ``body`` is the Course as JSON, ``used`` when it was last opened."""

    __tablename__ = "courses"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    used: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True)
    body: Mapped[str] = mapped_column(Text)


class RoomRow(Base):
    """A session of a course. ``code`` is there while phones may join, ``lead`` the hash of what steers it, ``body`` the exercises
    as they stood when it was opened."""

    __tablename__ = "rooms"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    created: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True)
    ended: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    code: Mapped[str | None] = mapped_column(String(6), unique=True)
    key: Mapped[str] = mapped_column(String(32))
    lead: Mapped[str] = mapped_column(String(64))
    course: Mapped[str] = mapped_column(String(32))
    phase: Mapped[str] = mapped_column(String(8))
    step: Mapped[int]
    body: Mapped[str] = mapped_column(Text)


class SeatRow(Base):
    """A phone in a room; ``certificate`` is made when its holder looks at the result."""

    __tablename__ = "room_seats"
    __table_args__ = (UniqueConstraint("room", "session"), UniqueConstraint("room", "code"))

    id: Mapped[int] = mapped_column(primary_key=True)
    room: Mapped[str] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"))
    session: Mapped[str] = mapped_column(String(64))
    code: Mapped[str] = mapped_column(String(8))
    joined: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    certificate: Mapped[str | None] = mapped_column(String(32), unique=True)
    clear: Mapped[int | None]
    useful: Mapped[int | None]
    comment: Mapped[str | None] = mapped_column(Text)


class ChoiceRow(Base):
    """What a seat chose; -1: it saw the answer without having chosen."""

    __tablename__ = "room_choices"
    __table_args__ = (Index("ix_room_choices_room_question", "room", "question"),)

    seat: Mapped[int] = mapped_column(ForeignKey("room_seats.id", ondelete="CASCADE"), primary_key=True)
    question: Mapped[int] = mapped_column(primary_key=True)
    room: Mapped[str] = mapped_column(String(32))
    choice: Mapped[int]


class AskedRow(Base):
    """A question from the room, masked; ``client`` is the phone's own number for it, so that sending twice is once."""

    __tablename__ = "room_asked"
    __table_args__ = (UniqueConstraint("seat", "client"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    room: Mapped[str] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), index=True)
    seat: Mapped[int] = mapped_column(ForeignKey("room_seats.id", ondelete="CASCADE"))
    client: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    hidden: Mapped[bool] = mapped_column(default=False)


class RaisedRow(Base):
    """A seat wants a question answered."""

    __tablename__ = "room_raised"

    asked: Mapped[int] = mapped_column(ForeignKey("room_asked.id", ondelete="CASCADE"), primary_key=True)
    seat: Mapped[int] = mapped_column(ForeignKey("room_seats.id", ondelete="CASCADE"), primary_key=True)
