"""What an answer has said it does not say again."""

from __future__ import annotations

import pytest

from rag.ask.compose.draft import said_before
from rag.ask.models import Sentence

TOLD = Sentence(
    text="收到检验结论之日起七个工作日内，向抽样的监管部门或者上一级申请，由它随机定复检机构，复检结论是最终结论。",
    citations=(1,),
)


def test_the_same_in_fewer_words_is_said_before() -> None:
    again = "不服的，收到检验结论之日起七个工作日内向抽检的监管部门或者上一级申请复检。"
    assert said_before(again, [TOLD])
    assert not said_before(again, [])


@pytest.mark.parametrize(
    "text",
    [
        "不服的，收到检验结论之日起五个工作日内向抽检的监管部门或者上一级申请复检。",  # another figure
        "收到检验结论之日起七个工作日内，不得向抽样的监管部门或者上一级申请。",  # a ban
        "复检由双方共同委托的机构做，费用先由申请人垫付。",  # another matter
        "看情况。",
    ],
)
def test_what_differs_is_said(text: str) -> None:
    assert not said_before(text, [TOLD, Sentence(text="看情况。", citations=(1,))])
