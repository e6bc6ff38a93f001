"""Sheet -> PDF, with contents, page numbers, publisher, day and a code."""

from __future__ import annotations

import datetime as dt
import io
from functools import partial
from pathlib import Path

import segno
from fpdf import FPDF
from fpdf.outline import OutlineSection

from rag.training.fonts import cut_fonts, finished
from rag.training.paper import BODY, LEADING, MARGIN, TOP, Paper, draw
from rag.training.sheets import Sheet

CODE, TITLE = 26.0, 22.0
# Millimetres of line for each point of type: the first with which no part ends with a page that is nearly empty.
_LEADINGS = (LEADING, 0.56, 0.54, 0.6, 0.5)


def render_pdf(sheet: Sheet, *, publisher: str, day: dt.date) -> bytes:
    """The sheet as A4 pages."""
    foot = foot_of(publisher, day)
    text = "".join([sheet.title, sheet.subtitle, foot, *(b.text + "".join(b.cells) for b in sheet.blocks)])
    with cut_fonts(text) as fonts:
        drawn = list[Paper]()
        for leading in _LEADINGS:
            drawn.append(_drawn(sheet, foot, fonts, leading))
            if not drawn[-1].sparse:
                break
        return finished(min(drawn, key=lambda d: (d.sparse, -d.get_y())), *drawn)


def foot_of(publisher: str, day: dt.date) -> str:
    """Who printed a paper, and when."""
    return f"{publisher or '直播电商合规知识库'} · {day} 印制"


def _drawn(sheet: Sheet, foot: str, fonts: dict[str, Path], leading: float) -> Paper:
    document = Paper(foot, leading)
    for style, path in fonts.items():
        document.add_font("sc", style, str(path))
    document.set_title(sheet.title)
    document.set_lang("zh-CN")
    _first_page(document, sheet)
    draw(document, sheet.blocks)
    return document


def _first_page(document: Paper, sheet: Sheet) -> None:
    document.add_page()
    if sheet.link:
        put_code(document, sheet.link, document.w - MARGIN - CODE, MARGIN, CODE)
        document.set_right_margin(MARGIN + CODE + 4)
    document.write_lines(sheet.title, TITLE, "B", after=2)
    document.write_lines(sheet.subtitle, BODY, after=4)
    document.set_right_margin(MARGIN)
    document.set_y(max(document.get_y(), MARGIN + CODE + 6 if sheet.link else 0))
    if sheet.contents:
        document.insert_toc_placeholder(partial(_contents), allow_extra_pages=True)


def put_code(document: FPDF, link: str, x: float, y: float, width: float) -> None:
    """A code that leads to ``link``."""
    code = io.BytesIO()
    segno.make(link, error="m").save(code, kind="png", scale=8, border=1)
    document.image(code, x=x, y=y, w=width, alt_text=f"二维码：{link}")


def _contents(document: FPDF, outline: list[OutlineSection]) -> None:
    document.set_x(MARGIN)
    document.set_font("sc", "B", TOP)
    document.cell(0, 12, "目录", new_x="LMARGIN", new_y="NEXT")
    document.set_font("sc", "", BODY)
    for section in outline:
        place = document.add_link(page=section.page_number)
        document.cell(document.epw - 15, 8, section.name, link=place)
        document.cell(15, 8, str(section.page_number), align="R", link=place, new_x="LMARGIN", new_y="NEXT")
