"""Minutes -> a timetable: ask first, then explain, try, look back."""

from __future__ import annotations

from collections.abc import Sequence

from rag.content import Guideline
from rag.training.models import Lesson, Plan

OPENING, EXERCISES, CASES, CLOSING = 0.08, 0.24, 0.14, 0.08
ENOUGH = 5  # minutes for a guideline


def agenda(
    minutes: int, guidelines: Sequence[Guideline], *, exercises: int, cases: int
) -> tuple[Lesson, ...]:
    """Lessons that fill ``minutes`` exactly; what there is nothing for gets no time."""
    first, last = max(2, round(minutes * OPENING)), max(2, round(minutes * CLOSING))
    drill = round(minutes * EXERCISES) if exercises else 0
    talk = round(minutes * CASES) if cases else 0
    left = minutes - first - last - drill - talk
    parts: list[tuple[str, str, int, str | None]] = [
        ("开场", "扫码进课堂，说明今天讲什么、按哪一天施行的规定讲。", first, None)
    ]
    parts += [
        (g.title, "讲要做到、不得和罚则，逐张放幻灯片。", share, g.id)
        for g, share in zip(guidelines, _shares(left, len(guidelines)), strict=True)
    ]
    if drill:
        parts.append((f"课堂练习（{exercises} 题）", "手机作答，看结果，再看条款。", drill, None))
    if talk:
        parts.append((f"情形讨论（{cases} 个）", "分组说理由，对照参考答案。", talk, None))
    parts.append(("小结和提问", "回头看错得多的，答手机上提的问题，填反馈。", last, None))
    return tuple(_timed(parts))


def most_guidelines(minutes: int) -> int:
    """How many guidelines a course can have if each is to get a minute."""
    taken = max(2, round(minutes * OPENING)) + max(2, round(minutes * CLOSING))
    return minutes - taken - round(minutes * EXERCISES) - round(minutes * CASES)


def hurried(plan: Plan) -> int | None:
    """The fewest minutes of a guideline, where that is too little to explain it."""
    shares = [lesson.minutes for lesson in plan.lessons if lesson.guideline]
    return min(shares) if shares and min(shares) < ENOUGH else None


def _shares(minutes: int, count: int) -> list[int]:
    """``minutes`` in whole parts whose lengths differ by one at most."""
    return [minutes * (n + 1) // count - minutes * n // count for n in range(count)]


def _timed(parts: Sequence[tuple[str, str, int, str | None]]) -> list[Lesson]:
    lessons, start = [], 0
    for what, how, minutes, guideline in parts:
        lessons.append(Lesson(start=start, minutes=minutes, what=what, how=how, guideline=guideline))
        start += minutes
    return lessons
