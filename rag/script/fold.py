"""Text in the form in which rules look at it, with the place of every character in the text as sent.

Full width, circled and emoji digits, traditional characters, zero-width marks, symbols and blanks put between characters,
repeated characters, letters for syllables (zui, vx), and words written by sound are undone; punctuation is Chinese.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from rag.ground import Homophones, normalize
from rag.script.spelled import Spelled

_BETWEEN = re.compile(r"(?<=[\u4e00-\u9fff0-9a-z])[ \t\u3000*·•_|^`\-\\/+#=.@\ufffc]{1,3}(?=[\u4e00-\u9fff])")
_REPEATED = re.compile(r"(最)最+|([\u4e00-\u9fff])\2{2,}")
_MARKS = str.maketrans("!?;()", "！？；（）")
_COMMA = re.compile(r"(?<!\d),|,(?!\d)")
_PICTURES = {
    "🍬": "糖", "🍭": "糖", "💊": "药", "💉": "针", "💰": "钱", "💵": "钱", "➕": "加", "🆓": "免费", "🈚": "无", "🥇": "第一", "🔝": "顶",
    "🐔": "鸡", "🚬": "烟", "🍺": "酒", "🔞": "成人", "🩸": "血", "❤": "心",
}  # fmt: skip
_FILLER = "\ufffc"  # stands for a symbol until it is known what surrounds it


@dataclass(frozen=True)
class Folded:
    """``text`` with, for each of its characters, where it begins and ends in the text as sent."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The piece of the text as sent that ``text[start:end]`` (not empty) was made of."""
        return self.starts[start], self.ends[end - 1]

    def replace(self, pieces: list[tuple[int, int, str]]) -> Folded:
        """``pieces`` (start, end, new text; in order, apart) put in place of what stands there."""
        if not pieces:
            return self
        text, starts, ends, done = [], list[int](), list[int](), 0
        for a, b, new in pieces:
            text += [self.text[done:a], new]
            starts += [*self.starts[done:a], *[self.starts[a]] * len(new)]
            ends += [*self.ends[done:a], *[self.ends[b - 1]] * len(new)]
            done = b
        return Folded(
            "".join([*text, self.text[done:]]),
            (*starts, *self.starts[done:]),
            (*ends, *self.ends[done:]),
        )


class Folder:
    """Folds texts; made once from what people write for what."""

    def __init__(
        self, variants: Mapping[str, str], sounds: Homophones | None = None, spelled: Spelled | None = None
    ) -> None:
        """``variants``: what is written -> what is meant; ``sounds`` and ``spelled`` put words right that were written by sound or with letters."""
        self._variants = {normalize(k): normalize(v) for k, v in variants.items()}
        parts = (_guarded(k) for k in sorted(self._variants, key=len, reverse=True))
        self._written = re.compile("|".join(parts) or r"(?!)")
        self._sounds, self._spelled = sounds, spelled

    def fold(self, text: str) -> Folded:
        """``text`` folded."""
        folded = _characters(text)
        folded = folded.replace([(m.start(), m.end(), "") for m in _BETWEEN.finditer(folded.text)])
        plain = _COMMA.sub("，", folded.text.replace(_FILLER, " ").translate(_MARKS))
        folded = Folded(plain, folded.starts, folded.ends)
        folded = folded.replace([(m.start(), m.end(), m[1] or m[2]) for m in _REPEATED.finditer(folded.text)])
        folded = folded.replace(
            [(m.start(), m.end(), self._variants[m.group()]) for m in self._written.finditer(folded.text)]
        )
        if self._spelled is not None:
            folded = folded.replace(list(self._spelled.find(folded.text)))
        if self._sounds is None:
            return folded
        return Folded(self._sounds.restore(folded.text), folded.starts, folded.ends)


def _guarded(written: str) -> str:
    """Letters count only where no other letter touches them (zui in zui低, not in zuixin)."""
    if not written.isascii():
        return re.escape(written)
    return rf"(?<![a-z]){re.escape(written)}(?![a-z])"


def _characters(text: str) -> Folded:
    """Character by character: normal form, marks that are not seen left out, symbols made fillers."""
    out: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        for new in _fold_one(char):
            out.append(new)
            places.append(place)
    return Folded("".join(out), tuple(places), tuple(p + 1 for p in places))


def _fold_one(char: str) -> str:
    if char in _PICTURES:
        return _PICTURES[char]
    if "\u4e00" <= char <= "\u9fff" or char.isascii():
        return normalize(char)
    kind = unicodedata.category(char)
    if kind in ("Cf", "Mn", "Me", "Cc", "Co", "Cs"):
        return ""
    plain = normalize(char)
    return _FILLER if kind in ("So", "Sk", "Sm") and plain == char else plain
