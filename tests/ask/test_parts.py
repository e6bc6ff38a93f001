"""Several questions in one message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.ask.models import Question, Turn
from rag.ask.understand.parts import MAX_PARTS, split_question
from rag.ground.words import Words

WORDS = Words()


def parts(text: str) -> list[str]:
    return [p.question for p in split_question(Question(question=text), WORDS)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("直播间要核验主播吗？资料留几年？罚多少？", ["直播间要核验主播吗?", "资料留几年?", "罚多少?"]),
        ("卖酒要不要证，罚多少", ["卖酒要不要证", "罚多少"]),
        ("抽奖规则要提前说吗，中途能改吗", ["抽奖规则要提前说吗", "中途能改吗"]),
        ("刷单违法吗，还有好评返现呢", ["刷单违法吗", "好评返现呢"]),
        ("车厘子连盒子称算短秤不，多收的钱怎么退", ["车厘子连盒子称算短秤不", "多收的钱怎么退"]),
        ("广告是他剪的，罚我还是罚他，罚好多", ["广告是他剪的,罚我还是罚他", "罚好多"]),
        (
            "我卖酒，还送打火机，再请粉丝转发抽奖，可以吗",
            ["我卖酒可以吗", "送打火机可以吗", "请粉丝转发抽奖可以吗"],
        ),
    ],
)
def test_every_question_becomes_a_part(text: str, expected: list[str]) -> None:
    assert parts(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "主播报错价了，比卡上便宜100，观众拍了，咋整",
        "我在直播间卖茶叶。能说治病吗？",
        "只要标了广告就能代言保健品，对不对？",
        "平台让新人播前培训，我找人替我考了，会怎样",
        "刷单",
        "我卖茶叶，还送茶杯，行吗",
        "东西卖完了，账号还是我的，要注销吗",
    ],
)
def test_a_scene_or_an_afterthought_is_no_question_of_its_own(text: str) -> None:
    assert split_question(Question(question=text), WORDS) == [Question(question=text)]


def test_a_later_part_has_what_came_before_as_history() -> None:
    earlier = Turn(question="刷单行吗")
    asked = Question(question="资料留几年？罚多少？", operator="anchor", history=(earlier,))
    first, second = split_question(asked, WORDS)
    assert first.history == (earlier,)
    assert second.history == (earlier, Turn(question=first.question))
    assert second.operator == "anchor"


@given(st.text(alphabet="刷单罚多少吗呢？。，还有平台 ab\n", min_size=1, max_size=60))
def test_any_message_has_one_to_four_parts(text: str) -> None:
    found = split_question(Question(question=text), WORDS)
    assert 1 <= len(found) <= MAX_PARTS
    assert all(p.question for p in found)
