"""The desk's side of publications: small changes that wait for one, cases that wait for a draft, and which of those on disk
have been entered in the log. The publications themselves lie below ``<data>/releases`` (see `rag.release.history`)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.store.tables import Base, UtcDateTime


class EnteredRow(Base):
    """A publication that is in the audit log and whose drafts are marked."""

    __tablename__ = "desk_publications"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    entered: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class AdditionRow(Base):
    """A change of the content that is no draft: a wording, a matter outside, a rule of the script check, a version to take
    down. ``fields`` is what its ``kind`` needs, as JSON; ``about`` says in a line what it is."""

    __tablename__ = "desk_additions"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    about: Mapped[str] = mapped_column(String(300))
    fields: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("desk_users.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("desk_cases.id"), index=True)
    created: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class CaseDraftRow(Base):
    """The row of a draft that answers a case as a question of its own."""

    __tablename__ = "desk_case_drafts"

    case_id: Mapped[int] = mapped_column(ForeignKey("desk_cases.id"), primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("desk_drafts.id"), index=True)
    place: Mapped[str] = mapped_column(String(64))
