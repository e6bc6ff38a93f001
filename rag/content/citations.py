"""《title》第N条第M款第（K）项, written as people write it -> references with offsets.

Grammar (informal)::

    reference := 《title》 [article (sep article)*]
    article   := 第N条|第N点 [paragraph|item] ((sep) paragraph|item)*
    paragraph := 第M款          item := 第（K）项 | 第K项 | 第（K）（L）项 | 第（K）、（L）项
    sep       := 、 | 和 | 及 | 以及 | 与 | 至 | 到        (至/到: a range, expanded)

Nothing is guessed: 本法第三条 and a bare 第三条 are not references.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.content.laws import LawRegister, Unresolved, normal_title
from rag.content.models import LawRef
from rag.ground import NUMERAL, to_chinese, to_int

MAX_RANGE = 60
_TITLE = re.compile(r"《([^《》\n]{2,80})》")
_ARTICLE = re.compile(rf"\s*第\s*({NUMERAL})\s*([条点])")
_PARAGRAPH = re.compile(rf"第({NUMERAL})款")
_ITEM = re.compile(rf"第((?:[（(]?(?:{NUMERAL})[)）]?)(?:、?[（(](?:{NUMERAL})[)）])*)项")
_SEPARATOR = re.compile(r"以及|、|和|及|与|至|到")
_BARE = re.compile(rf"第(?:{NUMERAL})条")


@dataclass
class RawRef:
    """A reference as written, before the register is asked. ``article`` None: the whole text is cited."""

    title: str
    start: int
    end: int
    article: int | None = None
    unit: str = "条"
    paragraphs: list[int] = field(default_factory=list)
    items: list[int] = field(default_factory=list)

    @property
    def label(self) -> str:
        """Canonical label, e.g. 第三十二条第一款第（二）项."""
        return format_label(self.article, self.paragraphs, self.items, self.unit)


def format_label(
    article: int | None, paragraphs: Sequence[int] = (), items: Sequence[int] = (), unit: str = "条"
) -> str:
    """Write an article reference the way statutes do; empty for a whole text."""
    if article is None:
        return ""
    label = f"第{to_chinese(article)}{unit}"
    label += "、".join(f"第{to_chinese(p)}款" for p in paragraphs)
    return label + "、".join(f"第（{to_chinese(i)}）项" for i in items)


def parse_references(text: str) -> list[RawRef]:
    """All references in ``text``, in order, ranges expanded. Offsets are character positions in ``text``."""
    found: list[RawRef] = []
    for match in _TITLE.finditer(text):
        refs = _scan_tail(text, match)
        found.extend(refs or [RawRef(match[1], match.start(), match.end())])
    return found


def _scan_tail(text: str, title: re.Match[str]) -> list[RawRef]:
    """The articles that follow a title, as far as the grammar reaches."""
    refs: list[RawRef] = []
    position, join = title.end(), ""
    while True:
        step = _scan_part(text, position, refs, title, join)
        if step is None:
            return refs
        position = step
        separator = _SEPARATOR.match(text, position)
        join = separator.group() if separator and refs else ""
        position = separator.end() if join and separator else position


def _scan_part(text: str, position: int, refs: list[RawRef], title: re.Match[str], join: str) -> int | None:
    """Read one article, paragraph or item at ``position``; the position after it, or None where the tail ends."""
    if match := _ARTICLE.match(text, position):
        number = _number(match[1])
        if number is None or (refs and not join):
            return None
        start = match.start() if refs else title.start()
        _extend_articles(refs, RawRef(title[1], start, match.end(), number, match[2]), join)
        return match.end()
    if not refs:
        return None
    ref = refs[-1]
    if match := _PARAGRAPH.match(text, position):
        number = _number(match[1])
        if number is None:
            return None
        if ref.items:  # 第一款第（二）项、第三款: the items belong to the first paragraph only
            ref = RawRef(ref.title, match.start(), match.end(), ref.article, ref.unit)
            refs.append(ref)
        _extend(ref.paragraphs, number, join)
    elif match := _ITEM.match(text, position):
        numbers = [_number(n) for n in re.findall(NUMERAL, match[1])]
        if None in numbers:
            return None
        for number in numbers:
            _extend(ref.items, number or 0, join if len(numbers) == 1 else "")
    else:
        return None
    ref.end = match.end()
    return match.end()


def _number(text: str) -> int | None:
    try:
        value = to_int(text)
    except ValueError:
        return None
    return value if 0 < value < 10_000 else None


def _extend(numbers: list[int], number: int, join: str) -> None:
    """Append a paragraph or item number, filling in a range."""
    first = numbers[-1] + 1 if numbers and join in ("至", "到") else number
    numbers.extend(range(first, number + 1) if first <= number < first + MAX_RANGE else [number])


def _extend_articles(refs: list[RawRef], ref: RawRef, join: str) -> None:
    """Append an article, filling in a range such as 第六条至第八条."""
    if refs and join in ("至", "到") and refs[-1].article is not None and ref.article is not None:
        for number in range(refs[-1].article + 1, min(ref.article, refs[-1].article + MAX_RANGE)):
            refs.append(RawRef(ref.title, ref.start, ref.end, number, ref.unit))
    refs.append(ref)


def resolve_references(
    text: str, register: LawRegister, day: dt.date
) -> tuple[list[LawRef], list[Unresolved]]:
    """Parse ``text`` and resolve every reference on ``day``: (references, those that do not resolve)."""
    good: list[LawRef] = []
    bad: list[Unresolved] = []
    for raw in parse_references(text):
        try:
            law, version = register.resolve(raw.title, raw.article, day)
        except Unresolved as error:
            bad.append(error)
            continue
        raw.unit = version.unit
        good.append(
            LawRef(
                law=law.short_title,
                article=raw.article,
                paragraphs=tuple(raw.paragraphs),
                items=tuple(raw.items),
                label=raw.label,
                start=raw.start,
                end=raw.end,
            )
        )
    return good, bad


def bare_articles(text: str) -> list[str]:
    """Article numbers that no 《title》 governs (本法第三条, 第三条): not references, so worth a remark."""
    covered = [(r.start, r.end) for r in parse_references(text)]
    return [m.group() for m in _BARE.finditer(text) if not any(s <= m.start() < e for s, e in covered)]


def without_references(text: str) -> str:
    """``text`` without its law references (《title》第N条…), for length and figures."""
    kept, position = [], 0
    for start, end in sorted({(r.start, r.end) for r in parse_references(text)}):
        if start >= position:
            kept.append(text[position:start])
        position = max(position, end)
    kept.append(text[position:])
    return re.sub(r"[、，和及]+(?=$|[。；）])", "", "".join(kept)).strip()


def find_mentions(question: str, register: LawRegister) -> list[RawRef]:
    """Law articles a question names without 《》: 广告法第九条, 消法25条. Longest law name wins."""
    text = normal_title(question)
    found = [r for r in parse_references(question) if register.named(r.title)]
    if found:
        return found
    names = sorted(register.names(), key=len, reverse=True)
    taken: list[tuple[int, int]] = []
    for name in names:
        for match in re.finditer(re.escape(name), text):
            if any(s < match.end() and match.start() < e for s, e in taken):
                continue
            taken.append(match.span())
            article = re.compile(rf"的?第?\s*({NUMERAL})\s*条").match(text, match.end())
            number = _number(article[1]) if article else None
            found.append(RawRef(name, match.start(), article.end() if article else match.end(), number))
    return sorted(found, key=lambda r: r.start)
