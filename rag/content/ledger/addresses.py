"""Units of a law (款, 项) and how they are written: 12, 12.2, 12.2-4, 30.1.4."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rag.content.lawtext import LawText
from rag.content.models import LawRef

Shape = dict[int, tuple[int, ...]]
"""Article -> number of 项 of each of its 款, in order; 0: the 款 has no items."""


_PART = re.compile(r"(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-(\d+))?$")


TOKEN = re.compile(r"(\d+)(?:\[([\d:,]+)\])?$")


class Unit(NamedTuple):
    """A 项 of a 款, or a 款 without items (``item`` 0)."""

    article: int
    paragraph: int
    item: int = 0

    def __str__(self) -> str:
        return ".".join(map(str, self if self.item else self[:2]))


def parse_addresses(text: str) -> Iterator[tuple[int, ...]]:
    """``1, 3-5, 30.1.2-3`` -> (1,), (3,), (4,), (5,), (30, 1, 2), (30, 1, 3).

    Raises:
        ValueError: a part breaks the grammar; the message is the part.
    """
    for part in filter(None, re.split(r"[,，、\s]+", text)):
        match = _PART.match(part)
        if match is None:
            raise ValueError(part)
        address = [int(n) for n in match.groups()[:3] if n is not None]
        last = int(match[4] or address[-1])
        if last < address[-1]:
            raise ValueError(part)
        for number in range(address[-1], last + 1):
            yield (*address[:-1], number)


def format_units(units: Iterable[Unit]) -> str:
    """Units in the notation of the ledger, runs joined: 12.2-4, 30.1.1."""
    runs: list[list[Unit]] = []
    for unit in sorted(units):
        last = runs[-1][-1] if runs else None
        if last and _next(last) == unit:
            runs[-1].append(unit)
        else:
            runs.append([unit])
    return "、".join(f"{r[0]}-{r[-1].item or r[-1].paragraph}" if len(r) > 1 else str(r[0]) for r in runs)


def _next(unit: Unit) -> Unit:
    return unit._replace(item=unit.item + 1) if unit.item else unit._replace(paragraph=unit.paragraph + 1)


def shape_of(text: LawText) -> Shape:
    """The numbers of 款 and 项 of every article of a law text."""
    return {
        number: tuple(len(article.items.get(p, ())) for p in range(1, max(article.paragraph_count, 1) + 1))
        for number, article in sorted(text.articles.items())
    }


def units_in(shape: Shape) -> tuple[Unit, ...]:
    """Every unit of a law, in order."""
    return tuple(
        Unit(article, paragraph, item)
        for article, sizes in shape.items()
        for paragraph, size in enumerate(sizes, 1)
        for item in (range(1, size + 1) if size else (0,))
    )


def write_token(sizes: tuple[int, ...]) -> str:
    items = ",".join(f"{p}:{n}" for p, n in enumerate(sizes, 1) if n)
    return f"{len(sizes)}[{items}]" if items else str(len(sizes))


def units_of(ref: LawRef, shape: Shape) -> Iterator[Unit]:
    """The units that a citation covers; none for the citation of a whole text.

    Items belong to the last 款 that is named, earlier ones are meant whole; without a 款 they may stand in any.
    """
    sizes = shape.get(ref.article or 0, ())
    holders = ref.paragraphs[-1:] if ref.items else ()
    for paragraph, size in enumerate(sizes, 1):
        whole = not ref.items and (not ref.paragraphs or paragraph in ref.paragraphs)
        whole = whole or (bool(ref.items) and paragraph in ref.paragraphs[:-1])
        for item in range(1, size + 1) if size else (0,):
            if whole or (item in ref.items and (not holders or paragraph in holders)):
                yield Unit(ref.article or 0, paragraph, item)
