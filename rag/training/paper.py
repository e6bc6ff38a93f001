"""The A4 page: lines that break where Chinese may, blocks that stay together, tables whose head returns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fpdf import FPDF

from rag.training.sheets import Block

MARGIN = 20.0
LEADING = 0.58  # millimetres of line for each point of type
BODY, CELL, SMALL, SUB, TOP = 11.0, 10.0, 9.0, 12.0, 16.0
_WHOLE = 34.0  # a paragraph no taller is not broken over two pages
_FEW = 50.0  # millimetres on a page that are nearly empty
_NOT_FIRST = frozenset("，。、；：！？）》”’」』】〉…—·％%)],.;:!?")
_NOT_LAST = frozenset("（《“‘「『【〈([")
_SHARES = {2: (0.3, 0.7), 3: (0.18, 0.34, 0.48), 4: (0.4, 0.24, 0.18, 0.18)}
#: Type, style, indent, room before (not at the head of a page) and behind, of each kind of words.
_LOOKS = {
    "top": (TOP, "B", 0.0, 6.0, 2.0),
    "sub": (SUB, "B", 0.0, 3.5, 1.0),
    "ask": (BODY, "B", 6.0, 1.5, 0.5),
    "small": (SMALL, "", 0.0, 0.0, 1.5),
    "item": (BODY, "", 6.0, 0.0, 1.5),
    "text": (BODY, "", 0.0, 0.0, 1.5),
}
_LINE = 9.0


class Paper(FPDF):
    """A4 with a line at the foot of each page. ``sparse``: how many parts end with a page that is nearly empty."""

    def __init__(self, foot: str, leading: float = LEADING) -> None:
        super().__init__(format="A4")
        self.foot, self.leading, self.sparse = foot, leading, 0
        self._widths: dict[tuple[str, float, str], float] = {}
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
            self.cell(0, size * self.leading, line, new_x="LMARGIN", new_y="NEXT")
        self.ln(after)

    def wrapped(self, text: str, width: float) -> list[str]:
        """Lines no wider than ``width`` in the present font."""
        width -= 2 * self.c_margin
        lines: list[str] = []
        for paragraph in text.split("\n"):
            line, used = "", 0.0
            for char in paragraph:
                wide = self._wide(char)
                if used + wide > width and char not in _NOT_FIRST:
                    kept = line.rstrip("".join(_NOT_LAST)) or line
                    lines.append(kept)
                    line = line[len(kept) :]
                    used = self.get_string_width(line)
                line, used = line + char, used + wide
            lines.append(line)
        return lines

    def _wide(self, char: str) -> float:
        key = (self.font_style, self.font_size_pt, char)
        if key not in self._widths:
            self._widths[key] = self.get_string_width(char)
        return self._widths[key]


def draw(document: Paper, blocks: Sequence[Block]) -> None:
    """The blocks below one another; what holds its next one is not parted from it unless a page is too small."""
    head: Block | None = None
    begun = document.page_no()
    for unit in _units(blocks):
        if unit[0].kind == "page":
            document.sparse += _ends_sparse(document, begun)
            begun = document.page_no() + 1
        tall = sum(_height(document, b) for b in unit)
        if unit[0].kind != "row":  # a row turns its page itself, with the head of its table
            whole = len(unit) > 1 and tall < document.h - 2 * MARGIN
            _keep(document, tall if whole else min(tall, _WHOLE))
        for block in unit:
            head = block if block.kind == "head" else head if block.kind == "row" else None
            _block(document, block, head)
    document.sparse += _ends_sparse(document, begun)


def _ends_sparse(document: Paper, begun: int) -> bool:
    return document.page_no() > begun and document.get_y() < MARGIN + _FEW


def _units(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    unit = list[Block]()
    for block in blocks:
        unit.append(block)
        if not block.holds_next:
            yield unit
            unit = []
    if unit:
        yield unit


def _block(document: Paper, block: Block, head: Block | None) -> None:
    match block.kind:
        case "page":
            document.add_page()
        case "line":
            _keep(document, _LINE + 1)
            document.ln(_LINE)
            document.line(MARGIN, document.get_y(), document.w - MARGIN, document.get_y())
        case "head":
            _row(document, block.cells, "B")
        case "row":
            if document.get_y() + _height(document, block) > document.h - MARGIN:
                document.add_page()
                if head:
                    _row(document, head.cells, "B")
            _row(document, block.cells)
        case _:
            size, style, indent, before, after = _LOOKS[block.kind]
            if document.get_y() > MARGIN + 1:
                document.ln(before)
            if block.kind == "top":
                document.start_section(block.text)
            document.write_lines(block.text, size, style, indent=indent, after=after)


def _height(document: Paper, block: Block) -> float:
    """Millimetres a block takes."""
    if block.kind == "page":
        return 0.0
    if block.kind == "line":
        return _LINE + 1
    if block.kind in ("head", "row"):
        columns = _columns(document, block.cells, "B" if block.kind == "head" else "")
        return max(map(len, columns)) * CELL * LEADING + 2
    size, style, indent, before, after = _LOOKS[block.kind]
    document.set_font("sc", style, size)
    lines = len(document.wrapped(block.text, document.epw - indent))
    return before + lines * size * document.leading + after


def _keep(document: Paper, room: float) -> None:
    """Begin a new page if less than ``room`` millimetres are left on this one."""
    if document.get_y() > MARGIN + 1 and document.get_y() + room > document.h - MARGIN:
        document.add_page()


def _shares(cells: tuple[str, ...]) -> tuple[float, ...]:
    return _SHARES.get(len(cells), (1 / len(cells),) * len(cells))


def _columns(document: Paper, cells: tuple[str, ...], style: str) -> list[list[str]]:
    document.set_font("sc", style, CELL)
    return [document.wrapped(c, document.epw * s) for c, s in zip(cells, _shares(cells), strict=True)]


def _row(document: Paper, cells: tuple[str, ...], style: str = "") -> None:
    """A row of a table with a line below."""
    columns, line = _columns(document, cells, style), CELL * LEADING
    top, left, tall = document.get_y(), MARGIN, max(map(len, columns)) * line + 2
    for lines, share in zip(columns, _shares(cells), strict=True):
        for number, text in enumerate(lines):
            document.set_xy(left, top + 1 + number * line)
            document.cell(document.epw * share, line, text)
        left += document.epw * share
    document.set_draw_color(190, 198, 206)
    document.line(MARGIN, top + tall, document.w - MARGIN, top + tall)
    document.set_xy(MARGIN, top + tall)
