"""Words typed by sound (主波, 直拨间, 七天无里由): found by their pinyin and put right.

Only words of the field are restored, and only where the wrong characters are no word of the language nor part of one (没识 in 没识别),
and do not merely stand beside one (嫌 in 退货嫌), so that ordinary text is left alone. Pinyin is compared without tones and with the confusions of southern accents
(zh/z, ch/c, sh/s, n/l, -ng/-n).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from pypinyin import lazy_pinyin

from rag.ground.words import Words, normalize

_HAN = re.compile(r"[\u4e00-\u9fff]+")
LONGEST = 8


def _sound(text: str) -> tuple[str, ...]:
    return tuple(_fold(s) for s in lazy_pinyin(text))


def _fold(syllable: str) -> str:
    for written, heard in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if syllable.startswith(written):
            syllable = heard + syllable[2:]
    if syllable.startswith("n"):
        syllable = "l" + syllable[1:]
    return syllable[:-1] if syllable.endswith(("ang", "eng", "ing")) else syllable


class Homophones:
    """Restores words of a vocabulary in text that was typed or dictated by sound."""

    def __init__(
        self,
        vocabulary: Iterable[str],
        texts: Iterable[str] = (),
        *,
        words: Words,
        short: Iterable[str] | None = None,
    ) -> None:
        """Take the words to restore and the texts in which nothing is mistyped.

        Args:
            words: the dictionary of the language.
            vocabulary: words of the field, 2 to 8 Han characters; others are ignored.
            short: of two characters only these are restored, since most sound like chance; None: all.
            texts: what stands in them in the same characters is meant as written (健品 in 保健品).
        """
        self._dictionary = words
        self._texts = "\n".join(map(normalize, texts))
        self._words: dict[tuple[str, ...], str] = {}
        self._known: set[str] = set()
        names = None if short is None else {normalize(w) for w in short}
        for word in sorted({normalize(w) for w in vocabulary}):
            if _HAN.fullmatch(word) and 2 <= len(word) <= LONGEST:
                self._known.add(word)
                if len(word) > 2 or names is None or word in names:
                    self._words.setdefault(_sound(word), word)

    def restore(self, text: str) -> str:
        """``text`` (normalised) with mistyped words put right; the same text if there are none."""
        return _HAN.sub(lambda run: self._restore_run(run.group()), text)

    def _restore_run(self, run: str) -> str:
        sounds = _sound(run)
        if len(sounds) != len(run):
            return run
        chars, borders = list(run), self._dictionary.borders(run)
        for size in range(min(LONGEST, len(run)), 1, -1):
            for start in range(len(run) - size + 1):
                if not {start, start + size} <= borders:  # half of a word beside it (没识 in 没识别)
                    continue
                typed = "".join(chars[start : start + size])
                word = self._words.get(sounds[start : start + size])
                if word and word != typed and self._is_mistake(typed, word):
                    chars[start : start + size] = word
        return "".join(chars)

    def _is_mistake(self, typed: str, word: str) -> bool:
        """Not a word itself, nor a piece of a text, no known word inside, and at least one character as intended."""
        if typed in self._known or self._dictionary.is_word(typed) or typed in self._texts:
            return False
        wrong = {n for n, (a, b) in enumerate(zip(typed, word, strict=True)) if a != b}
        pieces = [set(range(*piece)) for piece in pairwise(sorted(self._dictionary.borders(typed)))]
        beside = len(typed) > 2 == len(pieces) and any(len(p) == 1 and p <= wrong for p in pieces)
        if beside or (len(wrong) > 1 and any(len(p) > 1 and p & wrong for p in pieces)):
            return False
        return len(word) - len(wrong) >= max(1, len(word) // 2) and not any(
            typed[i : i + n] in self._known and typed[i : i + n] not in word
            for n in range(2, len(typed))
            for i in range(len(typed) - n + 1)
        )
