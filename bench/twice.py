"""Answers that say something twice: over the gold and the held-out set and Q&A headings drawn with a seed.

    python -m bench.twice [--headings 500] [--seed 11]      # the index of HEGUI_DATA, about five minutes on two idle cores

Two sentences say the same where they share 80 % of the shorter one's character bigrams, two citations where they rest on the
same articles and their texts do. What shows two versions of a guideline side by side, because it was asked what changed, is none.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from itertools import combinations

from rag.ask import Answer, Question
from rag.ask.assistant import Assistant
from rag.ask.clauses import grams
from rag.content import Corpus, Section, load_corpus
from rag.eval import load_items
from rag.eval.questions import to_question
from rag.ground.settings import ROOT, Settings

SAME, SHORT = 0.8, 6


def said_twice(answer: Answer) -> list[tuple[str, str]]:
    """The pairs of sentences and of quotes of an answer that say the same; a few words, such as 看情况。, may recur."""
    if len({c.version for c in answer.citations}) > len({c.guideline for c in answer.citations}):
        return []
    sentences = [s.text for s in answer.sentences if len(grams(s.text)) >= SHORT]
    quotes = [(a.quote, b.quote) for a, b in combinations(answer.citations, 2) if set(a.laws) == set(b.laws)]
    return [pair for pair in [*combinations(sentences, 2), *quotes] if _alike(*pair)]


def headings(corpus: Corpus, count: int, seed: int) -> list[Question]:
    """So many questions of the Q&As in force, each as its own role asks it, drawn with a seed."""
    found = sorted(
        (clause.heading, guideline.operator)
        for guideline in corpus.guidelines
        if guideline.status == "published"
        for clause in guideline.clauses
        if clause.section is Section.FAQ and clause.heading
    )
    drawn = random.Random(seed).sample(sorted(set(found)), count)
    return [Question(question=text, operator=None if role == "common" else role) for text, role in drawn]


def asked(corpus: Corpus, count: int, seed: int) -> Iterator[Question]:
    """All questions of the measurement."""
    for name in ("gold", "heldout"):
        yield from map(to_question, load_items(ROOT / "tests" / "eval" / f"{name}.jsonl"))
    yield from headings(corpus, count, seed)


def _alike(one: str, other: str) -> bool:
    left, right = grams(one), grams(other)
    return len(left & right) >= SAME * (min(len(left), len(right)) or 1)


def main() -> None:
    """Ask them all; prints each pair and how many answers have one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--headings", type=int, default=500)
    parser.add_argument("--seed", type=int, default=11)
    options = parser.parse_args()
    corpus = load_corpus(ROOT / "guidelines")
    assistant, total, bad = Assistant.open(Settings(), corpus), 0, 0
    for question in asked(corpus, options.headings, options.seed):
        pairs = said_twice(assistant.ask(question))
        total, bad = total + 1, bad + bool(pairs)
        for pair in pairs:
            print(question.question, *pair, sep="\n    ", flush=True)
    print(f"{bad} of {total} answers say something twice")


if __name__ == "__main__":
    main()
