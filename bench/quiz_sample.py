"""Draw reviewed quiz questions for a reading: each with its options, what is marked right, what is shown as explanation, and its clause.

    python -m bench.quiz_sample --seed 1127 --count 150 [--laws ../shared/laws] --out var/quiz150.md

All questions that hold on the day are in one random order that the seed gives; ``--skip 150 --count 75`` draws the next 75 of it.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from rag.content import Corpus, load_corpus, load_quiz
from rag.content.lawfile import law_files
from rag.content.lawtext import LawLibrary, read_law_text
from rag.ground.settings import ROOT
from rag.training import reviewed_exercises
from rag.training.models import Exercise

LETTERS = "ABCD"


def order(exercises: Sequence[Exercise], seed: int) -> list[Exercise]:
    """All of them in the order of the seed; it does not depend on the order of the file."""
    drawn = sorted(exercises, key=lambda e: e.id)
    random.Random(seed).shuffle(drawn)
    return drawn


def shown(number: int, one: Exercise, corpus: Corpus, library: LawLibrary | None) -> Iterator[str]:
    """One question as learners see it, then its clause, then the articles as they stand."""
    guideline = corpus.get(one.guideline, day=one.version)
    clause = guideline.clause(one.clause)
    assert clause is not None
    role = corpus.registers.operator(guideline.operator)
    yield f"## {number}. {one.id}\n【{role.short if role else guideline.operator}】{one.title}（{one.version} 起）#{one.clause}"
    yield f"问：{one.question}"
    yield "\n".join(f"- {letter}. {option}" for letter, option in zip(LETTERS, one.options, strict=False))
    yield f"标为对的：{LETTERS[one.answer]}"
    yield f"给学习者的解释：{one.text}"
    yield f"条款全文：{clause.heading or ''} {clause.text}".replace("：  ", "：")
    for law, article in dict.fromkeys((ref.law, ref.article) for ref in clause.laws) if library else ():
        known = corpus.registers.laws.get(law)
        found = (
            library.article(known, article, one.version)
            if library and known and article is not None
            else None
        )
        yield f"> 《{law}》第{article}条：" + (
            "\n>\n> ".join(found.paragraphs) if found else "（原文不在手边）"
        )


def main(argv: Sequence[str] | None = None) -> None:
    """Write the questions, and print how many there were to draw from."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--count", type=int, default=150)
    parser.add_argument("--skip", type=int, default=0)
    parser.add_argument("--day", type=dt.date.fromisoformat, default=dt.date.today())
    parser.add_argument("--laws", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(argv)
    corpus = load_corpus(ROOT / "guidelines")
    texts = (
        (read_law_text(p, corpus.registers.laws) for p in law_files(options.laws)) if options.laws else None
    )
    library = LawLibrary.of_texts(texts) if texts is not None else None
    pool = order(reviewed_exercises(corpus, load_quiz(ROOT / "guidelines"), options.day), options.seed)
    drawn = pool[options.skip : options.skip + options.count]
    blocks = ["\n\n".join(shown(options.skip + n, e, corpus, library)) for n, e in enumerate(drawn, 1)]
    options.out.write_text("\n\n".join(blocks) + "\n", "utf-8")
    print(f"{len(drawn)} of {len(pool)} questions, seed {options.seed}, in {options.out}")


if __name__ == "__main__":
    main()
