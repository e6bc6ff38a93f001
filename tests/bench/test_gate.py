"""The messages of the gate: test and dev are by hands whose lines are not learnt from, and none is like one that is."""

from __future__ import annotations

import json

from bench.gate.read import HERE, HONEST, WRONG, read_gate
from rag.ask.clauses import grams

ALIKE = 0.7  # share of the shorter one's character pairs


def test_there_are_enough_of_both_kinds() -> None:
    for split, least in (("train", 1000), ("dev", 200), ("test", 190)):
        kinds = [m.kind for m in read_gate(split)]
        assert min(kinds.count(HONEST), kinds.count(WRONG)) >= least, split


def test_no_writer_is_in_two_splits() -> None:
    rows = [json.loads(line) for line in (HERE / "messages.jsonl").read_text("utf-8").splitlines()]
    assert len({(r["writer"], r["split"]) for r in rows}) == len({r["writer"] for r in rows})


def test_what_is_held_back_is_like_nothing_that_is_learnt_from() -> None:
    learnt = [grams(m.text) for m in read_gate("train")]
    alike = [
        m.text
        for m in (*read_gate("dev"), *read_gate("test"))
        if any(len(g & own) >= ALIKE * min(len(g), len(own)) > 4 for own in [grams(m.text)] for g in learnt)
    ]
    assert not alike
