"""Rooms in the database: opened with a code for phones and a secret for whoever leads."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session as Database

from api.problems import ProblemError
from api.store import Store
from api.store.training_tables import AskedRow, ChoiceRow, RaisedRow, RoomRow, SeatRow
from api.training.models import Asked, Phase, Picture, Room, Session

CODE_DIGITS = 6
SHOWN_QUESTIONS = 30


class Rooms:
    """Sessions of courses. Blocking."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._opened: dict[str, Session] = {}

    def open(self, course: str, session: Session) -> tuple[str, str]:
        """Open a room: its id, and the secret that steers it, which is kept only as a hash."""
        number, secret = secrets.token_urlsafe(9), secrets.token_urlsafe(24)

        def add(database: Database) -> None:
            taken = set(database.scalars(select(RoomRow.code).where(RoomRow.code.is_not(None))))
            code = _free_code(taken)
            database.add(
                RoomRow(
                    id=number,
                    created=self._store.now(),
                    code=code,
                    key=secrets.token_urlsafe(12),
                    lead=_hash(secret),
                    course=course,
                    phase="lobby",
                    step=0,
                    body=session.model_dump_json(),
                )
            )

        self._store.transact(add)
        return number, secret

    def leads(self, number: str, secret: str) -> bool:
        """Whether the secret is that of the room."""
        kept = self._store.transact(lambda d: d.scalar(select(RoomRow.lead).where(RoomRow.id == number)))
        return kept is not None and hmac.compare_digest(kept, _hash(secret))

    def by_code(self, code: str) -> str | None:
        """The id of the room that phones may join by this code."""
        return self._store.transact(lambda d: d.scalar(select(RoomRow.id).where(RoomRow.code == code)))

    def get(self, number: str) -> Room:
        """A room.

        Raises:
            ProblemError: 404.
        """
        return self._store.transact(lambda database: self.read(database, number))

    def read(self, database: Database, number: str) -> Room:
        """The same inside a transaction."""
        columns = (
            RoomRow.id, RoomRow.created, RoomRow.ended, RoomRow.code, RoomRow.key, RoomRow.course, RoomRow.phase, RoomRow.step,
        )  # fmt: skip
        row = database.execute(select(*columns).where(RoomRow.id == number)).one_or_none()
        if row is None:
            raise gone()
        return Room(**row._mapping, session=self._session(database, number))

    def _session(self, database: Database, number: str) -> Session:
        """What the room was opened with, parsed once."""
        if number not in self._opened:
            body = database.scalar(select(RoomRow.body).where(RoomRow.id == number))
            if len(self._opened) > 200:
                self._opened.clear()
            self._opened[number] = Session.model_validate_json(body or "")
        return self._opened[number]

    def step(self, number: str, *, seen: tuple[Phase, int], end: bool = False) -> None:
        """Go on from what the trainer saw; a second press on the same button finds another state and does nothing."""

        def go(database: Database) -> None:
            room = self.read(database, number)
            if (room.phase, room.step) != seen or room.phase == "ended":
                return
            phase, step = ("ended", -1 if room.phase == "lobby" else room.step) if end else _next(room)
            values: dict[str, object] = {"phase": phase, "step": step}
            if phase == "ended":
                values |= {"ended": self._store.now(), "code": None}
            database.execute(
                update(RoomRow)
                .where(RoomRow.id == number, RoomRow.phase == room.phase, RoomRow.step == room.step)
                .values(**values)
            )

        self._store.transact(go)

    def hide(self, number: str, asked: int) -> None:
        """Take a question from all screens."""
        change = update(AskedRow).where(AskedRow.id == asked, AskedRow.room == number).values(hidden=True)
        self._store.transact(lambda database: database.execute(change))

    def picture(self, number: str) -> Picture:
        """What there is to see now.

        Raises:
            ProblemError: 404.
        """

        def look(database: Database) -> Picture:
            room = self.read(database, number)
            seats = database.scalar(select(func.count()).where(SeatRow.room == number)) or 0
            counts = _counts(database, room)
            return Picture(room=room, seats=seats, counts=counts, asked=_asked(database, number))

        return self._store.transact(look)


def gone() -> ProblemError:
    """There is no such room."""
    return ProblemError(404, "not-found", "没有这个课堂", "课堂可能已经删除；请向讲课的人要新的二维码。")


def _next(room: Room) -> tuple[Phase, int]:
    if room.phase == "lobby":
        return "ask", 0
    if room.phase == "ask":
        return "shown", room.step
    more = room.step + 1 < len(room.session.exercises)
    return ("ask", room.step + 1) if more else ("ended", room.step)


def _counts(database: Database, room: Room) -> tuple[int, ...]:
    if room.exercise is None:
        return ()
    chosen = (
        select(ChoiceRow.choice, func.count())
        .where(ChoiceRow.room == room.id, ChoiceRow.question == room.step)
        .group_by(ChoiceRow.choice)
    )
    found = {row[0]: row[1] for row in database.execute(chosen)}
    return tuple(found.get(n, 0) for n in range(len(room.exercise.options)))


def _asked(database: Database, number: str) -> tuple[Asked, ...]:
    """The questions, those that most want answered first."""
    raised = func.count(RaisedRow.seat)
    found = (
        select(AskedRow.id, AskedRow.text, raised)
        .outerjoin(RaisedRow, RaisedRow.asked == AskedRow.id)
        .where(AskedRow.room == number, AskedRow.hidden.is_(False))
        .group_by(AskedRow.id, AskedRow.text)
        .order_by(raised.desc(), AskedRow.id)
        .limit(SHOWN_QUESTIONS)
    )
    return tuple(Asked(id=i, text=t, raised=r) for i, t, r in database.execute(found))


def _free_code(taken: set[str | None]) -> str:
    while (code := f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}") in taken:
        pass
    return code


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
