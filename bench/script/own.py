"""The development set of the second round: ``own/*.txt``, in the form of ``marked/``. ``python -m bench.script train held``.

Written before anything was tried on it; it has nothing to do with the public set. Families whose name ends in ``-a`` or ``-c``
are for training, the others are held back.
"""

from __future__ import annotations

from pathlib import Path

from bench.script.mark import KIND, unmark
from bench.script.read import Item, check_all

OWN = Path(__file__).parent / "own"


def read_own(split: str | None = None, folder: Path = OWN) -> list[Item]:
    """The passages of ``split`` (all without), validated."""
    items: list[Item] = []
    for path in sorted(folder.glob("*.txt")):
        for block in path.read_text("utf-8").split("# ")[1:]:
            name, *lines = block.splitlines()
            half = "train" if name[-2:] in ("-a", "-c") else "held"
            for line in lines:
                goods, kind, marked = line.split("|", 2)
                marked, _, note = marked.partition(" // ")
                text, spans = unmark(marked)
                items.append(Item(f"o{len(items) + 1:04}", half, name, goods, KIND[kind], text, spans, note))
    check_all(items)
    return [item for item in items if split is None or item.split == split]
