"""All checkers on the gold set: ``python -m bench.script [tune|test|train|held|a|b|c|d|e|f]``. Tables by level group, claim and level."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from functools import cache

from bench.script.baseline import check_words
from bench.script.ours import our_checker
from bench.script.own import read_lettered, read_own
from bench.script.peer import check_expressions
from bench.script.read import LETTERED_SPLITS, OWN_SPLITS, SPLITS, Item, Span, read_gold
from bench.script.score import GROUPS, Checker, Finding, left_alone, matches, score_spans


def main(splits: Sequence[str]) -> None:
    """Prints the tables."""
    start = time.perf_counter()
    ours = our_checker()
    checkers = {
        "plain word list": check_words,
        "expressions + context": check_expressions,
        "hegui script": ours,
    }
    for split in splits:
        items = _items(split)
        known = {name: _remembered(check) for name, check in checkers.items()}
        print(
            f"\n**{split}**\n\n| checker | levels | spans | precision | recall | innocent left alone |\n|---|---|---|---|---|---|"
        )
        for name, check in known.items():
            for group in sorted(set(GROUPS.values()), reverse=True):
                s = score_spans(items, check, group)
                print(
                    f"| {name} | {group} | {s.gold} | {s.precision:.3f} | {s.recall:.3f} | {left_alone(items, check):.3f} |"
                )
        for key in ("claim", "level"):
            _found_by(key, items, known)
    print(f"\n{time.perf_counter() - start:.1f} s")


def _items(split: str) -> list[Item]:
    if split in LETTERED_SPLITS:
        return read_lettered(split)
    return read_own(split) if split in OWN_SPLITS else read_gold(split)


def _remembered(check: Checker) -> Checker:
    """A passage is checked once."""
    known = cache(lambda item: tuple(check(item)))
    return lambda item: known(item)


def _found_by(key: str, items: Sequence[Item], checkers: dict[str, Checker]) -> None:
    """Recall of spans by claim or by level."""
    print(f"\n| {key} | spans | {' | '.join(checkers)} |\n|---|---|{'---|' * len(checkers)}")
    spans = [(item, span) for item in items for span in item.spans]
    for value in dict.fromkeys(
        str(getattr(s, key)) for _, s in sorted(spans, key=lambda p: str(getattr(p[1], key)))
    ):
        some = [(i, s) for i, s in spans if str(getattr(s, key)) == value]
        shares = (sum(_found(c(i), s) for i, s in some) / len(some) for c in checkers.values())
        print(f"| {value} | {len(some)} | {' | '.join(f'{share:.2f}' for share in shares)} |")


def _found(findings: Sequence[Finding], span: Span) -> bool:
    return any(matches(f, span) for f in findings)


if __name__ == "__main__":
    main(sys.argv[1:] or SPLITS)
