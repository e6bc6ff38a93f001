"""The project's own checker on the gold set, beside the plain word list. ``python -m bench.script.ours``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bench.script.baseline import check_words
from bench.script.read import SPLITS, Item, read_gold
from bench.script.score import GROUPS, Checker, Finding, left_alone, score_spans
from rag.content import load_corpus
from rag.ground import load_settings
from rag.script import Checker as Engine
from rag.script import load_pack

DAY = dt.date(2026, 11, 26)
# Goods of the set as topics of the guidelines; for the others the engine reads the goods from the text, as it does for users.
TOPICS = {
    "agri": "agri", "cosmetics": "cosmetics", "device": "devices", "drug": "drugs", "food": "food",
    "health_food": "health-food", "infant_formula": "health-food", "jewelry": "jewelry", "kids": "kids-ccc",
    "liquor": "liquor", "local": "local-services", "medical_beauty": "drugs",
}  # fmt: skip


def our_checker() -> Checker:
    """The engine with the rules of the project, told the goods of each passage."""
    folder = load_settings().guidelines
    engine = Engine(load_corpus(folder), load_pack(folder / "rules"))

    def check(item: Item) -> Sequence[Finding]:
        goods = [TOPICS[item.goods]] if item.goods in TOPICS else []
        report = engine.check(item.text, today=DAY, goods=goods)
        return [Finding(f.start, f.end, f.level.value) for f in report.findings]

    return check


def main() -> None:
    """Prints the table."""
    ours = our_checker()
    print(
        "| checker | split | group | spans | precision | recall | innocent left alone |\n|---|---|---|---|---|---|---|"
    )
    for name, check in (("plain word list", check_words), ("hegui script", ours)):
        for split in SPLITS:
            _rows(name, split, check)


def _rows(name: str, split: str, check: Checker) -> None:
    items = read_gold(split)
    alone = left_alone(items, check)
    for group in sorted(set(GROUPS.values()), reverse=True):
        s = score_spans(items, check, group)
        print(f"| {name} | {split} | {group} | {s.gold} | {s.precision:.3f} | {s.recall:.3f} | {alone:.3f} |")


if __name__ == "__main__":
    main()
