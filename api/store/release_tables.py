"""The desk's side of publications: which of those on disk have been entered in the log. The publications themselves lie
below ``<data>/releases`` (see `rag.release.history`)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from api.store.tables import Base, UtcDateTime


class EnteredRow(Base):
    """A publication that is in the audit log and whose drafts are marked."""

    __tablename__ = "desk_publications"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    entered: Mapped[dt.datetime] = mapped_column(UtcDateTime)
