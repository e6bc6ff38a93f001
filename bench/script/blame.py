"""What the checker misses and what it flags without reason in marked files: ``python -m bench.script.blame FILE ...``.

For whoever writes passages: a mark that it misses or finds at the other half of the levels is printed after ``-``, a finding that
no mark explains after ``+``.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from bench.script.mark import item_of
from bench.script.ours import our_checker
from bench.script.read import check_all
from bench.script.score import matches


def main(paths: Sequence[str]) -> None:
    """Prints the differences of every passage that has any, and their numbers."""
    lines = [line for path in paths for line in Path(path).read_text("utf-8").splitlines() if line]
    marked = [line for line in lines if not line.startswith("# ")]
    items = [item_of(line, f"b{n:04}", "tune", "-") for n, line in enumerate(marked)]
    check_all(items)
    checker = our_checker()
    missed = wrong = 0
    for item in items:
        findings = checker(item)
        lost = [s for s in item.spans if not any(matches(f, s) for f in findings)]
        false = [f for f in findings if not any(matches(f, s) for s in item.spans)]
        missed, wrong = missed + len(lost), wrong + len(false)
        if lost or false:
            print(item.text)
        for span in lost:
            print(f"  - {span.level} {span.claim} {item.text[span.start : span.end]}")
        for finding in false:
            print(f"  + {finding.level} {item.text[finding.start : finding.end]}")
    marks = sum(len(item.spans) for item in items)
    print(f"{len(items)} passages, {marks} marks: {missed} missed, {wrong} findings without a mark")


if __name__ == "__main__":
    main(sys.argv[1:])
