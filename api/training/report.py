"""What is left of a session: attendance by code, topics by how many failed, feedback, certificates. No names: there are none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session as Database

from api.problems import ProblemError
from api.store import Store, read_code
from api.store.training_tables import ChoiceRow, SeatRow
from api.training.certificates import COMPLETED, Certificate, certificate_of, kind_of
from api.training.models import Asked, Room
from api.training.rooms import Rooms
from rag.ground import BEIJING, Frozen
from rag.training import Block, Sheet, sign_in

FAILS = 0.6  # a topic of which fewer were right is one to come back to


class Attendance(Frozen):
    """A phone: how many it answered, how many rightly."""

    code: str
    joined: dt.datetime
    answered: int
    right: int


class Topic(Frozen):
    """An exercise or a guideline: how many answered, how many rightly."""

    name: str
    answered: int
    right: int

    @property
    def share(self) -> float:
        """Right answers of all."""
        return self.right / self.answered if self.answered else 0.0

    @property
    def fails(self) -> bool:
        """Whether too few were right."""
        return self.answered > 0 and self.share < FAILS


class Report(Frozen):
    """A session looked back on. ``put`` is how many exercises came."""

    room: Room
    put: int
    seats: tuple[Attendance, ...]
    exercises: tuple[Topic, ...]
    topics: tuple[Topic, ...]
    clear: float | None
    useful: float | None
    rated: tuple[int, int]
    comments: tuple[str, ...]
    asked: tuple[Asked, ...]

    def rows(self) -> Iterator[tuple[str, ...]]:
        """For a spreadsheet."""
        yield from self.facts()
        yield ()
        yield "指引", "作答人次", "答对人次", "答对率"
        yield from ((t.name, str(t.answered), str(t.right), percent(t)) for t in self.topics)
        yield ()
        yield "题目", "作答人数", "答对人数", "答对率"
        yield from ((t.name, str(t.answered), str(t.right), percent(t)) for t in self.exercises)
        yield ()
        yield "现场提问", "想问的人数"
        yield from ((a.text, str(a.raised)) for a in self.asked)
        yield ()
        yield ("意见",)
        yield from ((c,) for c in self.comments)

    def attendance(self) -> Iterator[tuple[str, ...]]:
        """The list by code."""
        yield "座位码", "进入时间", "作答题数", "答对题数", "证明"
        for s in self.seats:
            yield s.code, _time(s.joined), str(s.answered), str(s.right), self._kind(s)

    def _kind(self, seat: Attendance) -> str:
        return kind_of(len(self.room.session.exercises), seat.answered, seat.right) if self.room.ended else ""

    def facts(self) -> list[tuple[str, str]]:
        """The head of the report."""
        session = self.room.session
        scores = zip(("讲得清楚", "用得上"), (self.clear, self.useful), self.rated, strict=True)
        rated = [f"{name} {score:.1f} 分（{count} 人评）" for name, score, count in scores if score]
        completed = sum(self._kind(s) == COMPLETED for s in self.seats)
        return [
            ("课程", session.title),
            ("对象", session.role),
            ("上课时间", _time(self.room.created)),
            ("按哪一天的规定", session.day.isoformat()),
            ("到课手机", str(len(self.seats))),
            ("课堂练习", f"放了 {self.put} 题，共 {len(session.exercises)} 题"),
            (
                "证明",
                f"结业 {completed} 人，参加 {len(self.seats) - completed} 人"
                if self.room.ended
                else "课堂结束后出",
            ),
            ("反馈", f"{'、'.join(rated)}，满分 5" if rated else "没有人评分"),
        ]

    def sheet(self) -> Sheet:
        """The same to print."""
        blocks = [Block(kind="row", cells=(n, v)) for n, v in self.facts()]
        weak = [t.name for t in self.topics if t.fails]
        text = f"答对不到六成、要再讲的：{'、'.join(weak)}。" if weak else "没有答对不到六成的指引。"
        blocks += [Block(kind="top", text="各份指引"), Block(kind="text", text=text)]
        blocks += [_figures("指引"), *(_figures(t.name, t) for t in self.topics)]
        blocks += [
            Block(kind="top", text="逐题"),
            _figures("题目"),
            *(_figures(t.name, t) for t in self.exercises),
        ]
        if self.asked:
            blocks += [Block(kind="top", text="现场提问（没有答的请交给联络员）")]
            blocks += [Block(kind="item", text=f"{a.text}（{a.raised} 人也想问）") for a in self.asked]
        if self.comments:
            blocks += [Block(kind="top", text="意见"), *(Block(kind="item", text=c) for c in self.comments)]
        blocks += [Block(kind="page"), Block(kind="top", text="到课名单（座位码）")]
        heads, *seats = self.attendance()
        blocks += [Block(kind="head", cells=heads), *(Block(kind="row", cells=cells) for cells in seats)]
        return Sheet(title=self.room.session.title, subtitle="培训情况报告", blocks=tuple(blocks))

    def to_sign(self) -> Sheet:
        """The list of seats to sign."""
        session = self.room.session
        return sign_in(
            session.title,
            f"签到表 · {session.role} · {_time(self.room.created)} 开课",
            tuple(s.code for s in self.seats),
        )


def percent(topic: Topic) -> str:
    """The share of right answers."""
    return f"{topic.share:.0%}" if topic.answered else "—"


def _figures(name: str, topic: Topic | None = None) -> Block:
    values = (
        ("作答", "答对", "答对率")
        if topic is None
        else (str(topic.answered), str(topic.right), percent(topic))
    )
    return Block(kind="row" if topic else "head", cells=(name, *values))


def _time(moment: dt.datetime) -> str:
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


class Reports:
    """What is told of sessions afterwards. Blocking."""

    def __init__(self, store: Store, rooms: Rooms) -> None:
        self._store, self._rooms = store, rooms

    def report(self, number: str) -> Report:
        """The report of a room, also while it goes on.

        Raises:
            ProblemError: 404.
        """
        picture = self._rooms.picture(number)
        seats, choices = self._store.transact(lambda database: _rows(database, number))
        room, put = picture.room, picture.room.put
        exercises = room.session.exercises[:put]
        right = {
            (c.seat, c.question)
            for c in choices
            if c.question < put and c.choice == exercises[c.question].answer
        }
        chosen = {(c.seat, c.question) for c in choices if c.choice >= 0 and c.question < put}
        topics = {e.title: [n for n, x in enumerate(exercises) if x.title == e.title] for e in exercises}
        clear, useful = [s.clear for s in seats if s.clear], [s.useful for s in seats if s.useful]
        return Report(
            room=room,
            put=put,
            seats=tuple(
                Attendance(
                    code=s.code, joined=s.joined, answered=sum(k[0] == s.id for k in chosen), right=sum(k[0] == s.id for k in right)
                )
                for s in seats
            ),
            exercises=tuple(_topic(e.question, [n], chosen, right) for n, e in enumerate(exercises)),
            topics=tuple(sorted((_topic(t, n, chosen, right) for t, n in topics.items()), key=lambda t: t.share)),
            clear=sum(clear) / len(clear) if clear else None,
            useful=sum(useful) / len(useful) if useful else None,
            rated=(len(clear), len(useful)),
            comments=tuple(s.comment for s in seats if s.comment),
            asked=picture.asked,
        )  # fmt: skip

    def certificate(self, typed: str) -> Certificate | None:
        """What a code stands for; None if it is none of ours, or its session has been deleted."""
        code = read_code(typed)
        row = code and self._store.transact(
            lambda d: d.scalar(select(SeatRow).where(SeatRow.certificate == code))
        )
        if not code or not row:
            return None
        try:
            report = self.report(row.room)
        except ProblemError:
            return None
        mine = next(s for s in report.seats if s.code == row.code)
        return certificate_of(report.room, code, mine.code, mine.joined, mine.answered, mine.right)


def _rows(database: Database, number: str) -> tuple[list[SeatRow], list[ChoiceRow]]:
    seats = database.scalars(select(SeatRow).where(SeatRow.room == number).order_by(SeatRow.id))
    return list(seats), list(database.scalars(select(ChoiceRow).where(ChoiceRow.room == number)))


def _topic(name: str, numbers: list[int], chosen: set[tuple[int, int]], right: set[tuple[int, int]]) -> Topic:
    return Topic(
        name=name, answered=sum(k[1] in numbers for k in chosen), right=sum(k[1] in numbers for k in right)
    )
