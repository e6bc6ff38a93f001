"""The development set of the second round: ``own/*.txt``, in the form of ``marked/``. ``python -m bench.script train held``.

Written before anything was tried on it; it has nothing to do with the public set. Families whose name ends in ``-a`` or ``-c``
are for training, the others are held back.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from bench.script.mark import item_of
from bench.script.read import Item, check_all, read_gold

OWN = Path(__file__).parent / "own"
LETTERED = tuple(
    Path(__file__).parent / name
    for name in ("third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
)
LEVELS_AGAIN = Path(__file__).parent / "levels.jsonl"
INNOCENT = "没事"
HELD_BACK = ("e", "h", "z", "A", "B", "P", "U")
"""Halves that nothing is trained on."""


def read_own(split: str | None = None, folder: Path = OWN) -> list[Item]:
    """The passages of ``split`` (all without), validated."""
    return _read(split, [folder], "o", lambda name: "train" if name[-2:] in ("-a", "-c") else "held")


def read_lettered(split: str | None = None, folders: Sequence[Path] = LETTERED) -> list[Item]:
    """The passages of the third round, halves ``a`` and ``b``, of the fourth, ``d`` and ``e``, and of the thirteen writers of the
    fifth, ``h`` held back; ``c`` and ``f`` were written for training only; of the whole scripts of the sixth
    ``z`` is held back, of the later rounds ``A`` and ``B`` (eighth), ``P`` (ninth) and ``U`` (tenth). The family's name ends in the letter."""
    return _read(split, folders, "t", lambda name: name[-1])


def training_items(without: Sequence[str] = ()) -> list[Item]:
    """All passages but those of the public test split, of the halves held back and of the splits named, at the levels read again."""
    items = (*read_gold("tune"), *read_own(), *read_lettered())
    return read_again([i for i in items if i.split not in (*HELD_BACK, *without)])


def read_again(items: Sequence[Item], path: Path = LEVELS_AGAIN) -> list[Item]:
    """The passages with the levels that the second readers gave; a phrase that is innocent to them is marked no longer."""
    levels: dict[tuple[str, int, int], str] = {}
    for row in map(json.loads, path.read_text("utf-8").splitlines()):
        levels[row["passage"], row["start"], row["end"]] = row["level"]
    found: list[Item] = []
    for item in items:
        name = hashlib.sha1(item.text.encode()).hexdigest()[:12]
        spans = (replace(s, level=levels.get((name, s.start, s.end), s.level)) for s in item.spans)
        found.append(replace(item, spans=tuple(s for s in spans if s.level != INNOCENT)))
    return found


def _read(split: str | None, folders: Sequence[Path], letter: str, half: Callable[[str], str]) -> list[Item]:
    items: list[Item] = []
    for path in (p for folder in folders for p in sorted(folder.glob("*.txt"))):
        for block in path.read_text("utf-8").split("# ")[1:]:
            name, *lines = block.splitlines()
            first = len(items)
            items += [item_of(x, f"{letter}{first + n:04}", half(name), name) for n, x in enumerate(lines, 1)]
    check_all(items)
    return [item for item in items if split is None or item.split == split]
