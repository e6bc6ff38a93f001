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
from bench.script.own import read_lettered, read_own
from bench.script.read import CLAIMS, Item, Span, read_gold
from bench.script.score import GROUPS
from rag.content import load_corpus
from rag.ground import load_settings
from rag.ground.settings import ROOT
from rag.script import Checker, load_pack
from rag.script.clauses import WEIGHTS, Pieces, clauses
from rag.script.judge import RuleJudge

FAMILIES = Path(__file__).parent / "families.txt"
FIRST = 0xE000  # the sign of the first family
HELD_BACK = "e"
WHOLE = (
    "speech-ad-mark",
    "speech-health-talk",
    "speech-offer",
)  # rules on a passage as a whole, of which a clause tells nothing
SENTENCES = ROOT / "tests" / "script" / "sentences.tsv"
CONTEXT = 0.5  # weight of the sentence beside the clause
RIDGE = 1.0
STEPS, TOLERANCE = 300, 1e-6  # of the conjugate gradients
LEAST = 2  # clauses in which a piece has to occur
KEEP, PROPOSE, BESIDE = 0.25, 0.7, 0.85


@dataclass(frozen=True)
class Clause:
    """A clause in its sentence, whether a span of any level and of 违法 or 有风险 lies in it, and the claim of that span."""

    text: str
    sentence: str
    stands: bool
    risky: bool
    claim: str


def training_items(without: Sequence[str] = ()) -> list[Item]:
    """All passages but those of the public test split, of the half held back and of the splits named."""
    return [
        i for i in (*read_gold("tune"), *read_own(), *read_lettered()) if i.split not in (HELD_BACK, *without)
    ]


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


def families() -> dict[str, str]:
    """Word -> the character that stands for its family."""
    lines = FAMILIES.read_text("utf-8").lower().splitlines()
    return {word: chr(FIRST + n) for n, line in enumerate(lines) for word in line.split()[1:]}


def train(rows: Sequence[Clause], ridge: float = RIDGE) -> dict[str, np.ndarray]:
    """The arrays of the file."""
    signs = families()
    taken = Pieces(signs)
    own, around = [taken.of(r.text) for r in rows], [taken.of(r.sentence) for r in rows]
    counted = Counter(p for some in own for p in some)
    known = sorted(p for p, n in counted.items() if n >= LEAST)
    rarity = np.log(len(rows) / np.array([counted[p] for p in known]))
    place = {p: i for i, p in enumerate(known)}
    both = Rows.of(own, place, rarity).beside(Rows.of(around, place, rarity), CONTEXT**0.5)
    goals = np.array([[r.stands, r.risky] for r in rows], float)
    weights = np.array([both.weights(g - g.mean(), ridge) for g in goals.T])
    some = [i for i, r in enumerate(rows) if r.claim]
    claims = Rows.of([own[i] for i in some], place, rarity)
    named = np.array([[rows[i].claim == c for c in CLAIMS] for i in some], float)
    claim = np.array([claims.weights(g - g.mean(), ridge) for g in named.T])
    words: dict[str, list[str]] = {}
    for word, sign in signs.items():
        words.setdefault(sign, []).append(word)
    return {
        "pieces": np.array("\n".join(known)),
        "families": np.array("\n".join(" ".join([sign, *some]) for sign, some in words.items())),
        "rarity": rarity.astype(np.float32),
        "clause": weights[:, : len(known)].astype(np.float16),
        "context": (CONTEXT**0.5 * weights[:, len(known) :]).astype(np.float16),
        "bias": goals.mean(0).astype(np.float32),
        "claim": np.round(claim, 3).astype(np.float16),
        "claims": np.array("\n".join(CLAIMS)),
    }


@dataclass(frozen=True)
class Rows:
    """A sparse matrix of ``rows`` x ``columns``: of each value its row and column, in order of rows."""

    rows: int
    row: np.ndarray
    column: np.ndarray
    value: np.ndarray
    columns: int

    @classmethod
    def of(cls, texts: Sequence[set[str]], place: dict[str, int], rarity: np.ndarray) -> Rows:
        """The known pieces of each text, weighed, rows of length 1."""
        at = [sorted(place[p] for p in some if p in place) for some in texts]
        row, column = (
            np.repeat(np.arange(len(at)), [len(a) for a in at]),
            np.array([i for a in at for i in a]),
        )
        value = rarity[column]
        length = np.sqrt(np.bincount(row, value**2, len(at))) + 1e-9
        return cls(len(at), row, column, value / length[row], len(rarity))

    def beside(self, other: Rows, factor: float) -> Rows:
        """Both, ``other`` to the right, times ``factor``."""
        return Rows(
            self.rows,
            np.concatenate([self.row, other.row]),
            np.concatenate([self.column, other.column + self.columns]),
            np.concatenate([self.value, other.value * factor]),
            self.columns + other.columns,
        )

    def weights(self, goal: np.ndarray, ridge: float) -> np.ndarray:
        """Weights of the columns by ridge regression of ``goal``: conjugate gradients on (X Xt + ridge) a = goal, then Xt a."""
        dual, rest = np.zeros(len(goal)), goal.copy()
        step, size = rest.copy(), float(rest @ rest)
        for _ in range(STEPS):
            if size < TOLERANCE:
                break
            image = self._times(self._back(step)) + ridge * step
            length = size / float(step @ image)
            dual, rest = dual + length * step, rest - length * image
            size, before = float(rest @ rest), size
            step = rest + size / before * step
        return self._back(dual)

    def _times(self, weights: np.ndarray) -> np.ndarray:
        return np.bincount(self.row, self.value * weights[self.column], self.rows)

    def _back(self, dual: np.ndarray) -> np.ndarray:
        return np.bincount(self.column, self.value * dual[self.row], self.columns)


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
    rules = "\n".join(r.rule.id for r in pack.rules if r.rule.id not in WHOLE)
    np.savez_compressed(args.out, **arrays, rules=np.array(rules), bars=np.array([KEEP, PROPOSE, BESIDE]))  # type: ignore[arg-type]
    print(
        f"{len(rows)} clauses, {sum(r.risky for r in rows)} risky, {len(arrays['rarity'])} pieces: {args.out}"
    )


if __name__ == "__main__":
    main()
