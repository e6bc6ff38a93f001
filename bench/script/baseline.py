"""The plain word list, as common checkers work: every forbidden word is a finding. ``python -m bench.script.baseline``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from bench.script.read import SPLITS, Item, read_gold
from bench.script.score import Finding, left_alone, score_spans

WORDS = (Path(__file__).parent / "words.txt").read_text("utf-8").split()
PATTERN = re.compile("|".join(re.escape(word) for word in sorted(WORDS, key=len, reverse=True)))


def check_words(item: Item) -> Sequence[Finding]:
    """Every word of the list in the text, longest first, as 违法: a list knows no context."""
    return [Finding(found.start(), found.end(), "违法") for found in PATTERN.finditer(item.text)]


def main() -> None:
    """Prints the table."""
    print("| split | spans | precision | recall | innocent left alone |\n|---|---|---|---|---|")
    for split in SPLITS:
        items = read_gold(split)
        scores = score_spans(items, check_words)
        alone = left_alone(items, check_words)
        print(f"| {split} | {scores.gold} | {scores.precision:.3f} | {scores.recall:.3f} | {alone:.3f} |")


if __name__ == "__main__":
    main()
