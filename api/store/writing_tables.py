"""The tables of writing: drafts, every saved state of each, remarks at their clauses."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.store.tables import Base, UtcDateTime


class DraftRow(Base):
    """A guideline version that is being written. ``form`` is a `rag.content.Document` as JSON, ``source`` the file it was
    made from (empty for a new guideline) and ``base_digest`` that file's SHA-256, empty where no file is replaced."""

    __tablename__ = "desk_drafts"

    id: Mapped[int] = mapped_column(primary_key=True)
    guideline: Mapped[str] = mapped_column(String(120), index=True)
    version: Mapped[dt.date]
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), index=True)
    title: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(Text)
    base_digest: Mapped[str] = mapped_column(String(64))
    form: Mapped[str] = mapped_column(Text)
    lock: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("desk_users.id"))
    created: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    updated: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True)
    approved_by: Mapped[str | None] = mapped_column(String(64))


class DraftSaveRow(Base):
    """A saved state: the form as it was at ``lock``. ``aside``: it met somebody else's change and waits for a choice;
    ``lock`` is then what it was based on, and 0 once somebody has chosen."""

    __tablename__ = "desk_draft_saves"
    __table_args__ = (Index("ix_desk_draft_saves_state", "draft_id", "lock"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("desk_drafts.id"))
    lock: Mapped[int]
    aside: Mapped[bool]
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    user_id: Mapped[int] = mapped_column(ForeignKey("desk_users.id"))
    version: Mapped[dt.date]
    form: Mapped[str] = mapped_column(Text)


class RemarkRow(Base):
    """What a reviewer says at a row (``place``: its id, a field's name, or empty for the whole)."""

    __tablename__ = "desk_draft_remarks"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("desk_drafts.id"), index=True)
    place: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(String(64))
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    done: Mapped[bool]
