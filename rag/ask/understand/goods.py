"""Kinds of goods that a text names, by the words of the topics."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.content import Topic
from rag.ground import Words


class GoodsWords:
    """Finds kinds of goods (ids of topics) in normalised texts.

    A longer word hides the shorter one in it (保健食品 is not 食品), and a word counts only where it begins or ends as the
    text is cut into words: there is no 口红 in 进口红酒.
    """

    def __init__(self, topics: Iterable[Topic], words: Words) -> None:
        self._words = words
        self._kinds = [(word, topic.id) for topic in topics for word in topic.words]

    def of(self, text: str) -> frozenset[str]:
        """The kinds that ``text`` names."""
        found = {(word, kind) for word, kind in self._kinds if word in text}
        if not found:
            return frozenset()
        borders = self._words.borders(text)
        kept = {(word, kind) for word, kind in found if _stands(word, text, borders)}
        return frozenset(k for w, k in kept if not any(w != longer and w in longer for longer, _ in kept))


def _stands(word: str, text: str, borders: frozenset[int]) -> bool:
    return any(m.start() in borders or m.end() in borders for m in re.finditer(re.escape(word), text))
