"""The type of the papers: Noto Sans SC from a package, cut to the characters that are used."""

from __future__ import annotations

import io
import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer
from fpdf import FPDF
from fpdf.fonts import TTFFont

FONT = "fonts/ofl/notosanssc/NotoSansSC[wght].ttf"
WEIGHTS = {"": 400, "B": 700}
_ALWAYS = "0123456789第页共目录—{}nb. ·/年月日"
# Tables for shaping and for vertical lines: nothing here uses them, and reading them takes most of the time.
_UNUSED = ("BASE", "GDEF", "GPOS", "GSUB", "STAT", "vhea", "vmtx")

logging.getLogger("fontTools").setLevel(logging.ERROR)
logging.getLogger("fpdf").setLevel(logging.ERROR)


@contextmanager
def cut_fonts(text: str) -> Iterator[dict[str, Path]]:
    """Files with the characters of ``text``, by fpdf's name of the weight; gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        fonts = {style: Path(folder) / f"sc{weight}.ttf" for style, weight in WEIGHTS.items()}
        for style, path in fonts.items():
            path.write_bytes(_font(text + _ALWAYS, WEIGHTS[style]))
        yield fonts


def finished(chosen: FPDF, *drawn: FPDF) -> bytes:
    """The file of ``chosen``; the fonts of all that were drawn are closed."""
    body = bytes(chosen.output())
    for font in (f for document in (chosen, *drawn) for f in document.fonts.values()):
        if isinstance(font, TTFFont):
            font.ttfont.close()
    return body


def unprintable(text: str) -> str:
    """The characters the font does not have, each once."""
    return "".join(dict.fromkeys(c for c in text if not c.isspace() and ord(c) not in _known()))


@cache
def _known() -> frozenset[int]:
    with TTFont(_path(), lazy=True) as font:
        return frozenset(font.getBestCmap())


def _path() -> str:
    return str(files("justmytype_intl_cjk") / FONT)


def _font(text: str, weight: int) -> bytes:
    """One weight with the characters of ``text`` alone."""
    options = subset.Options()
    options.layout_features, options.hinting, options.notdef_outline = [], False, True
    out = io.BytesIO()
    with TTFont(_path(), lazy=True) as font:
        for table in _UNUSED:
            if table in font:
                del font[table]
        chosen = subset.Subsetter(options)
        chosen.populate(text=text)
        chosen.subset(font)
        instancer.instantiateVariableFont(font, {"wght": weight}, inplace=True)
        font.save(out)
    return out.getvalue()
