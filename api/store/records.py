"""What the store gives back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from rag.ask import Answer


@dataclass(frozen=True)
class StoredAnswer:
    """A past answer as read back."""

    created: dt.datetime
    question: str
    answer: Answer


@dataclass(frozen=True)
class Waiting:
    """A question handed over that no officer has dealt with yet."""

    id: int
    created: dt.datetime
    question: str
    contact: str | None
    operator: str | None


@dataclass(frozen=True)
class Miss:
    """A question that got no answer, or one that did not help: how often, and what was said last."""

    question: str
    times: int
    last: dt.datetime
    why: str
    comment: str | None = None


@dataclass(frozen=True)
class PageVoice:
    """What readers said of one version of a guideline's page: how many, and the last comment."""

    guideline: str
    version: dt.date
    helpful: int
    unhelpful: int
    last: dt.datetime
    comment: str | None = None
