"""What a phone may do in a room. Everything may be sent twice and counts once."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session as Database

from api.problems import ProblemError
from api.store import ALPHABET, Store, new_code
from api.store.training_tables import AskedRow, ChoiceRow, RaisedRow, SeatRow
from api.training.certificates import holders_key, kind_of, rule_of
from api.training.models import PASSED, Room, Seat, source_of
from api.training.rooms import Rooms
from rag.ground import mask

MAX_SEATS = 1000
MAX_ASKED = 10
SEAT_LETTERS = 4


class Seats:
    """The phones of all rooms. Blocking.

    Args:
        key: sessions are kept as hashes under it, a different one per room.
    """

    def __init__(self, store: Store, rooms: Rooms, key: bytes) -> None:
        self._store, self._rooms, self._key = store, rooms, key

    def join(self, room: str, session: str) -> Seat:
        """Take a seat, or find the one this phone has.

        Raises:
            ProblemError: 404; 409 if the room has ended or is full.
        """

        def sit(database: Database) -> Seat:
            if (seat := self._seat(database, room, session)) is not None:
                return seat
            if self._rooms.read(database, room).phase == "ended":
                raise ProblemError(409, "ended", "这个课堂已经结束", "请向讲课的人要新的课堂码。")
            taken = set(database.scalars(select(SeatRow.code).where(SeatRow.room == room)))
            if len(taken) >= MAX_SEATS:
                raise ProblemError(409, "full", "这个课堂坐满了", "请看讲课人的屏幕一起参加。")
            row = SeatRow(
                room=room, session=self._name(room, session), code=_free(taken), joined=self._store.now()
            )
            try:
                with database.begin_nested():
                    database.add(row)
                    database.flush()
            except IntegrityError:  # the same phone joined twice at once
                if (seat := self._seat(database, room, session)) is not None:
                    return seat
                raise
            return Seat(id=row.id, room=room, code=row.code)

        return self._store.transact(sit)

    def of(self, room: str, session: str) -> Seat:
        """The seat of a phone.

        Raises:
            ProblemError: 403 for whoever has not joined; 404 does not tell which rooms there are.
        """
        return self._store.transact(lambda database: self._own(database, room, session))

    def choose(self, room: str, session: str, question: int, choice: int) -> str:
        """Keep a choice: ``kept``, or ``late`` if the answer had been seen before.

        While the question is open the last choice counts. What a phone could not send in time is taken afterwards as well,
        as long as it has not said that it saw the answer (PASSED).

        Raises:
            ProblemError: 403, 404; 422 for a choice that is none; 409 for a question that has not come yet.
        """

        def keep(database: Database) -> str:
            seat, now = self._own(database, room, session), self._rooms.read(database, room)
            _check_choice(now, question, choice)
            row = database.get(ChoiceRow, (seat.id, question))
            if row is None:
                database.add(ChoiceRow(seat=seat.id, question=question, room=room, choice=choice))
                return "kept"
            if now.phase == "ask" and now.step == question and choice != PASSED:
                row.choice = choice
                return "kept"
            return "kept" if row.choice == choice else "late"

        return self._store.transact(keep)

    def ask(self, room: str, session: str, client: str, text: str) -> None:
        """Send in a question, personal data masked.

        Raises:
            ProblemError: 403, 404; 429 for more than a phone may ask.
        """

        def add(database: Database) -> None:
            seat = self._own(database, room, session)
            mine = list(database.scalars(select(AskedRow.client).where(AskedRow.seat == seat.id)))
            if client in mine:
                return
            if len(mine) >= MAX_ASKED:
                raise ProblemError(
                    429,
                    "enough",
                    "提的问题够多了",
                    f"一部手机最多提 {MAX_ASKED} 个，请给别人的问题点“我也想问”。",
                )
            database.add(AskedRow(room=room, seat=seat.id, client=client, text=mask(text), hidden=False))

        self._store.transact(add)

    def raise_(self, room: str, session: str, asked: int) -> None:
        """Want a question answered.

        Raises:
            ProblemError: 403, 404.
        """

        def add(database: Database) -> None:
            seat = self._own(database, room, session)
            known = database.scalar(select(AskedRow.id).where(AskedRow.id == asked, AskedRow.room == room))
            if known is None:
                raise ProblemError(404, "not-found", "没有这个问题", "它可能已经被收起。")
            database.merge(RaisedRow(asked=asked, seat=seat.id))

        self._store.transact(add)

    def feedback(self, room: str, session: str, clear: int | None, useful: int | None, comment: str) -> None:
        """Keep what the phone says of the course; the last word on each counts, what is left open stays as it was."""

        def keep(database: Database) -> None:
            row = database.get_one(SeatRow, self._own(database, room, session).id)
            row.clear, row.useful = clear or row.clear, useful or row.useful
            row.comment = mask(comment) or row.comment

        self._store.transact(keep)

    def standing(self, room: str, session: str) -> dict[str, Any]:
        """What this phone did so far; after the end also its result and its certificate."""

        def look(database: Database) -> dict[str, Any]:
            seat, now = self._own(database, room, session), self._rooms.read(database, room)
            row = database.get_one(SeatRow, seat.id)
            mine_of = select(ChoiceRow.question, ChoiceRow.choice).where(ChoiceRow.seat == seat.id)
            chosen = {row.question: row.choice for row in database.execute(mine_of)}
            raised = list(database.scalars(select(RaisedRow.asked).where(RaisedRow.seat == seat.id)))
            mine: dict[str, Any] = {
                "seat": seat.code,
                "chosen": chosen,
                "raised": raised,
                "rated": bool(row.clear or row.useful or row.comment),
            }
            if now.phase != "ended":
                return mine
            if row.certificate is None:
                row.certificate = new_code()
            own = holders_key(self._key, row.certificate)
            return mine | {"certificate": row.certificate, "own": own, "result": _result(now, chosen)}

        return self._store.transact(look)

    def holds(self, code: str, own: str) -> bool:
        """Whether this is the link of a certificate's holder."""
        return hmac.compare_digest(holders_key(self._key, code).encode(), own.encode())

    def _own(self, database: Database, room: str, session: str) -> Seat:
        seat = self._seat(database, room, session)
        if seat is None:
            raise ProblemError(
                403, "no-seat", "还没有进这个课堂", "请扫讲课人屏幕上的二维码，或者输入六位课堂码。"
            )
        return seat

    def _seat(self, database: Database, room: str, session: str) -> Seat | None:
        query = select(SeatRow.id, SeatRow.code).where(
            SeatRow.room == room, SeatRow.session == self._name(room, session)
        )
        row = database.execute(query).one_or_none()
        return None if row is None else Seat(id=row.id, room=room, code=row.code)

    def _name(self, room: str, session: str) -> str:
        return hmac.new(self._key, f"seat|{room}|{session}".encode(), hashlib.sha256).hexdigest()


