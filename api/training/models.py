"""What a room is, as values. Frozen."""

from __future__ import annotations

import datetime as dt
import json
from functools import cached_property
from typing import Any, Literal

from rag.ground import Frozen
from rag.training import Exercise

Phase = Literal["lobby", "ask", "shown", "ended"]
PASSED = -1


class Session(Frozen):
    """What a room was opened with: it stays as it is while the room lasts."""

    title: str
    role: str
    day: dt.date
    minutes: int
    exercises: tuple[Exercise, ...]


class Room(Frozen):
    """A room at a moment. ``step`` is the number of the exercise in phases ask and shown."""

    id: str
    created: dt.datetime
    ended: dt.datetime | None
    code: str | None
    key: str
    course: str
    phase: Phase
    step: int
    session: Session

    @property
    def exercise(self) -> Exercise | None:
        """The exercise on the screen."""
        return self.session.exercises[self.step] if self.phase in ("ask", "shown") else None

    @property
    def put(self) -> int:
        """How many exercises came so far."""
        return 0 if self.phase == "lobby" else self.step + 1


class Seat(Frozen):
    """A phone in a room."""

    id: int
    room: str
    code: str


class Asked(Frozen):
    """A question from the room and how many want it answered."""

    id: int
    text: str
    raised: int


class Picture(Frozen):
    """What there is to see. ``counts`` has a number per option of the exercise on the screen."""

    room: Room
    seats: int
    counts: tuple[int, ...]
    asked: tuple[Asked, ...]

    @cached_property
    def phone_event(self) -> str:
        """The event for phones, made once for all of them."""
        return _event(self.for_phones)

    @cached_property
    def lead_event(self) -> str:
        """The event for the trainer's screen."""
        return _event(self.for_lead)

    @property
    def for_phones(self) -> dict[str, Any]:
        """Without the answer before it is shown, and without the bars while others still think."""
        room, exercise = self.room, self.room.exercise
        shown: dict[str, Any] = {
            "phase": room.phase,
            "step": room.step,
            "total": len(room.session.exercises),
            "title": room.session.title,
            "asked": [a.model_dump() for a in self.asked],
        }
        if exercise is not None:
            shown |= {"question": exercise.question, "options": exercise.options}
            if room.phase == "shown":
                shown |= {"answer": exercise.answer, "counts": self.counts, **source_of(exercise)}
        return shown

    @property
    def for_lead(self) -> dict[str, Any]:
        """The trainer's screen: the same, with bars as they grow."""
        return self.for_phones | {"counts": self.counts, "seats": self.seats, "code": self.room.code}


def _event(shown: dict[str, Any]) -> str:
    return f"event: room\ndata: {json.dumps(shown, ensure_ascii=False)}\n\n"


def source_of(exercise: Exercise) -> dict[str, str]:
    """The clause that explains an exercise."""
    return {
        "text": exercise.text,
        "guideline": exercise.guideline,
        "name": exercise.title,
        "version": exercise.version.isoformat(),
        "clause": exercise.clause,
    }
