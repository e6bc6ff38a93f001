"""A certificate -> PDF: one A4 page in a frame, with a code that leads to the page that verifies it."""

from __future__ import annotations

import datetime as dt

from rag.ground import Frozen
from rag.training.fonts import cut_fonts, finished
from rag.training.paper import LEADING, Paper
from rag.training.pdf import foot_of, put_code

MAX_NAME = 30
FRAME, INSIDE = 12.0, 26.0  # from the edge of the paper to the frame, and to the words
FROM, KIND, NAME, FACT, CODE_TYPE, SMALL = 18.0, 40.0, 30.0, 12.0, 18.0, 10.0
LABEL, CODE = 26.0, 38.0
_WORDS = ("查验码", "扫码查验，或者打开", "输入查验码")


class Diploma(Frozen):
    """What stands on it. ``name`` as its holder typed it, "" for a line to write on; ``place`` is the page where ``code`` is typed,
    ``link`` the same with the code."""

    publisher: str
    kind: str
    name: str
    facts: tuple[tuple[str, str], ...]
    code: str
    place: str
    link: str
    day: dt.date


def diploma_pdf(diploma: Diploma) -> bytes:
    """The page."""
    foot = foot_of(diploma.publisher, diploma.day)
    said = [diploma.publisher, diploma.kind, diploma.name, diploma.code, diploma.place, foot, *_WORDS]
    with cut_fonts("".join([*said, *(n + v for n, v in diploma.facts)])) as fonts:
        document = Paper(foot)
        for style, path in fonts.items():
            document.add_font("sc", style, str(path))
        document.set_title(diploma.kind)
        document.set_lang("zh-CN")
        document.set_margins(INSIDE, INSIDE, INSIDE)
        document.set_auto_page_break(False)
        document.add_page()
        _frame(document)
        _head(document, diploma)
        for name, value in diploma.facts:
            _fact(document, name, value)
        _verifying(document, diploma)
        return finished(document)


def _frame(document: Paper) -> None:
    document.set_draw_color(23, 81, 140)
    for inset, width in ((0.0, 0.8), (1.8, 0.3)):
        document.set_line_width(width)
        edge = FRAME + inset
        document.rect(edge, edge, document.w - 2 * edge, document.h - 2 * edge - 6)
    document.set_line_width(0.2)
    document.set_draw_color(150, 160, 170)


def _head(document: Paper, diploma: Diploma) -> None:
    _centred(document, 32, diploma.publisher, FROM)
    _centred(document, 52, "  ".join(diploma.kind), KIND, "B")
    size = NAME
    document.set_font("sc", "B", size)
    while document.get_string_width(diploma.name) > document.epw and size > SMALL:
        size -= 1
        document.set_font("sc", "B", size)
    _centred(document, 84, diploma.name, size, "B")
    document.line(52, 101, document.w - 52, 101)
    document.set_y(112)


def _centred(document: Paper, top: float, text: str, size: float, style: str = "") -> None:
    document.set_font("sc", style, size)
    for number, line in enumerate(document.wrapped(text, document.epw)):
        document.set_xy(INSIDE, top + number * size * LEADING)
        document.cell(document.epw, size * LEADING, line, align="C")


def _fact(document: Paper, name: str, value: str) -> None:
    top, line = document.get_y(), FACT * LEADING
    document.set_font("sc", "", FACT)
    document.set_text_color(85, 99, 111)
    document.set_xy(INSIDE, top + 2)
    document.cell(LABEL, line, name)
    document.set_text_color(0, 0, 0)
    lines = document.wrapped(value, document.epw - LABEL)
    for number, text in enumerate(lines):
        document.set_xy(INSIDE + LABEL, top + 2 + number * line)
        document.cell(document.epw - LABEL, line, text)
    bottom = top + len(lines) * line + 4
    document.line(INSIDE, bottom, document.w - INSIDE, bottom)
    document.set_y(bottom)


def _verifying(document: Paper, diploma: Diploma) -> None:
    """The code, and beside it what to type for whoever cannot scan it."""
    top, left = document.h - 72, INSIDE
    put_code(document, diploma.link, left, top, CODE)
    left += CODE + 8
    document.set_left_margin(left)
    document.set_xy(left, top + 1)
    document.write_lines(_WORDS[0], SMALL, after=0)
    document.write_lines(diploma.code, CODE_TYPE, "B", after=3)
    document.write_lines(_WORDS[1], SMALL, after=0)
    document.write_lines(diploma.place, SMALL, after=0)
    document.write_lines(_WORDS[2], SMALL, after=0)
    document.set_left_margin(INSIDE)
