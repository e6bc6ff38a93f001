"""Slides and sheets as pages: on the server and, the same, in a folder without one."""

from __future__ import annotations

from pathlib import Path

import segno

from rag.ground import templates_of
from rag.training.models import Plan, Slide
from rag.training.sheets import LETTERS, Sheet

_PAGES = templates_of(__file__)
#: Scripts and styles of the pages; a package holds copies.
ASSETS = Path(__file__).with_name("templates")


def qr_svg(link: str) -> str:
    """A code as an inline picture; the address beside it is its text."""
    return segno.make(link, error="m").svg_inline(scale=4, border=2, omitsize=True, light="#fff")


_PAGES.filters["qr"] = qr_svg
_PAGES.globals["letters"] = LETTERS


def deck_page(title: str, slides: tuple[Slide, ...], *, assets: str, back: str = "") -> str:
    """The deck; ``assets`` is where its script and style are, ``back`` where its reader came from."""
    return _PAGES.get_template("deck.html").render(title=title, slides=slides, assets=assets, back=back)


def exercise_page(plan: Plan, *, assets: str) -> str:
    """The exercises to try alone, with the explanation after each."""
    return _PAGES.get_template("exercises.html").render(plan=plan, assets=assets)


def sheet_page(sheet: Sheet, *, assets: str) -> str:
    """A sheet to read and print."""
    return _PAGES.get_template("sheet.html").render(sheet=sheet, assets=assets)