def _check_choice(room: Room, question: int, choice: int) -> None:
    reached = -1 if room.phase == "lobby" else room.step
    if not 0 <= question < len(room.session.exercises) or question > reached:
        raise ProblemError(409, "not-yet", "这道题还没有开始", "请等讲课的人放出这道题。")
    if not PASSED <= choice < len(room.session.exercises[question].options):
        raise ProblemError(422, "invalid", "没有这个选项", "请点题目下面的一个选项。")
    if choice == PASSED and room.phase == "ask" and room.step == question:
        raise ProblemError(409, "not-yet", "这道题还没有公布答案", "请先作答。")


def _result(room: Room, chosen: dict[int, int]) -> dict[str, Any]:
    """The exercises that were put, with this phone's choices; those of a room ended early that never came are left out."""
    put, total = room.session.exercises[: room.put], len(room.session.exercises)
    right = sum(chosen.get(n) == e.answer for n, e in enumerate(put))
    answered = sum(chosen.get(n, PASSED) != PASSED for n in range(len(put)))
    return {
        "right": right,
        "total": len(put),
        "kind": kind_of(total, answered, right),
        "rule": rule_of(total),
        "items": [
            {
                "question": e.question,
                "options": e.options,
                "answer": e.answer,
                "chosen": chosen.get(n, PASSED),
                **source_of(e),
            }
            for n, e in enumerate(put)
        ],
    }


def _free(taken: set[str]) -> str:
    while (code := "".join(secrets.choice(ALPHABET) for _ in range(SEAT_LETTERS))) in taken:
        pass
    return code
