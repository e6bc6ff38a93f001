"""What the trained proposer sees of a text: clauses, and features of a clause with the place each was made from.

Training (bench/script/train.py) and the running engine use the same functions; who changes them trains again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from zlib import crc32

BITS = 15
"""The features of a clause are counted in 2**BITS cells."""
LONGEST, STEP = 24, 12
"""A clause that is longer (spoken, without punctuation) is read in windows of so many characters."""
_CLAUSE = re.compile(r"[^\s，。！？；：、…,!?;:|｜（）()【】“”\"]+")


@dataclass(frozen=True)
class Feature:
    """A cell, and the characters of the clause that the feature comes from."""

    cell: int
    start: int
    end: int


def clauses(text: str) -> Iterator[tuple[int, int]]:
    """The clauses and windows of a text in order."""
    for found in _CLAUSE.finditer(text):
        a, b = found.span()
        if b - a <= LONGEST:
            yield a, b
        else:
            yield from ((at, min(b, at + LONGEST)) for at in range(a, b - STEP, STEP))


def features(clause: str, goods: Iterable[str], families: Mapping[str, re.Pattern[str]]) -> list[Feature]:
    """The features of a clause about ``goods``: characters, word families, families in their order and with the goods."""
    marked = f"^{clause}$"
    out = [
        Feature(_cell(marked[a : a + n]), max(0, a - 1), min(len(clause), a + n - 1))
        for n in (1, 2, 3, 4)
        for a in range(len(marked) - n + 1)
    ]
    met = [(name, m.start(), m.end()) for name, p in families.items() for m in _first(p, clause)]
    met.sort(key=lambda f: (f[1], f[0]))
    kinds = [f"#{g}" for g in sorted(goods)] or ["#?"]
    for name, a, b in met:
        out.append(Feature(_cell(f"@{name}"), a, b))
        out += [Feature(_cell(f"{kind}@{name}"), a, b) for kind in kinds]
    out += [Feature(_cell(f"@{x}@{y}"), a, max(b, d)) for (x, a, b), (y, _, d) in combinations(met, 2)]
    return out + [Feature(_cell(kind), 0, len(clause)) for kind in kinds]


def _first(pattern: re.Pattern[str], clause: str) -> Iterator[re.Match[str]]:
    found = pattern.search(clause)
    if found is not None:
        yield found


def _cell(feature: str) -> int:
    return crc32(feature.encode()) & (1 << BITS) - 1
