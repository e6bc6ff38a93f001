"""A Word file somebody mailed -> the rows of a draft: headings give the sections, numbered lines and table rows the clauses.

What is no heading becomes a row, so that nothing of the file is lost. A file that is a trap is refused before it is opened.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from rag.content.editing.document import Row, plain
from rag.content.lawfile import ROW, word_paragraphs
from rag.content.models import Section
from rag.ground import ContentError, Frozen

MAX_FILE, MAX_UNPACKED, MAX_PARTS = 5 * 2**20, 40 * 2**20, 2000
_NUMBER = re.compile(
    r"^(?:第[一二三四五六七八九十百零\d]+[条章节]|[（(]?[一二三四五六七八九十\d]+[）)、．.]|\d+(?:\.\d+)+|[-•●·○□☐√])\s*"
)
_STOP = re.compile(r"[。；，！：:]")
_WORDS = (
    (Section.MUST_NOT, ("不得", "禁止", "不能做", "不可以", "红线")),
    (Section.CHECKLIST, ("自查", "检查清单", "核对清单")),
    (Section.LIABILITY, ("法律责任", "罚则", "处罚", "法律后果")),
    (Section.FAQ, ("常见问题", "问答", "答疑")),
    (Section.HOWTO, ("怎么做", "操作", "步骤", "流程", "做法")),
    (Section.MUST, ("要做到", "应当", "应该", "义务", "要求", "必须")),
)


class Imported(Frozen):
    """What a Word file holds: its title (empty if it names none) and the rows in order."""

    title: str
    rows: tuple[Row, ...]


def read_word(data: bytes, name: str) -> Imported:
    """The rows of a Word file.

    Args:
        data: the file.
        name: what it is called, for messages.

    Raises:
        ContentError: too big, no docx, a trap, or nothing in it; says what to do.
    """
    name = name[:80]
    _refuse_traps(data, name)
    lines = word_paragraphs(io.BytesIO(data), name)
    if not lines:
        raise ContentError(
            f"{name} 里没有文字。", "如果内容是图片，请把文字打出来，或者请对方发能复制文字的文件。"
        )
    title = ""
    if len(lines) > 1 and len(lines[0]) <= 40 and not _STOP.search(lines[0]) and _section(lines[0]) is None:
        title, lines = plain(lines[0]), lines[1:]
    return Imported(title=title, rows=tuple(_numbered(_Reader().rows(lines))))


def _refuse_traps(data: bytes, name: str) -> None:
    if len(data) > MAX_FILE:
        raise ContentError(
            f"{name} 太大（超过 {MAX_FILE // 2**20} MB）。", "删去图片后另存一份，或者分几份导入。"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as pack:
            parts = pack.infolist()
            if len(parts) > MAX_PARTS or sum(p.file_size for p in parts) > MAX_UNPACKED:
                raise ContentError(
                    f"{name} 解开后大得不正常，没有打开。", "请对方把文字复制到新的 Word 文件里再发一次。"
                )
            for part in parts:
                if part.filename.endswith((".xml", ".rels")) and _has_entities(pack.read(part)):
                    raise ContentError(
                        f"{name} 里有指向外部文件的内容，没有打开。",
                        "请对方把文字复制到新的 Word 文件里再发一次。",
                    )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise ContentError(
            f"{name} 不是 Word 文档（docx），或者已经损坏。", "用 Word 或 WPS 打开，另存为 docx 后再导入。"
        ) from error


def _has_entities(part: bytes) -> bool:
    """Whether a part declares a document type, which Word never writes; in any encoding of XML."""
    flat = part.replace(b"\0", b"")
    return b"<!DOCTYPE" in flat or b"<!ENTITY" in flat


def _section(line: str) -> Section | None:
    """The section that a line is the heading of."""
    bare = _NUMBER.sub("", line).strip(" ：:　")
    if len(bare) > 14 or _STOP.search(bare) or bare.endswith(("？", "?")):
        return None
    return next((section for section, words in _WORDS if any(w in bare for w in words)), None)


_Found = tuple[Section, str, str]  # section, heading, text


class _Reader:
    """Walks the lines; holds the section, the heading (a question, a step's group), the answer, a table's first row."""

    def __init__(self) -> None:
        self.section, self.heading = Section.MUST, ""
        self.answer: list[str] = []
        self.head: list[str] = []

    def rows(self, lines: Sequence[str]) -> Iterator[_Found]:
        """Every row of the file."""
        for line, after in zip(lines, [*lines[1:], ""], strict=True):
            if line.startswith(ROW):
                yield from self._cells(line, after.startswith(ROW))
                continue
            self.head = []
            if (found := _section(line)) is not None:
                yield from self._answered()
                self.section, self.heading = found, ""
            elif self.section is Section.FAQ:
                yield from self._asked(line)
            elif self.section is Section.HOWTO and len(line) <= 12 and not _STOP.search(line):
                self.heading = _heading(line)
            else:
                yield self.section, self.heading if self.section is Section.HOWTO else "", _text(line)
        yield from self._answered()

    def _cells(self, line: str, more: bool) -> Iterator[_Found]:
        cells = [cell.strip() for cell in line.removeprefix(ROW).removesuffix(" |").split(" | ")]
        if not self.head and more:
            self.head = cells
        elif self.section is Section.FAQ:
            yield from self._answered()
            yield self.section, cells[0], "，".join(cells[1:])
        else:
            pairs = zip_longest(self.head, cells, fillvalue="")
            yield self.section, "", "；".join(f"{h}：{c}" if h else c for h, c in pairs if c)

    def _asked(self, line: str) -> Iterator[_Found]:
        if line.endswith(("？", "?")):
            yield from self._answered()
            self.heading = _heading(line)
        elif self.heading:
            self.answer.append(re.sub(r"^答[：:]\s*", "", line))
        else:
            yield self.section, "", _text(line)

    def _answered(self) -> Iterator[_Found]:
        if self.heading and self.section is Section.FAQ:
            yield self.section, self.heading, "\n".join(self.answer)
            self.heading = ""
        self.answer = []


def _numbered(rows: Iterator[_Found]) -> Iterator[Row]:
    for number, (section, heading, text) in enumerate(rows, 1):
        clean = plain(text, paragraphs=section is Section.FAQ)
        yield Row(id=f"{section.slug}-w{number}", section=section, heading=heading, text=clean)


def _heading(line: str) -> str:
    return plain(re.sub(r"^问[：:]\s*", "", _NUMBER.sub("", line)))


def _text(line: str) -> str:
    return _NUMBER.sub("", line).strip() or line
