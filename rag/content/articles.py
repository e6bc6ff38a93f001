"""Paragraphs of a law text -> articles, each with its paragraphs (款) and items (项); headings and annexes dropped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from pydantic import BaseModel, ConfigDict

from rag.content.lawfile import ROW
from rag.ground import NUMERAL, to_int

_BLANK = r"[\s　]"
_SPACED = rf"[零〇一二三四五六七八九十百千两](?:{_BLANK}*[零〇一二三四五六七八九十百千两])*|\d+"
_ARTICLE = re.compile(
    rf"^(?:#+\s*)?(?:\*\*)?{_BLANK}*第{_BLANK}*({_SPACED}){_BLANK}*条(?:之({NUMERAL}))?(\*\*)?({_BLANK}*)(.*)$",
    re.S,
)
_POINT = re.compile(rf"^\*\*\s*({NUMERAL})、\s*\*\*\s*(.*)$|^({NUMERAL})、(.*)$", re.S)
_ITEM = re.compile(rf"^[（(]{_BLANK}*({NUMERAL}){_BLANK}*[)）]")
_HEADING = re.compile(
    rf"^#+\s|^第{_BLANK}*(?:{_SPACED}){_BLANK}*(?:分{_BLANK}*编|[编章节])(?:{_BLANK}[^。；：]{{0,60}}|[^。；：，]{{0,30}})?$"
    rf"|^[附总]{_BLANK}*则$"
)
_ANNEX = re.compile(
    rf"^附{_BLANK}*[件表录图]{_BLANK}*(?:{NUMERAL})?{_BLANK}*(?:[:：].*)?$|^附{_BLANK}*[:：].*$"
)
# What stands behind 第五十条 where a sentence cites it.
_CITING = re.compile(r"第|款|的|和|或|及|与|至|、|，|所|中|以|规定|之规定")


class Article(BaseModel):
    """One article or point. ``paragraphs`` are its 款 in order; ``items`` maps a 款 (from 1) to its 项 numbers.

    ``inserted`` are the articles between this one and the next, 第十条之一 (``insertion`` 1), 第十条之二 …
    """

    model_config = ConfigDict(frozen=True)

    number: int
    insertion: int = 0
    paragraphs: tuple[str, ...]
    items: dict[int, tuple[int, ...]] = {}
    inserted: tuple[Article, ...] = ()

    @property
    def text(self) -> str:
        """The whole article, paragraphs and items separated by newlines."""
        return "\n".join(self.paragraphs)

    @cached_property
    def paragraph_count(self) -> int:
        """Number of 款 (items and rows of a table are not 款)."""
        return len([p for p in self.paragraphs if not _ITEM.match(p) and not p.startswith(ROW)])

    def all_items(self) -> set[int]:
        """Item numbers that occur anywhere in the article."""
        return {n for numbers in self.items.values() for n in numbers}


def first_article(paragraphs: list[str]) -> int:
    """Index of the first paragraph that opens an article or point; the number of paragraphs if none does."""
    return next(
        (i for i, p in enumerate(paragraphs) if _ARTICLE.match(p) or _POINT.match(p)), len(paragraphs)
    )


def parse_articles(paragraphs: list[str], unit: str = "条") -> dict[int, Article]:
    """Split paragraphs of a law text into articles (or points), headings dropped."""
    articles: dict[int, Article] = {}
    for number, insertion, lines in _articles(paragraphs) if unit == "条" else _points(paragraphs):
        items: dict[int, list[int]] = {}
        paragraph = 0
        for line in lines:
            if match := _ITEM.match(line):
                items.setdefault(max(paragraph, 1), []).append(to_int(match[1]))
            elif not line.startswith(ROW):
                paragraph += 1
        found = Article(
            number=number,
            insertion=insertion,
            paragraphs=tuple(lines),
            items={k: tuple(v) for k, v in items.items()},
        )
        if insertion and number in articles:
            base = articles[number]
            articles[number] = base.model_copy(update={"inserted": (*base.inserted, found)})
        elif not insertion:
            articles.setdefault(number, found)
    return articles


def _articles(paragraphs: list[str]) -> Iterator[tuple[int, int, list[str]]]:
    """Number, insertion and lines of every article; numbers ascend, an annex ends the one before it."""
    openers = [_opener(line) for line in paragraphs]
    place, lines, annex = (0, 0), list[str](), False
    for index, line in enumerate(paragraphs):
        opener = openers[index]
        if opener and _opens(place, opener[0], openers[index + 1 :]):
            if place[0]:
                yield *place, lines
            place, lines, annex = opener[0], [opener[1]] if opener[1] else [], False
        elif place[0] and not annex and not _HEADING.match(line):
            annex = bool(_ANNEX.match(line))
            if not annex:
                lines.append(line)
    if place[0]:
        yield *place, lines


def _opener(line: str) -> tuple[tuple[int, int], str] | None:
    """Number, insertion and text behind, if ``line`` can open an article rather than cite one."""
    match = _ARTICLE.match(line)
    if match is None:
        return None
    number, insertion, bold, blank, rest = match.groups()
    if rest and not bold and not blank and _CITING.match(rest):
        return None
    return (to_int(re.sub(_BLANK, "", number)), to_int(insertion) if insertion else 0), rest.strip()


def _opens(
    last: tuple[int, int], place: tuple[int, int], later: list[tuple[tuple[int, int], str] | None]
) -> bool:
    """Whether ``place`` follows ``last``, and no article between them is still to come."""
    if place <= last:
        return False
    follows = (place[0] == last[0] + 1 and not place[1]) or place[0] == last[0]
    return follows or not any(o and last < o[0] < place for o in later)


def _points(paragraphs: list[str]) -> Iterator[tuple[int, int, list[str]]]:
    number, lines = 0, list[str]()
    for line in paragraphs:
        match = _POINT.match(line)
        if match:
            if number:
                yield number, 0, lines
            figure, rest = [g for g in match.groups() if g is not None]
            number, lines = to_int(figure), [rest.strip()] if rest.strip() else []
        elif number and not _HEADING.match(line):
            lines.append(line)
    if number:
        yield number, 0, lines
