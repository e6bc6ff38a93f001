"""The trained judge in the line: the order of hits, the chance of an answer, and a broken model file."""

from __future__ import annotations

import pytest

from rag.ask import Assistant, Question
from rag.ask.judge import Decision, Reading, decide, read_hits
from rag.content import load_corpus
from rag.ground import Settings
from rag.index import open_judge


@pytest.fixture(scope="module")
def assistant(indexed: Settings) -> Assistant:
    return Assistant.open(indexed, load_corpus(indexed.guidelines))


def read(assistant: Assistant, text: str) -> tuple[Reading, Decision]:
    query, hits = assistant.pipeline().consult(Question(question=text))
    reading = read_hits(open_judge("trained"), None, query, hits)
    assert sorted(h.chunk.id for h in reading.hits) == sorted(h.chunk.id for h in hits)
    return reading, decide(query, reading.hits, 0.0, reading.chance)


def test_what_a_clause_answers_is_likelier_than_what_none_does(assistant: Assistant) -> None:
    asked, _ = read(assistant, "好评返现可以吗")
    foreign, decision = read(assistant, "主播合同到期公司不发工资怎么办")
    assert asked.chance is not None
    assert foreign.chance is not None
    assert asked.chance > foreign.chance
    assert decision is not Decision.ANSWER


@pytest.mark.parametrize("text", ["广告法第九条说什么", "广告法改了什么"])
def test_questions_by_law_keep_their_order(assistant: Assistant, text: str) -> None:
    query, hits = assistant.pipeline().consult(Question(question=text))
    assert read_hits(open_judge("trained"), None, query, hits) == Reading(hits)


def test_without_a_judge_hits_stay_as_they_were_found(assistant: Assistant) -> None:
    query, hits = assistant.pipeline().consult(Question(question="好评返现可以吗"))
    assert read_hits(None, None, query, hits) == Reading(hits)
