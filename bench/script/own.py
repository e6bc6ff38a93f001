"""The development set of the second round: ``own/*.txt``, in the form of ``marked/``. ``python -m bench.script train held``.

Written before anything was tried on it; it has nothing to do with the public set. Families whose name ends in ``-a`` or ``-c``
are for training, the others are held back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from bench.script.mark import item_of
from bench.script.read import Item, check_all

OWN = Path(__file__).parent / "own"
LETTERED = (Path(__file__).parent / "third", Path(__file__).parent / "fourth")


def read_own(split: str | None = None, folder: Path = OWN) -> list[Item]:
    """The passages of ``split`` (all without), validated."""
    return _read(split, [folder], "o", lambda name: "train" if name[-2:] in ("-a", "-c") else "held")


def read_lettered(split: str | None = None, folders: Sequence[Path] = LETTERED) -> list[Item]:
    """The passages of the third round, halves ``a`` and ``b``, and of the fourth, ``d`` and ``e``; ``c`` and ``f`` were
    written for training only. The family's name ends in the letter."""
    return _read(split, folders, "t", lambda name: name[-1])


def _read(split: str | None, folders: Sequence[Path], letter: str, half: Callable[[str], str]) -> list[Item]:
    items: list[Item] = []
    for path in (p for folder in folders for p in sorted(folder.glob("*.txt"))):
        for block in path.read_text("utf-8").split("# ")[1:]:
            name, *lines = block.splitlines()
            first = len(items)
            items += [item_of(x, f"{letter}{first + n:04}", half(name), name) for n, x in enumerate(lines, 1)]
    check_all(items)
    return [item for item in items if split is None or item.split == split]
