"""A guideline file as a form, and back. Reading and writing an unchanged one gives the same bytes; an edit touches only
the lines of what was edited (and the numbers after a row that was put in or taken out)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import yaml
from pydantic import Field

from rag.content.editing.rows import Piece, split_body
from rag.content.models import Section
from rag.ground import ContentError, Frozen, load_yaml

_KEY = re.compile(r"^([a-z_]+):")
_OPENER = re.compile(r"^(?:(?:#{1,6}|[-*+>]|\d+[.)])(?:\s+|$))+")
_BOM = "\ufeff"

Status = Literal["draft", "review", "published", "withdrawn"]


class Row(Frozen):
    """One clause of the form. ``id`` stays with it however it is moved; ``heading`` is the question of a Q&A or the
    group of a step."""

    id: str
    section: Section
    heading: str = ""
    text: str


class Document(Frozen):
    """A guideline version as it is edited. ``rows`` stand in the order of the page."""

    title: str
    operator: str
    topics: tuple[str, ...] = ()
    status: Status = "draft"
    revision: int = Field(default=1, ge=1)
    verified_on: dt.date
    summary: str = ""
    changes: str | None = None
    rows: tuple[Row, ...] = ()


HEAD = tuple(name for name in Document.model_fields if name != "rows")


def read_document(text: str) -> Document:
    """The form of a file; rows are named by section and ordinal, as clauses are (``must-3``).

    Raises:
        ContentError: the file has no readable head.
    """
    source = _Source(text)
    rows = [
        Row(id=i, section=p.section, heading=p.heading, text=p.text) for i, p in source.rows() if p.section
    ]
    return Document.model_validate({**source.values, "rows": rows})


def write_document(document: Document, source: str = "") -> str:
    """The file of a form.

    Args:
        document: what is to be written.
        source: the file it was read from; lines of what did not change are taken from there. Empty for a new one.
    """
    return _Source(source).written(document) if source else _Source(_blank(document)).written(document)


def row_lines(text: str) -> dict[str, int]:
    """The line (from 1) at which each row of a file starts, by the row's id as `read_document` names it."""
    source = _Source(text)
    return {i: p.line + source.offset + 1 for i, p in source.rows()}


def plain(text: str, *, paragraphs: bool = False) -> str:
    """Typed text as a clause holds it: one line (an answer: one line a paragraph), without list marks before it."""
    lines = [_OPENER.sub("", line.strip()) for line in text.replace("\r", "\n").split("\n")]
    return ("\n" if paragraphs else "").join(line for line in lines if line)


class _Source:
    """A file taken apart into lines; ``offset`` is the number of lines above the body."""

    def __init__(self, text: str) -> None:
        self.bom = _BOM if text.startswith(_BOM) else ""
        lines = text.removeprefix(_BOM).split("\n")
        marks = [i for i, line in enumerate(lines) if line.strip() == "---"][:2]
        if len(marks) < 2 or marks[0] != 0:
            raise ContentError("这一版的文件没有文件头，打不开。", "请管理员用 hegui check 查看并修好它。")
        self.eol = "\r" if lines[0].endswith("\r") else ""
        self.head, self.offset = lines[: marks[1] + 1], marks[1] + 1
        body = lines[self.offset :]
        size = next((i for i in range(len(body), 0, -1) if body[i - 1].strip()), 0)
        self.pieces, self.end = split_body(body[:size]), body[size:]
        try:
            raw = load_yaml("\n".join(self.head[1:-1])) or {}
            self.values: dict[str, Any] = {k: raw[k] for k in HEAD if k in raw}
        except (yaml.YAMLError, ValueError, TypeError) as error:
            raise ContentError(
                "这一版的文件头读不出来，打不开。", "请管理员用 hegui check 查看并修好它。"
            ) from error

    def rows(self) -> Iterator[tuple[str, Piece]]:
        """Every row with its id."""
        counts: dict[Section, int] = {}
        for piece in self.pieces:
            if piece.role == "row" and piece.section is not None:
                counts[piece.section] = counts.get(piece.section, 0) + 1
                yield f"{piece.section.slug}-{counts[piece.section]}", piece

    def written(self, document: Document) -> str:
        lines = [*self._head(document), *self._body(document)]
        return self.bom + "\n".join(lines)

    # head

    def _head(self, document: Document) -> Iterator[str]:
        new = document.model_dump(exclude={"rows"})
        new["topics"] = list(document.topics)
        parts = self._head_parts()
        yield self.head[0]
        for key in [*parts, *(k for k in HEAD if k not in parts)]:
            if key in parts and (key not in HEAD or _same(self.values.get(key), new[key])):
                yield from parts[key]
            elif new.get(key) is not None:
                yield f"{key}: {_yaml(new[key])}{self.eol}"
        yield self.head[-1]

    def _head_parts(self) -> dict[str, list[str]]:
        """The lines of each key, in order; lines before the first key are kept under an empty name."""
        parts: dict[str, list[str]] = {}
        key = ""
        for line in self.head[1:-1]:
            if match := _KEY.match(line):
                key = match[1]
            parts.setdefault(key, []).append(line)
        return parts

    # body

    def _body(self, document: Document) -> Iterator[str]:
        before = dict(self.rows())
        yield from self.pieces[0].lines
        kept = {p.section: p for p in self.pieces if p.role == "section"}
        for section in Section:
            rows = [r for r in document.rows if r.section is section]
            empty = section in kept and not any(p.section is section for p in before.values())
            if rows or empty:
                yield from kept[section].lines if section in kept else [f"## {section.value}{self.eol}"]
                yield from self._section(rows, before)
        yield from self.end

    def _section(self, rows: list[Row], before: Mapping[str, Piece]) -> Iterator[str]:
        groups = {(p.section, p.heading): p.lines for p in self.pieces if p.role == "group"}
        heading, place = "", 0
        for row in rows:
            if row.section is not Section.FAQ and row.heading != heading:
                heading, place = row.heading, 0
                yield from groups.get((row.section, heading), [f"### {heading}{self.eol}"])
            place += 1
            yield from self._row(row, before.get(row.id), place)

    def _row(self, row: Row, old: Piece | None, place: int) -> list[str]:
        if old is not None and old.section is not row.section:
            old = None
        same = old is not None and (old.heading, old.text) == (row.heading, row.text)
        if row.section is Section.FAQ:
            text = row.text.replace("\n", f"{self.eol}\n{self.eol}\n").split("\n")
            return (
                old.lines
                if old and same
                else [f"### {row.heading}{self.eol}", *(f"{t}{self.eol}" for t in text)]
            )
        if old is None:
            mark = "- [ ] " if row.section is Section.CHECKLIST else f"{place}. "
            return [f"{mark}{row.text}{self.eol}"]
        if old.text == row.text and old.place in (0, place):
            return old.lines
        mark = re.sub(r"^\d+", str(place), old.mark) if old.place != place else old.mark
        return [f"{mark}{row.text}{self.eol}", *old.lines[1:]]


def _same(old: Any, new: Any) -> bool:
    return list(old) == list(new) if isinstance(old, list | tuple) else old == new


def _yaml(value: Any) -> str:
    """A value as it stands behind its key."""
    text = yaml.safe_dump(value, allow_unicode=True, width=10**6, default_flow_style=True)
    return text.removesuffix("\n").removesuffix("\n...").strip()


def _blank(document: Document) -> str:
    return f"---\ntitle: {_yaml(document.title)}\n---\n"
