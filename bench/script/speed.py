"""How long the check takes for 20,000 characters: ``python -m bench.script.speed``."""

from __future__ import annotations

import time
from statistics import median

from bench.script.ours import DAY
from bench.script.own import read_own
from bench.script.read import read_gold
from rag.content import load_corpus
from rag.ground import load_settings
from rag.script import MAX_TEXT, Checker, load_pack

RUNS = 5


def main() -> None:
    """Prints the medians of `RUNS` runs, by the clock and of the processor, in seconds."""
    folder = load_settings().guidelines
    checker = Checker(load_corpus(folder), load_pack(folder / "rules"))
    passages = [item.text for item in (*read_gold("tune"), *read_own())]
    text = "。".join(passages * 2)[:MAX_TEXT]
    checker.check(text[:100], today=DAY)
    clock, processor, found = [], [], 0
    for _ in range(RUNS):
        begun, used = time.perf_counter(), time.process_time()
        found = len(checker.check(text, today=DAY).findings)
        clock.append(time.perf_counter() - begun)
        processor.append(time.process_time() - used)
    print(
        f"{len(text)} characters, {found} findings: {median(clock):.2f} s by the clock, {median(processor):.2f} s of one core"
    )


if __name__ == "__main__":
    main()
