"""Which paper a seat gets, and what it says. 结业 is for who answered most of the course and got most of that right; whoever was
there gets 参加. What never came counts as not answered: a room that is ended after one exercise of five completes nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac

from api.training.models import Room
from rag.ground import BEIJING, Frozen

ANSWERED, RIGHT = 80, 60  # per cent of all exercises of the course
COMPLETED, ATTENDED = "结业证明", "参加证明"


def needed(total: int) -> tuple[int, int]:
    """How many exercises have to be answered, and how many rightly."""
    return -(-total * ANSWERED // 100), -(-total * RIGHT // 100)


def kind_of(total: int, answered: int, right: int) -> str:
    """The name of the paper."""
    least, rightly = needed(total)
    return COMPLETED if total and answered >= least and right >= rightly else ATTENDED


def rule_of(total: int) -> str:
    """What 结业 takes, for people."""
    least, rightly = needed(total)
    return f"这门课共 {total} 题，作答 {least} 题以上、答对 {rightly} 题以上是结业证明，不到的是参加证明。"


class Certificate(Frozen):
    """What a code stands for. ``total`` are all exercises of the course, ``put`` those that came."""

    code: str
    seat: str
    title: str
    role: str
    day: dt.date
    minutes: int
    opened: dt.datetime
    joined: dt.datetime
    ended: dt.datetime
    total: int
    put: int
    answered: int
    right: int

    @property
    def kind(self) -> str:
        """The name of the paper."""
        return kind_of(self.total, self.answered, self.right)

    @property
    def held(self) -> dt.date:
        """The day of the session."""
        return self.opened.astimezone(BEIJING).date()

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What was attended, as it was and not as it was planned."""
        put = "" if self.put == self.total else f"（放了 {self.put} 题）"
        return [
            ("课程", f"{self.title}（{self.role}）"),
            ("上课日期", self.held.isoformat()),
            ("在课堂", f"{_clock(self.joined)} 进，{_clock(self.ended)} 课堂结束，{_minutes(self.joined, self.ended)}"),
            ("课堂时长", f"实际 {_minutes(self.opened, self.ended)}，课程安排 {self.minutes} 分钟"),
            ("课堂练习", f"共 {self.total} 题{put}，作答 {self.answered} 题，答对 {self.right} 题"),
            ("内容依据", f"{self.day} 施行的规定"),
            ("座位码", self.seat),
        ]  # fmt: skip


def certificate_of(
    room: Room, code: str, seat: str, joined: dt.datetime, answered: int, right: int
) -> Certificate:
    """The paper of a seat."""
    session, ended = room.session, room.ended or joined
    return Certificate(
        code=code, seat=seat, title=session.title, role=session.role, day=session.day, minutes=session.minutes,
        opened=room.created, joined=joined, ended=ended,
        total=len(session.exercises), put=room.put, answered=answered, right=right,
    )  # fmt: skip


def holders_key(key: bytes, code: str) -> str:
    """What opens the page that prints: in the holder's own link, never on the paper."""
    return hmac.new(key, f"certificate|{code}".encode(), hashlib.sha256).hexdigest()[:32]


def _clock(moment: dt.datetime) -> str:
    return moment.astimezone(BEIJING).strftime("%H:%M")


def _minutes(begin: dt.datetime, end: dt.datetime) -> str:
    whole = max(0, int((end - begin).total_seconds())) // 60
    return f"{whole} 分钟" if whole else "不到 1 分钟"
