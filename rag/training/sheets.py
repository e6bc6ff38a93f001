"""Plan -> what is printed: handout, exercises, cases, as blocks that a PDF and a page are drawn from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from rag.content import Guideline, Section
from rag.ground import Frozen
from rag.training.models import Plan
from rag.training.words import placed

LETTERS = "ABCDEFGH"
ONE_LINE = 38  # characters
SIGN_IN_ROWS = 15  # to a page
#: What people are asked after a course, and what they may tick; phones ask the same (api/training/templates/phone.html).
FEEDBACK = (
    ("讲得清楚吗", ("很清楚", "清楚", "一般", "不太清楚", "不清楚")),
    ("用得上吗", ("很用得上", "用得上", "一般", "不太用得上", "用不上")),
)
_BULLETS = {Section.CHECKLIST: "□ "}


class Block(Frozen):
    """A piece of a sheet; ``top`` headings stand in the contents, a ``page`` begins a new one.

    A ``head`` names the columns of the rows below it, an ``ask`` is a question in bold. Headings, and what is ``tied``,
    stay on the page of the next block.
    """

    kind: Literal["top", "sub", "ask", "text", "item", "small", "line", "page", "head", "row"]
    text: str = ""
    cells: tuple[str, ...] = ()
    tied: bool = False

    @property
    def holds_next(self) -> bool:
        """Whether no page may end behind it."""
        return self.tied or self.kind in ("top", "sub", "ask", "head")


class Sheet(Frozen):
    """A document; ``link`` becomes the code on its first page, ``contents`` a list of its top headings."""

    title: str
    subtitle: str = ""
    link: str = ""
    contents: bool = False
    blocks: tuple[Block, ...]


def handout(plan: Plan, link: str = "") -> Sheet:
    """Every chosen guideline in full, with the agenda before it."""
    return Sheet(
        title=plan.course.title, subtitle=_under(plan, "讲义"), link=link, contents=True,
        blocks=(*_agenda(plan), *(b for g in plan.guidelines for b in _guideline(g))),
    )  # fmt: skip


def quiz_sheet(plan: Plan, link: str = "") -> Sheet:
    """The exercises to fill in; the answers with their clauses on pages of their own."""
    blocks = [Block(kind="small", text="每题只有一个对的，圈出来。答案在最后。")]
    for number, e in enumerate(plan.exercises, 1):
        blocks.append(Block(kind="sub", text=f"{number}. {e.question}"))
        lines = _options(e.options)
        blocks += [Block(kind="item", text=line, tied=line != lines[-1]) for line in lines]
    blocks += [Block(kind="page"), Block(kind="top", text="答案和依据")]
    for number, e in enumerate(plan.exercises, 1):
        blocks.append(Block(kind="sub", text=f"{number}. {LETTERS[e.answer]}　{e.options[e.answer]}"))
        blocks += [
            Block(kind="text", text=e.text, tied=True),
            Block(kind="small", text=placed(e.title, str(e.version), e.clause)),
        ]
    return Sheet(title=plan.course.title, subtitle=_under(plan, "练习"), link=link, blocks=tuple(blocks))


def _options(options: tuple[str, ...]) -> list[str]:
    """The options as lines: one of all where they are short."""
    lettered = [f"{LETTERS[n]}　{o}" for n, o in enumerate(options)]
    together = "　　".join(lettered)
    return [together] if len(together) <= ONE_LINE else lettered


def case_sheet(plan: Plan, link: str = "") -> Sheet:
    """The cases to talk about; the model answers on pages of their own."""
    blocks: list[Block] = []
    for number, case in enumerate(plan.discussions, 1):
        blocks += [
            Block(kind="top", text=f"{number}. {case.title}"),
            Block(kind="small", text="情形示例（虚构）", tied=True),
            Block(kind="text", text=case.story, tied=True),
        ]
        for question, _, _ in case.questions:
            blocks += [Block(kind="sub", text=question), Block(kind="line", tied=True), Block(kind="line")]
    blocks.append(Block(kind="page"))
    for number, case in enumerate(plan.discussions, 1):
        blocks.append(Block(kind="top", text=f"{number}. {case.title}：参考答案"))
        for question, answer, source in case.questions:
            blocks += [
                Block(kind="sub", text=question),
                Block(kind="text", text=answer, tied=True),
                Block(kind="small", text=source),
            ]
    return Sheet(title=plan.course.title, subtitle=_under(plan, "情形讨论"), link=link, blocks=tuple(blocks))


def feedback_sheet(plan: Plan, link: str = "") -> Sheet:
    """What those without a phone think of the course, to tick on paper; the same questions as on the phones."""
    blocks = list[Block]()
    for number, (ask, answers) in enumerate(FEEDBACK, 1):
        blocks.append(Block(kind="sub", text=f"{number}. {ask}"))
        blocks.append(Block(kind="item", text="　　".join(f"□ {a}" for a in answers)))
    blocks += [
        Block(kind="sub", text=f"{len(FEEDBACK) + 1}. 哪些还没有听明白，想再听什么（不要写姓名电话）"),
        *_lines(9),
    ]
    return Sheet(title=plan.course.title, subtitle=_under(plan, "反馈表"), blocks=tuple(blocks))


def _lines(count: int) -> Iterator[Block]:
    return (Block(kind="line", tied=True) for _ in range(count))


def sign_in_sheet(plan: Plan, link: str = "") -> Sheet:
    """A list to sign before anybody has a seat: people write their code themselves."""
    return sign_in(plan.course.title, _under(plan, "签到表"), ("",) * 2 * SIGN_IN_ROWS)


def sign_in(title: str, subtitle: str, seats: tuple[str, ...]) -> Sheet:
    """A list to sign, a row per seat code, with empty rows to the end of the page."""
    blocks = [
        Block(kind="small", text="座位码在手机课堂页的最上面，和证明上的一样。没有手机的，座位码空着。")
    ]
    rows = seats + ("",) * (-len(seats) % SIGN_IN_ROWS or (0 if seats else SIGN_IN_ROWS))
    for number, seat in enumerate(rows):
        if number % SIGN_IN_ROWS == 0:
            blocks += [Block(kind="page")] * bool(number)
            blocks.append(Block(kind="row", cells=("座位码", "姓名", "单位、签名")))
        blocks.append(Block(kind="row", cells=(f"{seat}\n", "", "")))
    return Sheet(title=title, subtitle=subtitle, blocks=tuple(blocks))


def _under(plan: Plan, what: str) -> str:
    return f"{what} · {plan.role} · 按 {plan.course.day} 施行的规定"


def _agenda(plan: Plan) -> Iterator[Block]:
    yield Block(kind="top", text="课程安排")
    yield Block(kind="head", cells=("第几分钟", "内容", "怎么做"))
    for lesson in plan.lessons:
        yield Block(
            kind="row", cells=(f"{lesson.start}—{lesson.start + lesson.minutes}", lesson.what, lesson.how)
        )


def _guideline(guideline: Guideline) -> Iterator[Block]:
    yield Block(kind="top", text=guideline.title)
    yield Block(kind="text", text=guideline.summary, tied=True)
    yield Block(kind="small", text=f"{guideline.version} 起施行，{guideline.verified_on} 核对", tied=True)
    for section in Section:
        clauses = [c for c in guideline.clauses if c.section is section]
        if clauses:
            yield Block(kind="sub", text=section.value)
        for clause in clauses:
            if section is Section.FAQ:
                yield Block(kind="ask", text=f"{clause.ordinal}. {clause.heading}")
                yield Block(kind="item", text=f"答：{clause.text}")
            else:
                yield Block(kind="item", text=_BULLETS.get(section, f"{clause.ordinal}. ") + clause.text)
