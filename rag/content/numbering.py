"""Automatic numbers of a Word file, written out: 第%1条 with its counters -> 第三条.

Source: ECMA-376 part 1, 17.9 (numbering). Counters belong to an abstract list; a level starts again after a higher one.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rag.ground import to_chinese

if TYPE_CHECKING:
    from lxml.etree import _Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = ("chinese", "japanese", "taiwanese", "ideographDigital", "koreanDigital")


@dataclass(frozen=True)
class Level:
    """One level of a list: how its number is written and where it starts."""

    form: str
    text: str
    start: int


@dataclass
class Numbering:
    """The lists of one document and how far each has counted; ``label`` is called for every paragraph in order."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    starts: dict[tuple[str, int], int] = field(default_factory=dict)
    styles: dict[str, _Element] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    _begun: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def of(cls, document: Any) -> Numbering:
        """The lists of a python-docx document; one without a numbering part has none."""
        from docx.opc.constants import RELATIONSHIP_TYPE

        found = cls(styles={s.get(f"{_W}styleId"): s for s in document.styles.element.iter(f"{_W}style")})
        if not any(r.reltype == RELATIONSHIP_TYPE.NUMBERING for r in document.part.rels.values()):
            return found
        root = document.part.numbering_part.element
        for abstract in root.findall(f"{_W}abstractNum"):
            levels = {int(x.get(f"{_W}ilvl")): _level(x) for x in abstract.findall(f"{_W}lvl")}
            found.levels[abstract.get(f"{_W}abstractNumId")] = levels
        for num in root.findall(f"{_W}num"):
            key = num.get(f"{_W}numId")
            found.lists[key] = _value(num, "abstractNumId", "")
            for over in num.findall(f"{_W}lvlOverride"):
                if start := _value(over, "startOverride", ""):
                    found.starts[key, int(over.get(f"{_W}ilvl"))] = int(start)
        return found

    def label(self, paragraph: _Element) -> str:
        """The number Word shows before ``paragraph``, with a blank where one is needed; empty without one."""
        key, depth = self._place(paragraph)
        abstract = self.lists.get(key, "")
        levels = self.levels.get(abstract, {})
        if depth not in levels:
            return ""
        counts = self._counts[abstract]
        fresh = (key, depth) in self.starts and (key, depth) not in self._begun
        self._begun.add((key, depth))
        begin = self.starts[key, depth] if fresh else levels[depth].start
        counts[depth] = begin if fresh or depth not in counts else counts[depth] + 1
        for deeper in [d for d in counts if d > depth]:
            del counts[deeper]
        text = levels[depth].text if levels[depth].form != "bullet" else ""
        for other, level in levels.items():
            number = counts.get(other, level.start)
            text = text.replace(f"%{other + 1}", _written(number, level.form))
        return text if not text or text[-1] in "）)、．.：" else f"{text} "

    def _place(self, paragraph: _Element) -> tuple[str, int]:
        """List and level of a paragraph, its own or its style's; a list "0" takes the number away."""
        holder: _Element | None = paragraph
        seen: set[str] = set()
        while holder is not None:
            numbers = holder.find(f"{_W}pPr/{_W}numPr")
            if key := _value(numbers, "numId", ""):
                return key, int(_value(numbers, "ilvl", "0"))
            own = holder is paragraph
            name = _value(holder.find(f"{_W}pPr") if own else holder, "pStyle" if own else "basedOn", "")
            holder = None if name in seen else self.styles.get(name)
            seen.add(name)
        return "", 0


def _level(node: _Element) -> Level:
    return Level(
        _value(node, "numFmt", "decimal"), _value(node, "lvlText", ""), int(_value(node, "start", "1"))
    )


def _value(node: _Element | None, tag: str, default: str) -> str:
    found = node.find(f"{_W}{tag}") if node is not None else None
    return default if found is None else str(found.get(f"{_W}val") or default)


def _written(number: int, form: str) -> str:
    if form.startswith(_CHINESE) and number > 0:
        return to_chinese(number)
    if form in ("lowerLetter", "upperLetter") and 0 < number <= 26:
        return chr((ord("a") if form == "lowerLetter" else ord("A")) + number - 1)
    if form == "decimalEnclosedCircle" and 0 < number <= 20:
        return chr(ord("①") + number - 1)
    return str(number)
