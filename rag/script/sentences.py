"""Where a phrase stands: its sentence, and which goods are being talked about there."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping

LONGEST = 100
"""Characters of a sentence; what is spoken without full stops is cut at a comma."""
_LONG = re.compile(r"[^，、\s]{60,100}|.{60,90}?[，、\s]|.{100}", re.S)
_END = re.compile(r"[。！？!?；;]+[”」』\"’）)]*|\n+")
REMEMBERED = 6
"""Sentences back in which goods may have been named."""


class Sentences:
    """The sentences of a text as offsets."""

    def __init__(self, text: str) -> None:
        starts = [0, *(m.end() for m in _END.finditer(text) if m.end() < len(text))]
        cuts = [
            m.end()
            for a, b in zip(starts, [*starts[1:], len(text)], strict=True)
            if b - a > LONGEST
            for m in _LONG.finditer(text, a, b)
            if m.end() < b
        ]
        self._starts = sorted({*starts, *cuts})
        self._ends = [*self._starts[1:], len(text)]

    def __len__(self) -> int:
        return len(self._starts)

    def number(self, place: int) -> int:
        """Which sentence a character belongs to."""
        return bisect_right(self._starts, place) - 1

    def bounds(self, number: int) -> tuple[int, int]:
        """Where a sentence begins and ends."""
        return self._starts[number], self._ends[number]


class GoodsReader:
    """Tells the goods of a sentence by the words of the register."""

    def __init__(self, words: Mapping[str, Iterable[str]]) -> None:
        """``words``: topic id -> words that name goods of the kind."""
        self._topics: dict[str, set[str]] = {}
        for topic, names in words.items():
            for name in names:
                self._topics.setdefault(name.lower(), set()).add(topic)
        longest = sorted(self._topics, key=len, reverse=True)
        self._names = re.compile("|".join(map(re.escape, longest)) or r"(?!)")

    def of(self, text: str, sentences: Sentences) -> list[frozenset[str]]:
        """The goods each sentence is about: its own words, else those of the nearest sentence before it, else nothing."""
        own = [set[str]() for _ in range(len(sentences))]
        for match in self._names.finditer(text):
            own[sentences.number(match.start())] |= self._topics[match.group()]
        out: list[frozenset[str]] = []
        for number, goods in enumerate(own):
            before = (own[n] for n in range(number - 1, max(-1, number - 1 - REMEMBERED), -1) if own[n])
            out.append(frozenset(goods or next(before, set())))
        return out
