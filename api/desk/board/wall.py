"""The plan as one picture for the wall: A3 landscape, years as columns, quarters as rows. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from api.desk.board.plan import LATE, UNSAID, Plan, PlanTask, progress

WIDTH, HEIGHT = 1680, 1188  # A3 in quarter millimetres
MARGIN, GAP, PAD = 40, 14, 12
TEXT, SMALL, LINE = 19, 15, 26
QUARTERS = {1: "一季度", 2: "二季度", 3: "三季度", 4: "四季度", None: "全年"}
#: state -> mark (not by colour alone), ink, ground
LOOKS = {
    "已完成": ("●", "#17694a", "#e9f5ef"),
    "进行中": ("◐", "#17518c", "#eaf1f8"),
    "未开始": ("○", "#55636f", "#f5f7f9"),
    LATE: ("▲", "#a2342b", "#fbeceb"),
    UNSAID: ("?", "#8a5200", "#fbf2e3"),
}


@dataclass(frozen=True)
class Card:
    """A task where it stands: left, top, width and height in the picture's units, its lines, and how it looks."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    note: str
    mark: str
    ink: str
    ground: str


@dataclass(frozen=True)
class Label:
    """A word of the frame; ``done`` and ``total`` draw a bar below it."""

    x: float
    y: float
    text: str
    note: str = ""
    width: float = 0
    done: int = 0
    total: int = 0


@dataclass(frozen=True)
class Picture:
    """All that is drawn; ``height`` is what the content needs, the template scales it onto the paper."""

    height: float
    cards: tuple[Card, ...]
    labels: tuple[Label, ...]
    lines: tuple[float, ...]


def wrapped(text: str, width: float, size: float) -> tuple[str, ...]:
    """``text`` in lines that fit ``width``: a Chinese character is as wide as the size, a Latin one about half."""
    lines, line, used = list[str](), "", 0.0
    for char in text:
        wide = size if ord(char) > 0x2E7F or char in "“”‘’…—" else size * 0.56
        if line and used + wide > width and char not in "，。、；：）》”":
            lines.append(line)
            line, used = "", 0.0
        line, used = line + char, used + wide
    return (*lines, line) if line else tuple(lines)


def draw(plan: Plan, tasks: Sequence[PlanTask], today: dt.date, *, owners: bool) -> Picture:
    """Lay the tasks out.

    Args:
        plan: title and phases.
        tasks: in any order.
        today: what is overdue depends on it.
        owners: whether the cards name who has the task.
    """
    years = sorted({*plan.phases, *(t.year for t in tasks if t.year)})
    side = 90
    column = (WIDTH - 2 * MARGIN - side) / max(len(years), 1)
    cards, labels, lines, y = list[Card](), list[Label](), list[float](), 150.0
    whole = [t for t in tasks if t.year is None]
    if whole:
        done, total = progress(whole)
        labels.append(Label(MARGIN, y + 20, "全程", f"{done} / {total}"))
        y = _stack(cards, whole, MARGIN + side, y, (WIDTH - 2 * MARGIN - side) / 3, 3, today, owners) + GAP
        lines.append(y)
    for number, year in enumerate(years):
        done, total = progress([t for t in tasks if t.year == year])
        x = MARGIN + side + number * column
        labels.append(
            Label(x, y + 34, f"{year} {plan.phases.get(year, '')}".strip(), f"{done} / {total}", column - GAP, done, total)
        )  # fmt: skip
    y += 66
    for quarter, name in QUARTERS.items():
        rows = [[t for t in tasks if t.year == year and t.quarter == quarter] for year in years]
        if not any(rows):
            continue
        labels.append(Label(MARGIN, y + 20, name))
        ends = [
            _stack(cards, row, MARGIN + side + n * column, y, column, 1, today, owners) for n, row in enumerate(rows)
        ]  # fmt: skip
        y = max(ends) + GAP
        lines.append(y - GAP / 2)
    return Picture(max(y + 40, 400), tuple(cards), tuple(labels), tuple(lines[:-1]))


def _stack(
    cards: list[Card], tasks: Sequence[PlanTask], x: float, y: float, width: float, across: int,
    today: dt.date, owners: bool,
) -> float:  # fmt: skip
    """Put the tasks below one another in ``across`` columns, each to the shortest; the lowest edge."""
    ends = [y] * across
    for task in tasks:
        place = ends.index(min(ends))
        card = _card(task, x + place * width, ends[place], width - GAP, today, owners)
        cards.append(card)
        ends[place] = card.y + card.height + GAP
    return max(ends)


def _card(task: PlanTask, x: float, y: float, width: float, today: dt.date, owners: bool) -> Card:
    standing = task.standing(today)
    mark, ink, ground = LOOKS[standing.partition("（")[0]]
    said = [task.measure, standing, *([task.owner] if owners and task.owner else [])]
    said += [f"{task.due} 前"] if task.due else []
    lines = wrapped(task.title, width - 2 * PAD - 30, TEXT)
    height = PAD * 2 + LINE * len(lines) + SMALL + 4
    return Card(x, y, width, height, lines, " · ".join(said), mark, ink, ground)


def legend(tasks: Sequence[PlanTask], today: dt.date) -> Iterator[tuple[str, str, str, str]]:
    """Mark, ink, name and number of each state; of those nobody has said anything of, how many are due."""
    standings = [task.standing(today).partition("（") for task in tasks]
    names = [name for name, _, _ in standings]
    due = sum(name == UNSAID and bool(more) for name, more, _ in standings)
    for name, (mark, ink, _) in LOOKS.items():
        more = f"，其中已到期 {due}" if name == UNSAID and due else ""
        yield mark, ink, name, f"{names.count(name)}{more}"
