"""The sets of dialogues, messages with several asks and questions not to answer plainly: whole, halved, and true to the clauses."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from rag.content import Clause, Corpus, load_corpus
from rag.eval.questions import Item, load_items
from rag.ground.settings import ROOT

HERE = Path(__file__).parent
DAY = dt.date(2026, 11, 24)
SETS = {
    "dialogues": {"followup": 60},
    "multi": {"multi": 80},
    "refusal": dict.fromkeys(
        ("ambiguous", "contradicting", "missing", "false_premise", "granularity", "outside"), 40
    ),
}


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load_corpus(ROOT / "guidelines")


@pytest.fixture(scope="module")
def clauses(corpus: Corpus) -> dict[str, Clause]:
    """Every clause in force on the day the sets are asked on."""
    found = (corpus.on_day(guideline, DAY) for guideline in corpus.ids())
    return {f"{g.id}#{c.id}": c for g in found if g is not None for c in g.clauses}


@pytest.fixture(params=SETS)
def items(request: pytest.FixtureRequest) -> tuple[str, list[Item]]:
    return request.param, load_items(HERE / f"{request.param}.jsonl")


def test_every_kind_is_whole_and_halved(items: tuple[str, list[Item]]) -> None:
    name, found = items
    assert Counter(i.kind for i in found) == SETS[name]
    halves = Counter((i.kind, i.split) for i in found)
    assert all(halves[kind, "dev"] == halves[kind, "test"] == n / 2 for kind, n in SETS[name].items())
    assert len({i.id for i in found}) == len(found)
    assert len({(i.question, str(i.history)) for i in found}) == len(found)


def test_the_clauses_expected_are_there(items: tuple[str, list[Item]], clauses: dict[str, Clause]) -> None:
    for item in items[1]:
        assert item.clauses, item.id
        assert set(item.clauses) <= set(clauses), item.id
        assert all(len(p.clauses) >= 1 and set(p.clauses) <= set(item.clauses) for p in item.parts), item.id


def test_the_articles_expected_are_those_of_the_clauses(
    items: tuple[str, list[Item]], clauses: dict[str, Clause]
) -> None:
    for item in items[1]:
        for wanted in (item, *item.parts):
            own = {(ref.law, ref.article) for c in wanted.clauses for ref in clauses[c].laws}
            assert set(wanted.gold) <= own, item.id


def test_parts_stand_in_the_message_in_the_askers_words() -> None:
    for item in load_items(HERE / "multi.jsonl"):
        assert len(item.parts) >= 2, item.id
        assert all(p.asked in item.question for p in item.parts), item.id


def test_dialogues_have_an_earlier_question_that_is_another_one() -> None:
    for item in load_items(HERE / "dialogues.jsonl"):
        assert item.history, item.id
        assert item.history[0]["question"] != item.question, item.id


def test_all_roles_ask() -> None:
    found = {i.operator for name in SETS for i in load_items(HERE / f"{name}.jsonl")}
    assert found == {"platform", "live-room", "anchor", "mcn", "merchant", "park", None}
