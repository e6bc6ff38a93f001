"""Sheet -> PDF, with contents, page numbers, publisher, day and a code; the font is cut to the characters used."""

from __future__ import annotations

import datetime as dt
import io
import logging
import tempfile
from functools import partial
from importlib.resources import files
from pathlib import Path

import segno
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from fpdf import FPDF
from fpdf.outline import OutlineSection

from rag.training.sheets import Block, Sheet

FONT = "fonts/ofl/notosanssc/NotoSansSC[wght].ttf"
WEIGHTS = {"": 400, "B": 700}
MARGIN, CODE = 20.0, 26.0
BODY, SMALL, SUB, TOP, TITLE = 11.0, 9.0, 12.0, 16.0, 22.0
_LEADING = 0.58  # millimetres of line for each point of type
_NOT_FIRST = frozenset("，。、；：！？）》”’」』】〉…—·％%)],.;:!?")
_NOT_LAST = frozenset("（《“‘「『【〈([")
_ALWAYS = "0123456789第页共目录—{}nb. ·年月日"
_SHARES = {2: (0.3, 0.7), 3: (0.18, 0.34, 0.48), 4: (0.4, 0.24, 0.18, 0.18)}

logging.getLogger("fontTools").setLevel(logging.ERROR)
logging.getLogger("fpdf").setLevel(logging.ERROR)


def render_pdf(sheet: Sheet, *, publisher: str, day: dt.date) -> bytes:
    """The sheet as A4 pages."""
    document = _Paper(f"{publisher or '直播电商合规知识库'} · {day} 印制")
    text = "".join(
        [sheet.title, sheet.subtitle, document.foot, *(b.text + "".join(b.cells) for b in sheet.blocks)]
    )
    with tempfile.TemporaryDirectory() as folder:
        for style, weight in WEIGHTS.items():
            path = Path(folder) / f"sc{weight}.ttf"
            path.write_bytes(_font(text + _ALWAYS, weight))
            document.add_font("sc", style, str(path))
        document.set_title(sheet.title)
        document.set_lang("zh-CN")
        _first_page(document, sheet)
        _body(document, sheet.blocks)
        return bytes(document.output())


def _font(text: str, weight: int) -> bytes:
    """Noto Sans SC of one weight with the characters of ``text`` alone."""
    options = subset.Options()
    options.layout_features, options.hinting, options.notdef_outline = [], False, True
    font = TTFont(str(files("justmytype_intl_cjk") / FONT))
    chosen = subset.Subsetter(options)
    chosen.populate(text=text)
    chosen.subset(font)
    out = io.BytesIO()
    instancer.instantiateVariableFont(font, {"wght": weight}).save(out)
    return out.getvalue()


class _Paper(FPDF):
    """A4 with a line at the foot of each page."""

    def __init__(self, foot: str) -> None:
        super().__init__(format="A4")
        self.foot = foot
        self.set_margins(MARGIN, MARGIN, MARGIN)
        self.set_auto_page_break(True, MARGIN)

    def footer(self) -> None:
        """Who, when, and which page of how many."""
        self.set_y(-14)
        self.set_font("sc", "", SMALL)
        self.set_text_color(85, 99, 111)
        self.cell(self.epw * 0.7, 6, self.foot)
        self.cell(0, 6, f"第 {self.page_no()} 页 / 共 {{nb}} 页", align="R")
        self.set_text_color(0, 0, 0)

    def write_lines(
        self, text: str, size: float, style: str = "", *, indent: float = 0.0, after: float = 1.5
    ) -> None:
        """A paragraph; no line begins with a closing mark or ends with an opening one."""
        self.set_font("sc", style, size)
        for line in self.wrapped(text, self.epw - indent):
            self.set_x(self.l_margin + indent)
            self.cell(0, size * _LEADING, line, new_x="LMARGIN", new_y="NEXT")
        self.ln(after)

    def wrapped(self, text: str, width: float) -> list[str]:
        """Lines no wider than ``width`` in the present font."""
        width -= 2 * self.c_margin
        lines: list[str] = []
        for paragraph in text.split("\n"):
            line, used = "", 0.0
            for char in paragraph:
                wide = self.get_string_width(char)
                if used + wide > width and char not in _NOT_FIRST:
                    kept = line.rstrip("".join(_NOT_LAST)) or line
                    lines.append(kept)
                    line = line[len(kept) :]
                    used = self.get_string_width(line)
                line, used = line + char, used + wide
            lines.append(line)
        return lines


def _first_page(document: _Paper, sheet: Sheet) -> None:
    document.add_page()
    if sheet.link:
        code = io.BytesIO()
        segno.make(sheet.link, error="m").save(code, kind="png", scale=8, border=1)
        document.image(code, x=document.w - MARGIN - CODE, y=MARGIN, w=CODE, alt_text=f"二维码：{sheet.link}")
        document.set_right_margin(MARGIN + CODE + 4)
    document.write_lines(sheet.title, TITLE, "B", after=2)
    document.write_lines(sheet.subtitle, BODY, after=4)
    document.set_right_margin(MARGIN)
    document.set_y(max(document.get_y(), MARGIN + CODE + 6 if sheet.link else 0))
    if sheet.contents:
        document.insert_toc_placeholder(partial(_contents), allow_extra_pages=True)


def _contents(document: FPDF, outline: list[OutlineSection]) -> None:
    document.set_x(MARGIN)
    document.set_font("sc", "B", TOP)
    document.cell(0, 12, "目录", new_x="LMARGIN", new_y="NEXT")
    document.set_font("sc", "", BODY)
    for section in outline:
        place = document.add_link(page=section.page_number)
        document.cell(document.epw - 15, 8, section.name, link=place)
        document.cell(15, 8, str(section.page_number), align="R", link=place, new_x="LMARGIN", new_y="NEXT")


def _body(document: _Paper, blocks: tuple[Block, ...]) -> None:
    for block in blocks:
        match block.kind:
            case "page":
                document.add_page()
            case "top":
                _keep(document, 30)
                document.start_section(block.text)
                document.write_lines(block.text, TOP, "B", after=2)
            case "sub":
                _keep(document, 20)
                document.ln(1.5)
                document.write_lines(block.text, SUB, "B", after=1)
            case "line":
                _keep(document, 10)
                document.ln(9)
                document.line(MARGIN, document.get_y(), document.w - MARGIN, document.get_y())
            case "row":
                _row(document, block.cells)
            case "small":
                document.write_lines(block.text, SMALL)
            case _:
                document.write_lines(block.text, BODY, indent=6 if block.kind == "item" else 0)


def _keep(document: _Paper, room: float) -> None:
    """Begin a new page if less than ``room`` millimetres are left on this one."""
    if document.get_y() + room > document.h - MARGIN:
        document.add_page()


def _row(document: _Paper, cells: tuple[str, ...]) -> None:
    """A row of a table with a line below."""
    document.set_font("sc", "", 10)
    shares = _SHARES.get(len(cells), (1 / len(cells),) * len(cells))
    columns = [document.wrapped(c, document.epw * s) for c, s in zip(cells, shares, strict=True)]
    line = 10 * _LEADING
    tall = max(map(len, columns)) * line + 2
    _keep(document, tall)
    top, left = document.get_y(), MARGIN
    for lines, share in zip(columns, shares, strict=True):
        for number, text in enumerate(lines):
            document.set_xy(left, top + 1 + number * line)
            document.cell(document.epw * share, line, text)
        left += document.epw * share
    document.set_draw_color(190, 198, 206)
    document.line(MARGIN, top + tall, document.w - MARGIN, top + tall)
    document.set_xy(MARGIN, top + tall)
