"""Patterns as officers write them in ``guidelines/rules``: regular expressions with two shorthands.

``{疾病}``  one of the words of that list (lists.yml); lists may use lists
``A``       letters match in either case: the text is folded
``~``       up to eight characters, within the clause; ``~~`` up to twenty, within the sentence
``\\d+``     a sign or a class repeated (``+``, ``*``) is repeated at most `MOST` times, one such as ``[^》]*`` at most `MOST_OTHER`:
          a script that is one long number is read in time, too
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_NAME = re.compile(r"\{([^\d{},][^{},]*)\}")
_REPEATED = re.compile(r"(\\.|\[(?:\\.|[^\]])+\])([+*])")
_LETTER = re.compile(r"\\.|[A-Z]")
NEAR = r"[^，。！？；,!?;\n]{0,8}?"
FAR = r"[^。！？；!?;\n]{0,20}?"
MOST, MOST_OTHER = 10, 40


class Patterns:
    """Compiles patterns over a set of word lists."""

    def __init__(self, lists: Mapping[str, tuple[str, ...]]) -> None:
        self._lists = lists

    def expand(self, pattern: str, depth: int = 0) -> str:
        """The regular expression that a pattern stands for.

        Raises:
            KeyError: a list that does not exist, or lists that name each other in a circle.
        """
        if depth > 4:
            raise KeyError(f"词表互相引用：{pattern}")

        def words(match: re.Match[str]) -> str:
            items = sorted(self._lists[match[1]], key=len, reverse=True)
            return "(?:" + "|".join(self.expand(i, depth + 1) for i in items) + ")"

        text = _LETTER.sub(lambda m: m[0].lower() if len(m[0]) == 1 else m[0], pattern)
        text = _NAME.sub(words, text).replace("~~", FAR).replace("~", NEAR)
        return text if depth else _REPEATED.sub(_bounded, text)

    def compile(self, patterns: Iterable[str]) -> tuple[re.Pattern[str], ...]:
        """Each pattern compiled; a match with groups has its span in the first that took part."""
        return tuple(re.compile(self.expand(p)) for p in patterns)

    def any_of(self, patterns: Iterable[str], *, end: bool = False) -> re.Pattern[str] | None:
        """One expression for all ``patterns``; ``end``: they have to reach the end of the text. None if there are none."""
        parts = [f"(?:{self.expand(p)})" for p in patterns]
        return re.compile(f"(?:{'|'.join(parts)}){'$' if end else ''}") if parts else None


def _bounded(match: re.Match[str]) -> str:
    """``\\d+`` -> ``\\d{1,10}``."""
    most = MOST_OTHER if match[1].startswith("[^") else MOST
    return f"{match[1]}{{{int(match[2] == '+')},{most}}}"
