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
from fpdf.fonts import TTFFont
from fpdf.outline import OutlineSection

from rag.training.paper import BODY, LEADING, MARGIN, TOP, Paper, draw
from rag.training.sheets import Sheet

FONT = "fonts/ofl/notosanssc/NotoSansSC[wght].ttf"
WEIGHTS = {"": 400, "B": 700}
CODE, TITLE = 26.0, 22.0
# Millimetres of line for each point of type: the first with which the last page is not left nearly empty.
_LEADINGS = (LEADING, 0.56, 0.54, 0.6)
_FEW = 50.0  # millimetres on a page that are nearly empty
_ALWAYS = "0123456789第页共目录—{}nb. ·年月日"

logging.getLogger("fontTools").setLevel(logging.ERROR)
logging.getLogger("fpdf").setLevel(logging.ERROR)


def render_pdf(sheet: Sheet, *, publisher: str, day: dt.date) -> bytes:
    """The sheet as A4 pages."""
    foot = f"{publisher or '直播电商合规知识库'} · {day} 印制"
    text = "".join([sheet.title, sheet.subtitle, foot, *(b.text + "".join(b.cells) for b in sheet.blocks)])
    with tempfile.TemporaryDirectory() as folder:
        fonts = {style: Path(folder) / f"sc{weight}.ttf" for style, weight in WEIGHTS.items()}
        for style, path in fonts.items():
            path.write_bytes(_font(text + _ALWAYS, WEIGHTS[style]))
        drawn = list[Paper]()
        for leading in _LEADINGS:
            drawn.append(_drawn(sheet, foot, fonts, leading))
            if drawn[-1].page_no() == 1 or drawn[-1].get_y() > MARGIN + _FEW:
                break
        body = bytes(max(drawn, key=FPDF.get_y).output())
        for font in (f for document in drawn for f in document.fonts.values()):
            if isinstance(font, TTFFont):
                font.ttfont.close()
        return body


def _drawn(sheet: Sheet, foot: str, fonts: dict[str, Path], leading: float) -> Paper:
    document = Paper(foot, leading)
    for style, path in fonts.items():
        document.add_font("sc", style, str(path))
    document.set_title(sheet.title)
    document.set_lang("zh-CN")
    _first_page(document, sheet)
    draw(document, sheet.blocks)
    return document


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


def _first_page(document: Paper, sheet: Sheet) -> None:
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
