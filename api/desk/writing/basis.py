"""A legal basis chosen from lists, or typed: law -> article -> 款 and 项, with the article's text where it was imported."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.desk.writing.drafts import Draft
from api.problems import ProblemError
from rag.content import LawLibrary, Registers, format_label, read_basis

if TYPE_CHECKING:
    from api.state import State

BEGINNING = 24
_ITEM = re.compile(r"^[（(]\s*[零〇一二三四五六七八九十百\d]+\s*[)）]")


@dataclass(frozen=True)
class Listed:
    """An article in the list: its label, how it begins, its text by line, and what of it may be cited (value, label);
    the value is the label itself, such as 第一款第（二）项, empty for the whole article."""

    number: int
    label: str
    begins: str
    lines: tuple[str, ...]
    parts: tuple[str, ...]


def articles(registers: Registers, library: LawLibrary, short_title: str, day: dt.date) -> list[Listed]:
    """The articles of the version of a law in force on a day; empty if there is none."""
    law = registers.laws.get(short_title)
    version = law.version_on(day) if law else None
    if law is None or version is None:
        return []
    found = []
    for number in range(version.first_article, version.first_article + version.articles):
        article = library.article(law, number, day)
        lines = article.paragraphs if article else ()
        label = format_label(number, unit=version.unit)
        begins = lines[0].removeprefix(label).strip()[:BEGINNING] if lines else ""
        found.append(Listed(number, label, begins, lines, tuple(_parts(lines))))
    return found


def _parts(lines: Sequence[str]) -> list[str]:
    """The 款 and 项 of an article, as they are cited; a 款 is named only where there are several."""
    several = sum(not _ITEM.match(line) for line in lines) > 1
    parts, paragraph, item = [], 0, 0
    for line in lines:
        if _ITEM.match(line):
            item += 1
            parts.append(format_label(1, [paragraph] if several else [], [item]).removeprefix("第一条"))
        else:
            paragraph, item = paragraph + 1, 0
            if several:
                parts.append(format_label(1, [paragraph]).removeprefix("第一条"))
    return parts


def cite_of(state: State, draft: Draft, typed: str, law: str, article: str, part: str) -> str:
    """What is written into a clause: 《电子商务法》第十七条.

    Raises:
        ProblemError: 422, it names no article in force on the day of the draft; says what there is.
    """
    registers = state.engine.corpus().registers
    text = typed.strip()
    if not text:
        chosen = articles(registers, state.laws, law, draft.version)
        found = next((a for a in chosen if str(a.number) == article), None)
        if found is None or (part and part not in found.parts):
            raise ProblemError(
                422,
                "invalid",
                "没有选到哪一条",
                "先选法律，再选条；或者直接输入，例如“电子商务法第十七条”。",
                at="part" if law else "typed",
            )
        text = f"《{law}》{found.label}{part}"
    good, bad = read_basis(text, registers.laws, state.laws, draft.version)
    if bad or not good:
        raise ProblemError(
            422,
            "invalid",
            f"没有认出“{text[:60]}”",
            bad[0] if bad else "写上法律名和条号，例如“电子商务法第十七条”。",
            at="typed" if typed.strip() else "part",
        )
    return "、".join(b.cite for b in good)
