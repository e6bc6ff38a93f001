"""The development set of the second round: ``own/*.txt``, in the form of ``marked/``. ``python -m bench.script train held``.

Written before anything was tried on it; it has nothing to do with the public set. Families whose name ends in ``-a`` or ``-c``
are for training, the others are held back.
"""

from __future__ import annotations

from pathlib import Path

from bench.script.mark import item_of
from bench.script.read import Item, check_all

OWN = Path(__file__).parent / "own"
THIRD = Path(__file__).parent / "third"


def read_own(split: str | None = None, folder: Path = OWN) -> list[Item]:
    """The passages of ``split`` (all without), validated."""
    items: list[Item] = []
    for path in sorted(folder.glob("*.txt")):
        for block in path.read_text("utf-8").split("# ")[1:]:
            name, *lines = block.splitlines()
            half = "train" if name[-2:] in ("-a", "-c") else "held"
            items += [item_of(line, f"o{len(items) + n:04}", half, name) for n, line in enumerate(lines, 1)]
    check_all(items)
    return [item for item in items if split is None or item.split == split]


def read_third(split: str | None = None, folder: Path = THIRD) -> list[Item]:
    """The passages of the third round: halves ``a`` and ``b``, and ``c``, which was written for training only."""
    items: list[Item] = []
    for path in sorted(folder.glob("*.txt")):
        for block in path.read_text("utf-8").split("# ")[1:]:
            name, *lines = block.splitlines()
            items += [
                item_of(line, f"t{len(items) + n:04}", name[-1], name) for n, line in enumerate(lines, 1)
            ]
    check_all(items)
    return [item for item in items if split is None or item.split == split]
