"""Retrieval quality on STARD dev and on our own clauses, with peers in the same run on the same embeddings.

python -m bench.retrieval [--json] [--only stard|clauses] [--no-peers] [--headings 250]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

import numpy as np

from bench.data import (
    DAY,
    SHARED,
    Asked,
    Texts,
    bench_settings,
    gold_questions,
    has_stard,
    heading_questions,
    load_clauses,
    load_stard,
    machine,
    publish,
)
from bench.metrics import clause_scores, statute_scores
from bench.peers import PEERS, PeerMissing
from bench.systems import DEPTH, Search, own_rankings, tried_rankings
from rag.ask.assistant import Assistant
from rag.ask.retrieve.search import POOL
from rag.ground.settings import ROOT
from rag.ground.words import Words
from rag.index.build import lexical_text
from rag.index.lexical import LexicalIndex
from rag.index.models import Chunk

STARD_POOL = 120
T = TypeVar("T")
Rankings = dict[str, list[list[int]]]
Scores = dict[str, dict[str, float]]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the measurement and print it."""
    options = _options(argv)
    report: dict[str, Any] = {"machine": machine(), "sets": {}}
    if options.only != "clauses":
        if has_stard():
            report["sets"].update(measure_stard(peers=not options.no_peers))
        else:
            _say(f"left out: STARD, no {SHARED / 'stard'}")
    if options.only != "stard":
        report["sets"].update(measure_clauses(peers=not options.no_peers, headings=options.headings))
    print(json.dumps(report, ensure_ascii=False, indent=1) if options.json else text(report))
    return 0


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.retrieval", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--only", choices=("stard", "clauses"), help="measure one corpus only")
    parser.add_argument("--no-peers", action="store_true", help="measure our own systems only")
    parser.add_argument("--headings", type=int, default=250, help="how many FAQ headings are asked")
    return parser.parse_args(argv)


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


# --- STARD -----------------------------------------------------------------------------------------------------


def measure_stard(*, peers: bool) -> dict[str, Scores]:
    """STARD dev: our parts, our fusion, what was tried on top, the peers."""
    texts, asked = load_stard()
    index = _timed("BM25 over STARD", lambda: LexicalIndex.build(texts.texts, Words()))
    rankings: Rankings = {}
    for pool in (POOL, STARD_POOL):
        rankings |= own_rankings(texts, asked, index, pool)
    rankings |= _timed("feedback and vote", lambda: tried_rankings(texts, asked, index, STARD_POOL))
    if peers:
        rankings |= peer_rankings(texts, asked)
    return {asked.name: _scores(rankings, asked, statute_scores)}


def peer_rankings(texts: Texts, asked: Asked) -> Rankings:
    """Rankings of every peer that can be run here."""
    rankings: Rankings = {}
    for peer in PEERS:
        try:
            rankings |= _timed(peer.__name__, partial(peer, texts, asked, DEPTH))
        except (PeerMissing, ImportError) as error:
            _say(f"left out: {peer.__name__}: {error}")
    return rankings


def _timed(name: str, work: Callable[[], T]) -> T:
    started = time.perf_counter()
    result = work()
    _say(f"{name}: {time.perf_counter() - started:.1f} s")
    return result


def _scores(
    rankings: Mapping[str, Sequence[Sequence[int]]], asked: Asked, score: Callable[..., dict[str, float]]
) -> Scores:
    return {name: score(asked.strip(r), asked.relevant) for name, r in rankings.items()}


# --- our own clauses -------------------------------------------------------------------------------------------


def measure_clauses(*, peers: bool, headings: int) -> dict[str, Scores]:
    """Our clauses in force on `DAY`: the gold questions and the FAQ headings, every system on the same clauses."""
    settings = bench_settings()
    corpus = _timed("index of our clauses", lambda: publish(settings))
    texts, chunks = load_clauses(settings, corpus)
    sets = question_sets(chunks, headings)
    asked = joined(sets)
    assistant = Assistant.open(settings, corpus)
    rankings: Rankings = {}
    for search in (
        Search("hegui search", assistant, chunks, DAY, roles=False),
        Search("hegui search, role given", assistant, chunks, DAY, roles=True),
    ):
        rankings[search.name] = _timed(search.name, partial(search.rank, asked))
    index = LexicalIndex.build([lexical_text(c) for c in chunks], Words(corpus.registers.known_words()))
    rankings |= own_rankings(texts, asked, index, POOL)
    rankings |= tried_rankings(texts, asked, index, POOL)
    if peers:
        rankings |= peer_rankings(texts, asked)
    return {
        f"{part.name} ({len(part.questions)} questions, {len(chunks)} clauses)": _scores(
            {name: r[start : start + len(part.questions)] for name, r in rankings.items()},
            part,
            clause_scores,
        )
        for part, start in zip(sets, offsets(sets), strict=True)
    }


def question_sets(chunks: Sequence[Chunk], headings: int) -> list[Asked]:
    """The gold and dev questions, as far as they are there, and two sets made of FAQ headings."""
    sets: list[Asked] = []
    for name, path in (("gold", ROOT / "tests/eval/gold.jsonl"), ("dev", SHARED / "eval/dev.jsonl")):
        if path.exists():
            sets.append(gold_questions(path, chunks, f"{name} questions"))
        else:
            _say(f"left out: {name} questions, no {path}")
    return [*sets, *heading_questions(chunks, headings)]


def joined(sets: Sequence[Asked]) -> Asked:
    """All questions as one set, so that every system is built once."""
    return Asked(
        "all",
        [q for s in sets for q in s.questions],
        np.concatenate([s.vectors for s in sets]),
        [r for s in sets for r in s.relevant],
        roles=[r for s in sets for r in (s.roles or [None] * len(s.questions))],
    )


def offsets(sets: Sequence[Asked]) -> list[int]:
    """Where each set begins among the joined questions."""
    return [sum(len(s.questions) for s in sets[:n]) for n in range(len(sets))]


# --- printing --------------------------------------------------------------------------------------------------


def text(report: Mapping[str, Any]) -> str:
    """The report as Markdown tables, best of each column in bold."""
    lines = ["; ".join(f"{k} {v}" for k, v in report["machine"].items())]
    for name, scores in report["sets"].items():
        columns = list(next(iter(scores.values())))
        top = {c: max(s[c] for s in scores.values()) for c in columns}
        lines += [
            "",
            f"### {name}",
            "",
            f"| system | {' | '.join(columns)} |",
            "|---" * (len(columns) + 1) + "|",
        ]
        for system, row in scores.items():
            cells = [f"**{row[c]:.3f}**" if row[c] == top[c] else f"{row[c]:.3f}" for c in columns]
            lines.append(f"| {system} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
