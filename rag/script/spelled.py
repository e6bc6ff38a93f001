"""Words of which some characters are written as letters: zhi疗, 降tang, Z疗, 顶ji, zhiliao."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pypinyin import lazy_pinyin

_LETTERS = re.compile(r"(?<![a-z0-9])[a-z]{1,24}(?![a-z0-9])")
_PLAIN = re.compile(r"[\u4e00-\u9fff]{2,5}")
BESIDE = 4
"""Characters beside the letters that may belong to the word."""
ALL_LETTERS = 6
"""Letters of a word of which no character is left: shorter ones are as well something else (bao, ben)."""


class Spelled:
    """Finds words by the letters they are written with."""

    def __init__(self, words: Iterable[str]) -> None:
        """``words``: two to five Han characters each; what is more than such a word (a pattern) is left out."""
        self._meant = {w: word for word in words if _PLAIN.fullmatch(word) for w in _written(word)}

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where such a word stands in a folded text, and what is meant; in order, apart."""
        done = 0
        for letters in _LETTERS.finditer(text):
            start, end = letters.span()
            sides = (
                (before, after)
                for before in range(min(BESIDE, start - done), -1, -1)
                for after in range(min(BESIDE, len(text) - end), -1, -1)
            )
            for before, after in sides:
                meant = self._meant.get(text[start - before : end + after])
                if meant:
                    yield start - before, end + after, meant
                    done = end + after
                    break


def _written(word: str) -> Iterator[str]:
    """A run of its characters in full pinyin, or one as its first letter."""
    sounds = lazy_pinyin(word)
    for a in range(len(word)):
        yield word[:a] + sounds[a][0] + word[a + 1 :]
        for b in range(a + 1, len(word) + 1):
            letters = "".join(sounds[a:b])
            if b - a < len(word) or len(letters) >= ALL_LETTERS:
                yield word[:a] + letters + word[b:]
