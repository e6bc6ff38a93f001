"""Plan -> slides, one thought each; the type's size follows from how much there is to say.

A slide is 100 units wide and 56 high. Text of n characters at size s fills at most ceil(n / (WIDTH / s - SLACK)) lines of
LINE s: a line may end early where punctuation must not begin one. What fits at no size goes on to a second slide.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator

from rag.content import Clause, Guideline, Section, clause_name
from rag.training.fines import fines_of
from rag.training.models import Exercise, Lesson, Plan, Slide
from rag.training.words import placed, spoken

SIZES = (5.6, 4.6, 4.0, 3.4, 2.9, 2.5)
WIDTH, LINE, SLACK = 84, 1.5, 2
ROOM, BESIDE_FIGURE = 30.0, 19.0
LONGEST_HEAD = 60
_STOP = re.compile(r"(?<=[。；！？])")
FIGURES = 1  # beside the text; more stand on a slide of their own before it


def deck_slides(plan: Plan, link: str = "") -> tuple[Slide, ...]:
    """The whole deck; ``link`` is the public address of the site, for the codes in the corner."""
    course = plan.course
    slides = [
        Slide(
            kind="title",
            heading=course.title,
            text=f"{plan.role} · {course.minutes} 分钟",
            note="；".join(f"{lesson.start} 分：{lesson.what}" for lesson in plan.lessons),
            laws=f"按 {course.day} 施行的规定",
            link=link,
        )
    ]
    for lesson in plan.lessons:
        guideline = next((g for g in plan.guidelines if g.id == lesson.guideline), None)
        if guideline is not None:
            slides += _part(guideline, course.left_out, lesson, link)
    drill = next((lesson.start for lesson in plan.lessons if lesson.what.startswith("课堂练习")), 0)
    for number, exercise in enumerate(plan.exercises, 1):
        slides += _exercise(exercise, number, drill)
    slides.append(
        Slide(
            kind="end",
            heading="有问题，问合规助手",
            text="全国市场监管热线 12315",
            minute=course.minutes,
            link=link,
        )
    )
    return tuple(slides)


def slide_clauses(guideline: Guideline, left_out: Collection[str] = ()) -> list[Clause]:
    """The clauses that become slides: duties, bans and fines in the order of the page, but for those left out."""
    taken = (c for section in _KINDS for c in guideline.clauses if c.section is section)
    return [c for c in taken if f"{guideline.id}#{c.id}" not in left_out]


def pace(plan: Plan) -> tuple[int, int]:
    """How many clauses the deck shows, and how many seconds there are for each."""
    count = sum(len(slide_clauses(g, plan.course.left_out)) for g in plan.guidelines)
    minutes = sum(lesson.minutes for lesson in plan.lessons if lesson.guideline)
    return count, 60 * minutes // count if count else 0


def _part(guideline: Guideline, left_out: Collection[str], lesson: Lesson, link: str) -> Iterator[Slide]:
    """A guideline: what it is about, then its clauses, the fines last."""
    page = f"{link.rstrip('/')}/{guideline.id}/" if link else ""
    clauses = slide_clauses(guideline, left_out)
    yield Slide(
        kind="part", heading=guideline.title, text=guideline.summary, minute=lesson.start, link=page,
        laws=f"{guideline.version} 起施行。{shown(guideline, clauses)}", size=fitting(len(guideline.summary), ROOM / 2),
    )  # fmt: skip
    told = set[str]()
    for number, clause in enumerate(clauses):
        minute = lesson.start + lesson.minutes * number // max(1, len(clauses))
        about = asked_about(guideline, clause, told)
        note = f"会有人问：{about.heading}答：{about.text}（{clause_name(about.id)}）" if about else ""
        yield from _thought(clause, minute, page, note)


def shown(guideline: Guideline, clauses: list[Clause]) -> str:
    """How many provisions the deck shows, of how many."""
    parts = []
    for section in _KINDS:
        of = sum(c.section is section for c in guideline.clauses)
        if of:
            parts.append(f"{section.value} {sum(c.section is section for c in clauses)}/{of} 条")
    return f"幻灯片讲{'、'.join(parts)}，全文见讲义"


_KINDS = {Section.MUST: "must", Section.MUST_NOT: "mustnot", Section.LIABILITY: "fine"}
_MARKS = {Section.MUST: "✓ 要做到", Section.MUST_NOT: "✕ 不得", Section.LIABILITY: "罚则"}


def _thought(clause: Clause, minute: int, page: str, note: str) -> Iterator[Slide]:
    text = spoken(clause)
    figures = fines_of(text) if clause.section is Section.LIABILITY else ()
    room = BESIDE_FIGURE if len(figures) == FIGURES else ROOM
    parts = list(cut(text, room))
    if len(figures) > FIGURES:
        parts.insert(0, _before(text))
    for number, part in enumerate(parts):
        yield Slide.model_validate(
            {
                "kind": _KINDS[clause.section], "heading": _MARKS[clause.section] + ("（续）" if number else ""),
                "text": part, "figures": figures if not number else (), "laws": laws_of(clause), "minute": minute,
                "size": fitting(len(part), room), "link": f"{page}#{clause.id}" if page else "",
                "note": note if not number else "",
            }
        )  # fmt: skip


def _before(text: str) -> str:
    """Whom and what a fine is about: the words before the first stop, if they are few."""
    head = re.split("[：，；。]", text)[0]
    return head if len(head) <= LONGEST_HEAD else ""


def asked_about(guideline: Guideline, clause: Clause, told: set[str]) -> Clause | None:
    """The Q&A that cites most of the provisions of a clause and has not been told yet; None if there is none."""
    own = {(r.law, r.article, r.paragraphs, r.items) for r in clause.laws if r.article is not None}
    asked = [c for c in guideline.clauses if c.section is Section.FAQ and c.heading and c.id not in told]
    shared = [len(own & {(r.law, r.article, r.paragraphs, r.items) for r in c.laws}) for c in asked]
    if not any(shared):
        return None
    best = asked[shared.index(max(shared))]
    told.add(best.id)
    return best


def _exercise(exercise: Exercise, number: int, minute: int) -> Iterator[Slide]:
    size = min(fitting(len(exercise.question), 12), 3.4)
    yield Slide(
        kind="question", heading=f"第 {number} 题", text=exercise.question, options=exercise.options, minute=minute,
        size=size,
    )  # fmt: skip
    basis = "；".join((placed(exercise.title, str(exercise.version), exercise.clause), *exercise.laws))
    for count, part in enumerate(cut(exercise.text, 24)):
        yield Slide(
            kind="answer", heading=f"第 {number} 题：{exercise.options[exercise.answer]}" + ("（续）" if count else ""),
            text=part, minute=minute, size=fitting(len(part), 24), note=f"依据：{basis}。",
        )  # fmt: skip


def laws_of(clause: Clause) -> str:
    """The law articles a clause rests on, in words."""
    named: dict[str, list[str]] = {}
    for ref in clause.laws:
        named.setdefault(ref.law, []).append(ref.label)
    return "；".join(f"《{law}》{'、'.join(labels)}" for law, labels in named.items())


def fitting(characters: int, room: float) -> float:
    """The largest size at which so many characters stay within ``room`` units of height; the smallest if none does."""
    return next((s for s in SIZES if height(characters, s) <= room), SIZES[-1])


def height(characters: int, size: float) -> float:
    """The most units of height that so many characters fill."""
    return math.ceil(characters / (WIDTH / size - SLACK)) * size * LINE


def cut(text: str, room: float) -> Iterator[str]:
    """Pieces that fit at the smallest size, cut behind a sentence where there is one."""
    most = math.floor(room / (SIZES[-1] * LINE)) * math.floor(WIDTH / SIZES[-1] - SLACK)
    start = 0
    while len(text) - start > most:
        stops = [m.start() for m in _STOP.finditer(text, start + 1, start + most)]
        end = stops[-1] if stops else start + most
        yield text[start:end]
        start = end
    yield text[start:]
