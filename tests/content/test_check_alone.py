"""`alone`: a clause that is quoted alone still says who, what and which verdict."""

from pathlib import Path

import pytest

from rag.content.check.alone import check_alone
from rag.content.verdict import ask_kind, asks_consequence, asks_quantity, asks_yes_no, opening, verdict
from tests.content.checking import Content, messages

LAW = "《价格法》第四十二条"


@pytest.fixture
def content(tmp_path: Path) -> Content:
    return Content(tmp_path)


@pytest.mark.parametrize(
    ("clause", "fault"),
    [
        ("卖过期食品：没收违法所得，罚五千元以下。", "没有写谁受罚"),
        ("对广告主罚五千元以下，发布者同样受罚。", "同样受罚"),
        ("对广告主罚五千元以下；发布者同额罚款。", "同额"),
        ("商家有前款行为的，罚五千元以下。", "前款"),
        ("卖假货罚五千元以下，帮着存放、运输、保管这些货的也要罚。", "也要罚"),
        ("酒类广告不得劝酒；违者罚五千元以下。", "违者"),
        ("商家侵权，违法经营额五万元以上的罚五倍以下，没有或者不足五万元的罚二十五万元以下。", "没有什么"),
        ("商家侵权，违法经营额五万元以上的罚五倍以下，不足五万元或者没有的罚二十五万元以下。", "没有什么"),
    ],
)
def test_a_liability_clause_that_does_not_stand_alone(content: Content, clause: str, fault: str) -> None:
    assert fault in messages(list(check_alone(content.liability(clause + LAW))))


@pytest.mark.parametrize(
    "clause",
    [
        "商家卖过期食品：没收违法所得，罚五千元以下。",
        "酒类广告不得劝酒；违者对广告主罚五千元以下。",
        "对广告主罚五千元以下，发布者也罚五千元以下。",
        "商家侵权，违法经营额五万元以上的罚五倍以下，没有违法经营额或者不足五万元的罚二十五万元以下。",
        "主动退还多收价款的，依法从轻或者减轻处罚。",
    ],
)
def test_a_liability_clause_that_stands_alone(content: Content, clause: str) -> None:
    assert not list(check_alone(content.liability(clause + LAW)))


@pytest.mark.parametrize(
    ("question", "answer", "fault"),
    [
        ("不标价罚多少？", "要。商家罚五千元以下。", "以“要”开头"),
        ("请老顾客作证明，罚多少？", "不可以。对广告主罚五千元以下。", "以“不可以”开头"),
        ("极限词能说吗？", "“最佳”一类的话。商家别用。", "没有结论"),
        ("退款几天到账？", "收到货以后。七日内退。", "没有数"),
    ],
)
def test_an_answer_that_does_not_open_with_what_was_asked(
    content: Content, question: str, answer: str, fault: str
) -> None:
    assert fault in messages(list(check_alone(content.answer(question, answer + LAW))))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("不标价罚多少？", "商家不标价，罚五千元以下。"),
        ("能不标价吗，罚多少？", "不能。商家不标价罚五千元以下。"),
        ("能不标价吗？", "看情况：赠品可以不标。"),
        ("退款几天到账？", "七日内。商家收到退货起算。"),
        ("多久发一次？", "没有统一规定，看合同。"),
        ("极限词是什么意思，能说吗？", "“最佳”一类的话。不能说。"),
    ],
)
def test_an_answer_that_opens_well(content: Content, question: str, answer: str) -> None:
    assert not list(check_alone(content.answer(question, answer + LAW)))


def test_questions_are_told_apart() -> None:
    assert asks_yes_no("能卖吗？")
    assert asks_yes_no("要不要备案？")
    assert not asks_yes_no("平台几天内要做什么？")
    assert asks_consequence("刷单罚多少？")
    assert not asks_consequence("处罚多少天内公示？")
    assert asks_quantity("保存几年？")


def test_verdicts() -> None:
    assert [verdict(a) for a in ("不能。", "看情况：有证据才行。", "平台不得这样做。", "要。", "“最佳”这类话。")] == [
        "no", "depends", "no", "yes", None,
    ]  # fmt: skip
    assert opening("法律是鼓励，不是强制。") is None
    assert ask_kind("能卖吗？") == ("may", False)
    assert ask_kind("平台不用管吧？") == ("must", True)
