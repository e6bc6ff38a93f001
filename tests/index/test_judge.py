"""The trained judge: what it says of a clause."""

from __future__ import annotations

import numpy as np
import pytest

from rag.ground.errors import EmbeddingError
from rag.index.judge import TrainedJudge, open_judge
from rag.index.lower import open_lower

RETURNS = "七日无理由退货的退回运费由消费者承担，另有约定的按约定。"
BRIBES = "不得以返现、红包等方式诱导消费者给好评，商家刷单罚一百万元以下。"


@pytest.fixture(scope="module")
def judge() -> TrainedJudge:
    return TrainedJudge()


@pytest.mark.parametrize(
    ("question", "right"), [("七天无理由退回去的运费谁掏", 0), ("好评返五块钱行不行", 1)]
)
def test_the_clause_that_answers_is_likelier(judge: TrainedJudge, question: str, right: int) -> None:
    said = judge.judge(question, [RETURNS, BRIBES])
    assert said[:, 2].argmax() == right


def test_what_is_said_are_probabilities_that_do_not_depend_on_company(judge: TrainedJudge) -> None:
    both, alone = judge.judge("运费谁出", [RETURNS, BRIBES]), judge.judge("运费谁出", [RETURNS])
    assert both.sum(axis=1) == pytest.approx(1.0, abs=1e-5)
    assert np.array_equal(both[0], alone[0])
    assert judge.judge("运费谁出", []).shape == (0, 3)


def test_a_long_question_and_a_long_clause_are_cut(judge: TrainedJudge) -> None:
    assert judge.judge("运费谁出" * 500, [RETURNS * 200]).shape == (1, 3)


def test_the_lower_half_is_loaded_once() -> None:
    assert open_lower() is open_lower()


def test_names() -> None:
    assert open_judge("none") is None
    with pytest.raises(EmbeddingError, match="trained 或 none"):
        open_judge("其他")
