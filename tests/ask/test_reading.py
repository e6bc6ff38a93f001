"""The trained judge in the line: the order of hits, the chance of an answer, and a broken model file."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from rag.ask import Answer, Assistant, Question, Status
from rag.ask.clauses import same_matter, tells_cost
from rag.ask.compose.draft import Draft
from rag.ask.judge import ANSWER_AT, FOREIGN, Decision, Reading, confidence, decide, read_hits
from rag.ask.models import Finding
from rag.ask.respond import Replies
from rag.ask.snapshot import Models
from rag.content import Section, load_corpus
from rag.ground import Settings
from rag.index.judge import TrainedJudge

NOT_EVERY_WORD = "直播间好评返现可以吗，小礼物"  # the clause lacks some


@pytest.fixture(scope="module")
def assistant(indexed: Settings) -> Assistant:
    return Assistant.open(indexed, load_corpus(indexed.guidelines))


@pytest.fixture(scope="module")
def judge() -> TrainedJudge:
    return TrainedJudge()


def read(assistant: Assistant, judge: TrainedJudge, text: str) -> tuple[Reading, Decision]:
    query, hits = assistant.pipeline().consult(Question(question=text))
    reading = read_hits(judge, None, query, hits)
    assert sorted(h.chunk.id for h in reading.hits) == sorted(h.chunk.id for h in hits)
    return reading, decide(query, reading.hits, 0.0, reading.found)


def test_what_a_clause_answers_is_likelier_than_what_none_does(
    assistant: Assistant, judge: TrainedJudge
) -> None:
    asked, _ = read(assistant, judge, "好评返现可以吗")
    foreign, decision = read(assistant, judge, "主播合同到期公司不发工资怎么办")
    assert asked.chance is not None
    assert foreign.chance is not None
    assert asked.chance > foreign.chance
    assert decision is not Decision.ANSWER


@pytest.mark.parametrize("text", ["广告法第九条说什么", "广告法改了什么", "宣传的规定跟以前有什么不同"])
def test_what_the_judge_has_not_learnt_keeps_its_order(
    assistant: Assistant, judge: TrainedJudge, text: str
) -> None:
    query, hits = assistant.pipeline().consult(Question(question=text))
    assert read_hits(judge, None, query, hits) == Reading(hits)


def test_without_a_judge_hits_stay_as_they_were_found(assistant: Assistant) -> None:
    query, hits = assistant.pipeline().consult(Question(question="好评返现可以吗"))
    assert read_hits(None, None, query, hits) == Reading(hits)


def test_a_judge_that_cannot_be_opened_is_said_and_gone_without(
    indexed: Settings, assistant: Assistant, caplog: pytest.LogCaptureFixture
) -> None:
    settings = indexed.model_copy(update={"judge": "其他"})
    assert Models.open(settings, assistant.corpus).judge is None
    assert "不认识的评判模型 其他" in caplog.text


@pytest.mark.parametrize(
    ("found", "decision"),
    [
        (Finding.DIRECT, Decision.ANSWER),
        (Finding.NEAREST, Decision.NEAREST),
        (Finding.NONE, Decision.NO_EVIDENCE),
        (None, Decision.ANSWER),
    ],
)
def test_what_was_found_decides(assistant: Assistant, found: Finding | None, decision: Decision) -> None:
    query, hits = assistant.pipeline().consult(Question(question=NOT_EVERY_WORD))
    assert decide(query, hits, 0.0, found) is decision


class Fixed:
    """A judge that finds every clause as likely as it is told to, and ``weights`` of what the search knows."""

    def __init__(self, chance: float, weights: Mapping[str, float] | None = None) -> None:
        bias, weights = math.log(chance / (1 - chance)), weights or {}
        self.evidence: Mapping[str, Any] = {"bias": bias, "weights": weights, "direct": 0.5, "nearest": 0.2}

    def judge(self, question: str, texts: Sequence[str]) -> np.ndarray:
        return np.full((len(texts), 3), 1 / 3)


def answered(
    assistant: Assistant, chance: float, text: str, weights: Mapping[str, float] | None = None
) -> Answer:
    now = assistant.pipeline()
    judge = Fixed(chance, weights)
    return replace(now, models=replace(now.models, judge=judge)).answer(Question(question=text))


def test_below_the_bar_the_nearest_clause_is_shown_and_a_person_is_named(assistant: Assistant) -> None:
    sure, near, none = (answered(assistant, c, NOT_EVERY_WORD) for c in (0.6, 0.3, 0.1))
    assert (sure.status, near.status, none.status) == (Status.ANSWERED, Status.PARTIAL, Status.NO_EVIDENCE)
    assert [a.parts[0].kind for a in (sure, near)] == [Finding.DIRECT, Finding.NEAREST]
    assert near.parts[0].sentences == tuple(range(len(near.sentences)))
    assert len(near.citations) == 1
    assert near.notes[0].startswith("没有把握哪一条正好回答")
    assert near.contact.text in near.answer
    assert near.contact.text not in sure.answer
    assert not none.sentences


def test_of_several_asks_each_is_told_what_was_found(assistant: Assistant) -> None:
    answer = answered(assistant, 0.17, "直播间好评返现可以吗？刷单行吗直播间？", {"confidence": 4.0})
    assert answer.status is Status.PARTIAL
    assert [(p.asked, p.kind) for p in answer.parts] == [
        ("直播间好评返现可以吗?", Finding.DIRECT),
        ("刷单行吗直播间?", Finding.NEAREST),  # the search is less sure
    ]
    assert "第二问（刷单行吗直播间），没有把握哪一条正好回答" in answer.missing[0]
    first, second = (set(p.sentences) for p in answer.parts)
    assert first
    assert second
    assert first | second == set(range(len(answer.sentences)))


def test_a_clause_with_every_word_of_the_question_answers_where_the_judge_finds_it_near(
    assistant: Assistant,
) -> None:
    query, hits = assistant.pipeline().consult(Question(question="直播间好评返现可以吗"))
    assert decide(query, hits, 0.0, Finding.NEAREST) is Decision.ANSWER
    assert decide(query, hits, 0.0, Finding.NONE) is Decision.NO_EVIDENCE


def test_the_nearest_to_what_a_breach_costs_is_a_rule_and_never_another_fine(assistant: Assistant) -> None:
    answer = answered(assistant, 0.3, "主播把别人写的好评念成自己写的，罚多少钱")
    assert answer.status in (Status.PARTIAL, Status.NO_EVIDENCE)
    assert "罚" not in "".join(s.text for s in answer.sentences)
    rules_only = answered(assistant, 0.3, "主播把别人写的好评念成自己写的，可以吗")
    assert rules_only.status is Status.PARTIAL


class Sure(Fixed):
    """A judge that finds in every clause an answer and leaves the order to the search."""

    def __init__(self) -> None:
        super().__init__(0.6)
        self.evidence = {**self.evidence, "weights": {"score": 1.0}}

    def judge(self, question: str, texts: Sequence[str]) -> np.ndarray:
        return np.tile(np.array([0.05, 0.05, 0.9]), (len(texts), 1))


def test_the_askers_own_clause_leads_before_another_roles_on_the_same_article(assistant: Assistant) -> None:
    query, hits = assistant.pipeline().consult(Question(question="直播间好评返现可以吗"))
    first = hits[0]
    mine = first.model_copy(
        update={"chunk": first.chunk.model_copy(update={"operator": "park"}), "score": first.score / 2}
    )
    asker = replace(query, operator="park")
    assert first.chunk.operator != "park"
    assert read_hits(Sure(), None, asker, [first, mine]).hits[0].chunk.operator == "park"
    elsewhere = mine.model_copy(update={"chunk": mine.chunk.model_copy(update={"laws": ()})})
    assert read_hits(Sure(), None, asker, [first, elsewhere]).hits[0].chunk.operator != "park"


def test_what_people_found_of_a_clause_for_questions_like_it_counts(
    assistant: Assistant, judge: TrainedJudge
) -> None:
    query, hits = assistant.pipeline().consult(Question(question="好评返现可以吗"))
    unknown = read_hits(judge, None, query, hits)
    first, second = (h.chunk.id for h in unknown.hits[:2])
    doubted = read_hits(
        judge, None, query, hits, favour=lambda h: {first: -6.0, second: 6.0}.get(h.chunk.id, 0.0)
    )
    assert doubted.hits[0].chunk.id == second


def test_who_asks_what_it_costs_is_offered_first_what_says_so(assistant: Assistant) -> None:
    query, hits = assistant.pipeline().consult(Question(question="刷单罚多少"))
    asked = [h for h in hits if h.chunk.section is Section.FAQ]
    costs = {h.chunk.heading for h in asked if tells_cost(query, h.chunk)}
    last = sorted(asked, key=lambda h: tells_cost(query, h.chunk))
    assert costs
    assert last[0].chunk.heading not in costs
    assert Replies.suggestions(query, last, Draft())[0] in costs
    other, _ = assistant.pipeline().consult(Question(question="刷单可以吗"))
    assert Replies.suggestions(other, last, Draft())[0] not in costs


def test_where_no_clause_surely_answers_more_is_offered_of_any_kind_of_clause(assistant: Assistant) -> None:
    query, hits = assistant.pipeline().consult(Question(question="直播间刷单"))
    asked = {"asked": ("说来话长" * 10, "找人拍单算不算", "刷单行不行")}
    refused = {"asked": ("教我刷单不被查",)}
    hits = [
        h
        if h.chunk.section is Section.FAQ
        else h.model_copy(update={"chunk": h.chunk.model_copy(update=asked)})
        for h in hits
    ]
    bad = next(h for h in hits if h.chunk.section is not Section.FAQ)
    bad = bad.model_copy(update={"chunk": bad.chunk.model_copy(update=refused)})
    offered = Replies.suggestions(query, [bad, *hits], Draft())
    assert refused["asked"][0] not in offered  # whoever taps what is offered is not refused
    assert len(offered) == 5
    assert Replies.suggestions(query, [bad, *hits], Draft(), sure=True) == offered[:3]
    of = [next(h.chunk for h in hits if text in h.chunk.questions) for text in offered]
    assert any(c.section is not Section.FAQ for c in of)  # in words in which people ask for it
    assert not any(same_matter(a, b) for n, a in enumerate(of) for b in of[:n])
    assert "刷单行不行" in offered


def test_what_is_far_nearer_to_us_than_to_any_other_trade_is_not_sent_away(assistant: Assistant) -> None:
    query, hits = assistant.pipeline().consult(Question(question="盒子上印啥"))
    near = [h.model_copy(update={"dense": 0.75}) for h in hits]
    assert decide(query, near, 0.6, Finding.NONE, 0.1) is Decision.NO_EVIDENCE
    assert decide(query, near, 0.7, Finding.NONE, 0.1) is Decision.OUT_OF_SCOPE
    assert decide(query, near, 0.6, Finding.NONE, 0.001) is Decision.OUT_OF_SCOPE


def test_where_the_judge_is_sure_the_doubt_of_the_search_refuses_nothing(assistant: Assistant) -> None:
    query, hits = assistant.pipeline().consult(Question(question="盒子上印啥"))
    near = [h.model_copy(update={"dense": 0.75}) for h in hits]
    assert decide(query, near, 0.6, Finding.DIRECT, 0.9) is Decision.ANSWER
    assert decide(query, near, 0.8, Finding.DIRECT, 0.9) is Decision.OUT_OF_SCOPE  # nearer to another matter


def test_where_the_search_knows_nothing_of_the_matter_no_nearest_rule_is_shown(assistant: Assistant) -> None:
    query, hits = assistant.pipeline().consult(Question(question="盒子上印啥", operator="merchant"))
    far, nearer = (
        [h.model_copy(update={"dense": dense, "coverage": 0.0, "lexical": 0.0, "score": score}) for h in hits]
        for dense, score in ((0.5, 0.2), (0.75, 1.0))
    )
    assert confidence(query, far, 0.45) < FOREIGN <= confidence(query, nearer, 0.45) < ANSWER_AT
    assert decide(query, far, 0.45, Finding.NEAREST) is Decision.NO_EVIDENCE
    assert decide(query, nearer, 0.45, Finding.NEAREST) is Decision.NEAREST
