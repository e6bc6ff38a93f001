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
        topics = tuple(topics)
        self._words = words
        self._kinds = [(word, topic.id) for topic in topics for word in (*topic.words, *topic.names)]
        self._called = {name: topic.words[0] for topic in topics for name in topic.names}

    def of(self, text: str) -> frozenset[str]:
        """The kinds that ``text`` names."""
        return frozenset(kind for _, kind in self._named(text))

    def told(self, text: str) -> str:
        """``text`` with the kind said before a name that does not say it (药品布洛芬), where it says no kind itself."""
        named = {word for word, _ in self._named(text)}
        if not named or not named <= self._called.keys():
            return text
        first = min(named, key=text.index)
        return text.replace(first, self._called[first] + first, 1)

    def _named(self, text: str) -> list[tuple[str, str]]:
        """Words and the kinds they name, without those within a longer one."""
        found = {(word, kind) for word, kind in self._kinds if word in text}
        if not found:
            return []
        borders = self._words.borders(text)
        kept = {(word, kind) for word, kind in found if _stands(word, text, borders)}
        return [(w, k) for w, k in kept if not any(w != longer and w in longer for longer, _ in kept)]


def _stands(word: str, text: str, borders: frozenset[int]) -> bool:
    return any(m.start() in borders or m.end() in borders for m in re.finditer(re.escape(word), text))
