"""A law file of any form -> its paragraphs in order: text, html, Word.

What a reader sees is what is returned: automatic numbers are written out, tracked insertions taken, deletions left
out, lines joined by Shift+Enter parted. A row of a table is one paragraph of the form ``| a | b |`` (`ROW`).
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from rag.content.numbering import Numbering, W
from rag.ground import ContentError

if TYPE_CHECKING:
    from lxml.etree import _Element

SUFFIXES = (".md", ".txt", ".docx", ".html", ".htm")
ROW = "| "
MAX_UNPACKED = 60_000_000
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_GONE = {f"{W}del", f"{W}moveFrom", f"{W}txbxContent", f"{_MC}Fallback"}
_BLOCKS = (
    "p", "div", "li", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "section", "article", "dd", "dt", "title", "body",
)  # fmt: skip
_OTHER = {".doc": "docx", ".wps": "docx", ".rtf": "docx", ".pdf": "docx 或 txt", ".ofd": "docx 或 txt"}


def law_files(source: Path) -> list[Path]:
    """The files to import below ``source`` (a file or a folder); README and what programs leave behind are left out."""
    if source.is_file():
        return [source]
    files = (p for p in sorted(source.rglob("*")) if p.suffix.lower() in (*SUFFIXES, *_OTHER) and p.is_file())
    return [p for p in files if not p.name.upper().startswith(("README", "~$", "."))]


def read_paragraphs(path: Path) -> tuple[list[str], dict[str, str]]:
    """Paragraphs of a file in order, none empty, and the fields of its front matter (html: its title), if any.

    Raises:
        ContentError: the file cannot be read; says in which form to save it.
    """
    suffix = path.suffix.lower()
    if suffix in _OTHER:
        raise ContentError(f"{path.name}：读不了 {suffix} 文件。", f"另存为 {_OTHER[suffix]} 后再导入。")
    if suffix == ".docx":
        return _lines(_word(str(path), path.name)), {}
    text = decode(path.read_bytes(), path.name)
    if suffix in (".html", ".htm"):
        return _html(text)
    fields, rest = _parted(text)
    return _lines(rest), fields


def decode(raw: bytes, name: str) -> str:
    """Text of UTF-8, UTF-16 with its mark, or GB18030 (what Chinese Windows calls ANSI).

    Raises:
        ContentError: none of them.
    """
    coding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    for attempt in (coding, "gb18030"):
        try:
            return raw.decode(attempt)
        except UnicodeDecodeError:
            continue
    raise ContentError(f"{name}：不是文本文件，或者文件已损坏。", "另存为 UTF-8 文本或 docx 后再导入。")


def _lines(texts: Iterator[str] | str) -> list[str]:
    joined = texts if isinstance(texts, str) else "\n".join(texts)
    return [line.strip() for line in joined.splitlines() if line.strip()]


def _parted(text: str) -> tuple[dict[str, str], str]:
    """The fields of the front matter, and what stands below it."""
    if not text.startswith("---\n"):
        return {}, text
    head, _, rest = text[4:].partition("\n---\n")
    pairs = (line.split(":", 1) for line in head.splitlines() if ":" in line)
    return {key.strip(): value.strip() for key, value in pairs}, rest


def _row(cells: list[str]) -> str:
    return ROW + " | ".join(re.sub(r"\s+", " ", cell).strip() for cell in cells) + " |"


# html


def _html(text: str) -> tuple[list[str], dict[str, str]]:
    """Paragraphs end at block tags and <br> only; scripts, styles and navigation are left out."""
    from bs4 import BeautifulSoup, NavigableString

    soup = BeautifulSoup(text, "html.parser")
    for tag in soup(["script", "style", "noscript", "template", "nav"]):
        tag.decompose()
    for string in soup.find_all(string=re.compile("\n")):
        string.replace_with(NavigableString(re.sub(r"[ \t\r]*\n\s*", "", string)))
    heading = soup.find("h1") or soup.find("title")
    title = re.split(r"[_|—–-]", heading.get_text())[0].strip() if heading else ""
    for row in soup.find_all("tr"):
        cells = [cell.get_text() for cell in row.find_all(["td", "th"])]
        if len(cells) > 1 and not row.find("table"):
            row.string = f"\n{_row(cells)}\n"
    for tag in soup.find_all("br"):
        tag.replace_with("\n")
    for tag in soup.find_all(_BLOCKS):
        tag.insert_before("\n")
        tag.insert_after("\n")
    return _lines(soup.get_text()), {"title": title} if title else {}


# Word


def word_paragraphs(file: BinaryIO, name: str, most: int = MAX_UNPACKED) -> list[str]:
    """Paragraphs of a Word file that is open, none empty; ``name`` is for messages, ``most`` the bytes it may unpack to.

    Raises:
        ContentError: it is none.
    """
    return _lines(_word(file, name, most))


def cells_of(line: str) -> list[str]:
    """The cells of a row of a table, or a paragraph alone."""
    return (
        [c.strip() for c in line.removeprefix("|").removesuffix("|").split(" | ")]
        if line.startswith(ROW)
        else [line]
    )


def _word(file: str | BinaryIO, name: str, most: int = MAX_UNPACKED) -> Iterator[str]:
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    _refuse_bomb(file, name, most)
    try:
        document = docx.Document(file)
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, SyntaxError, OSError) as error:
        raise ContentError(
            f"{name}：不是 Word 文档（docx），或者文件已损坏。",
            "用 Word 或 WPS 打开，另存为 docx 后再导入。",
        ) from error
    yield from _blocks(document.element.body, Numbering.of(document))


def _refuse_bomb(file: str | BinaryIO, name: str, most: int) -> None:
    """Raises: ContentError, if the file unpacks to more than any law needs."""
    try:
        with zipfile.ZipFile(file) as archive:
            size = sum(part.file_size for part in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError):
        return  # python-docx says what is wrong with it
    if size > most:
        raise ContentError(f"{name}：解压后太大，没有打开。", "只留文字，去掉图片后另存为 docx 再导入。")


def _blocks(parent: _Element, numbering: Numbering) -> Iterator[str]:
    """Paragraphs and rows below ``parent``; a paragraph whose mark was deleted goes on in the next."""
    kept = ""
    for child in parent:
        if child.tag == f"{W}p":
            kept += numbering.label(child) + "".join(_text(child))
            if child.find(f"{W}pPr/{W}rPr/{W}del") is None:
                yield kept
                kept = ""
        elif child.tag == f"{W}tbl":
            yield from _table(child, numbering)
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml"):
            yield from _blocks(child, numbering)
    yield kept


def _table(table: _Element, numbering: Numbering) -> Iterator[str]:
    """A row a line; a cell merged downwards is repeated, so that each row can be read alone. One cell is plain text."""
    above: list[str] = []
    for row in table.iter(f"{W}tr"):
        if row.getparent() is not table or row.find(f"{W}trPr/{W}del") is not None:
            continue
        cells = row.findall(f"{W}tc")
        texts = ["\n".join(t for t in _blocks(cell, numbering) if t.strip()) for cell in cells]
        for index, cell in enumerate(cells):
            merge = cell.find(f"{W}tcPr/{W}vMerge")
            if merge is not None and merge.get(f"{W}val") != "restart" and index < len(above):
                texts[index] = above[index]
        above = texts
        yield texts[0] if len(texts) == 1 else _row(texts)


def _text(node: _Element) -> Iterator[str]:
    for child in node:
        if child.tag in _GONE:
            continue
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag in (f"{W}br", f"{W}cr"):
            yield "\n"
        elif child.tag == f"{W}tab":
            yield " "
        elif child.tag == f"{W}noBreakHyphen":
            yield "-"
        elif child.tag != f"{W}pPr":
            yield from _text(child)
