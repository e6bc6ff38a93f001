"""Trains the clause model of the script check: ``python -m bench.script.train [--without b] [--out FILE]``.

Kernel ridge regression on the clauses of all sets but the public test split, and of the sentences of the unit tests, written as weights of pieces. Exact, no seed; 10 s.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.script.ours import DAY
from bench.script.own import read_own, read_third
from bench.script.read import CLAIMS, Item, Span, read_gold
from bench.script.score import GROUPS
from rag.content import load_corpus
from rag.ground import load_settings
from rag.ground.settings import ROOT
from rag.script import Checker, load_pack
from rag.script.clauses import WEIGHTS, clauses, pieces
from rag.script.judge import RuleJudge

SENTENCES = ROOT / "tests" / "script" / "sentences.tsv"
CONTEXT = 0.5  # weight of the sentence beside the clause
RIDGE = 1.0
LEAST = 2  # clauses in which a piece has to occur
KEEP, PROPOSE = 0.2, 0.7


@dataclass(frozen=True)
class Clause:
    """A clause in its sentence, whether a span of any level and of 违法 or 有风险 lies in it, and the claim of that span."""

    text: str
    sentence: str
    stands: bool
    risky: bool
    claim: str


def training_items(without: Sequence[str] = ()) -> list[Item]:
    """All passages but those of the public test split and of the splits named."""
    return [i for i in (*read_gold("tune"), *read_own(), *read_third()) if i.split not in without]


def tested_items(checker: Checker) -> list[Item]:
    """The sentences of the unit tests: innocent ones, and risky ones with what the rules find in them as spans."""
    items: list[Item] = []
    for number, line in enumerate(SENTENCES.read_text("utf-8").splitlines()):
        kind, text = line.split("\t")[:2]
        found = checker.check(text, today=DAY).findings if kind == "x" else ()
        spans = tuple(Span(f.start, f.end, f.text, f.level.value, "", "") for f in found)
        if kind == "o" or spans:
            items.append(Item(f"s{number}", "train", "tests", "home", "speech", text, spans))
    return items


def clauses_of(item: Item, checker: Checker) -> Iterator[Clause]:
    """The clauses of a passage, folded as the check folds them."""
    folded, sentences = checker.read(item.text)
    spans = [s for s in item.spans if s.claim != "missing_mark"]
    for number in range(len(sentences)):
        first, last = sentences.bounds(number)
        sentence = folded.text[first:last]
        for a, b in clauses(sentence):
            start, end = folded.span(first + a, first + b)
            over = [s for s in spans if min(end, s.end) - max(start, s.start) >= min(2, s.end - s.start)]
            strict = [s for s in over if GROUPS[s.level] == "strict"]
            claim = (strict or over)[0].claim if over else ""
            yield Clause(sentence[a:b], sentence, bool(over), bool(strict), claim)


def train(rows: Sequence[Clause]) -> dict[str, np.ndarray]:
    """The arrays of the file."""
    counted = Counter(p for r in rows for p in pieces(r.text))
    known = sorted(p for p, n in counted.items() if n >= LEAST)
    place = {p: i for i, p in enumerate(known)}
    rarity = np.log(len(rows) / np.array([counted[p] for p in known]))
    own = _vectors([r.text for r in rows], place, rarity)
    around = _vectors([r.sentence for r in rows], place, rarity)
    goals = np.array([[r.stands, r.risky] for r in rows], float)
    dual = _solve(own @ own.T + CONTEXT * (around @ around.T), goals - goals.mean(0))
    some = [i for i, r in enumerate(rows) if r.claim]
    named = np.array([[rows[i].claim == c for c in CLAIMS] for i in some], float)
    claim = _solve(own[some] @ own[some].T, named - named.mean(0)).T @ own[some]
    return {
        "pieces": np.array("\n".join(known)),
        "rarity": rarity.astype(np.float32),
        "clause": (dual.T @ own).astype(np.float16),
        "context": (CONTEXT * dual.T @ around).astype(np.float16),
        "bias": goals.mean(0).astype(np.float32),
        "claim": np.round(claim, 3).astype(np.float16),
        "claims": np.array("\n".join(CLAIMS)),
    }


def _vectors(texts: Sequence[str], place: dict[str, int], rarity: np.ndarray) -> np.ndarray:
    rows = np.zeros((len(texts), len(place)), np.float32)
    for row, text in zip(rows, texts, strict=True):
        at = sorted(place[p] for p in pieces(text) if p in place)
        row[at] = rarity[at]
    return rows / (np.linalg.norm(rows, axis=1, keepdims=True) + 1e-9)


def _solve(kernel: np.ndarray, goals: np.ndarray) -> np.ndarray:
    solved: np.ndarray = np.linalg.solve(kernel.astype(float) + RIDGE * np.eye(len(kernel)), goals)
    return solved


def main() -> None:
    """Trains and writes the file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--without", nargs="*", default=[])
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    args = parser.parse_args()
    folder = load_settings().guidelines
    pack = load_pack(folder / "rules")
    checker = Checker(load_corpus(folder), pack, judge=RuleJudge(pack))
    rows = [
        c
        for item in (*training_items(args.without), *tested_items(checker))
        for c in clauses_of(item, checker)
    ]
    arrays = train(rows)
    rules = "\n".join(r.rule.id for r in pack.rules)
    np.savez_compressed(args.out, **arrays, rules=np.array(rules), bars=np.array([KEEP, PROPOSE]))  # type: ignore[arg-type]
    print(
        f"{len(rows)} clauses, {sum(r.risky for r in rows)} risky, {len(arrays['rarity'])} pieces: {args.out}"
    )


if __name__ == "__main__":
    main()
