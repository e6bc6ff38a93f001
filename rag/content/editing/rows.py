"""The lines of a guideline file, each given to the heading or row it belongs to. Pure, and loses nothing.

`split_body` is a partition: its pieces, joined again, are the body byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from rag.content.models import Section

_HEADING = re.compile(r"^(#{2,3})\s+(.*?)\s*$")
_MARKED = re.compile(r"^(?P<mark>(?:\d+[.)]|[-*+](?: \[[ xX]\])?) +)(?P<text>.*)$")
_SECTIONS = {s.value: s for s in Section}

Role = Literal["start", "section", "group", "row"]


@dataclass
class Piece:
    """Consecutive lines of a body. ``mark`` is what stands before a row's text (``3. ``, ``- [ ] ``, nothing for an
    answer); ``place`` counts the rows of one list from 1; ``line`` counts the lines of the body from 0."""

    role: Role
    lines: list[str] = field(default_factory=list)
    section: Section | None = None
    heading: str = ""
    text: str = ""
    mark: str = ""
    place: int = 0
    line: int = 0


def split_body(lines: list[str]) -> list[Piece]:
    """The pieces of a body, in order; blank lines belong to the piece above them."""
    pieces = [Piece("start")]
    place, heading = 0, ""
    section: Section | None = None
    for number, line in enumerate(lines):
        bare = line.rstrip("\r")
        title, marked = _HEADING.match(bare), _MARKED.match(bare)
        if title and len(title[1]) == 2:
            section, heading, place = _SECTIONS.get(title[2], section), "", 0
            pieces.append(Piece("section", [line], section, line=number))
        elif title:
            heading, place = title[2], 0
            role: Role = "row" if section is Section.FAQ else "group"
            pieces.append(Piece(role, [line], section, heading, line=number))
        elif marked and section is not Section.FAQ:
            place += 1
            pieces.append(
                Piece("row", [line], section, heading, marked["text"].strip(), marked["mark"], place, number)
            )
        elif bare.strip() and section is not Section.FAQ and section is not None:
            pieces.append(Piece("row", [line], section, heading, bare.strip(), "", 0, number))
        else:
            pieces[-1].lines.append(line)
    for piece in pieces:
        if piece.role == "row" and piece.section is Section.FAQ:
            piece.text = "\n".join(_paragraphs(piece.lines[1:]))
    return pieces


def _paragraphs(lines: list[str]) -> Iterator[str]:
    """The paragraphs of an answer, the lines of each joined."""
    held: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            held.append(line.strip())
        elif held:
            yield "".join(held)
            held = []
