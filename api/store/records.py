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
