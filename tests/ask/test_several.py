"""Whether a message asks several things, by what is found for its pieces."""

from __future__ import annotations

import pytest

from rag.ask import Assistant
from rag.ask.models import Answer, Finding, Question
from rag.ask.several import COEFFICIENTS, FEATURES, Found, asks_several, features
from rag.ask.understand.parts import joints, set_apart, split_question
from rag.content import load_corpus
from rag.ground import Settings, Words

SURE, NEAR, NOTHING = (
    Found(Finding.DIRECT, 0.9, "a"),
    Found(Finding.NEAREST, 0.4, "b"),
    Found(Finding.NONE, 0.05, None),
)


def test_every_feature_has_its_coefficient() -> None:
    assert tuple(COEFFICIENTS) == FEATURES
    assert len(features("甲吗，乙吗", SURE, [SURE, NEAR])) == len(FEATURES)


def test_joints_are_counted_after_normalisation() -> None:
    assert joints("刷单违法吗？还有返现呢？") == (1, 1)
    assert joints("刷单违法吗，另外抽奖呢，还有赠品呢") == (2, 0)
    assert joints("刷单违法吗?") == (0, 0)


def test_two_sure_answers_are_two_asks_and_a_scene_with_nothing_found_is_none() -> None:
    other = Found(Finding.DIRECT, 0.9, "c")
    assert asks_several("甲行吗，还有乙罚多少", SURE, [SURE, other])
    assert not asks_several("他问我行不行，我说行，会罚吗", SURE, [NOTHING, NOTHING])
    assert not asks_several("他问我行不行，会罚吗", SURE, [NOTHING, Found(Finding.DIRECT, 0.5, "a")])


@pytest.mark.parametrize(
    ("text", "apart"),
    [
        ("刷单违法吗？返现行不行？", True),
        ("我卖酒，还送打火机，再请粉丝转发抽奖，可以吗", True),
        ("刷单违法吗，返现行不行", False),
        ("刷单违法吗？", False),
    ],
)
def test_the_asker_may_set_his_questions_apart(text: str, apart: bool) -> None:
    assert set_apart(text, Words()) is apart


@pytest.fixture(scope="module")
def assistant(indexed: Settings) -> Assistant:
    return Assistant.open(indexed, load_corpus(indexed.guidelines))


def ask(assistant: Assistant, text: str) -> Answer:
    return assistant.ask(Question(question=text))


@pytest.mark.parametrize(
    "text", ["好评返现可以吗？直播间刷单罚多少？", "好评返现可以吗 还有直播间刷单罚多少"]
)
def test_two_questions_are_two_asks(assistant: Assistant, text: str) -> None:
    assert [p.kind for p in ask(assistant, text).parts] == [Finding.DIRECT, Finding.DIRECT]


@pytest.mark.parametrize(
    "text",
    [
        "有人问我行不行，我没多想就让粉丝好评返现了，这违法吗",
        "供应商说没什么问题，我也不知道真假就播了，没核验营业执照会怎么罚",
    ],
)
def test_a_scene_with_a_question_word_is_no_question(assistant: Assistant, text: str) -> None:
    assert len(split_question(Question(question=text), Words())) > 1, "it can be cut"
    answer = ask(assistant, text)
    assert len(answer.parts) <= 1
    assert "第二问" not in answer.answer


def test_a_piece_of_another_trade_is_not_completed_with_the_one_before(assistant: Assistant) -> None:
    """It is named as not found, and the first is answered all the same."""
    answer = ask(assistant, "好评返现可以吗？离婚了财产怎么分？")
    assert [(p.asked, p.kind) for p in answer.parts] == [
        ("好评返现可以吗?", Finding.DIRECT),
        ("离婚了财产怎么分?", Finding.NONE),
    ]


def test_a_short_piece_on_the_same_matter_still_leans_on_the_one_before(assistant: Assistant) -> None:
    question = Question(question="好评返现可以吗？那商家呢？")
    pipeline = assistant.pipeline()
    _, pieces = pipeline.pieces(question, pipeline.snapshot.reader.read(question, pipeline.today))
    assert [p.query.followup for p in pieces] == [False, True]
