"""`basis`: a second rule in a clause, and the 款 that is cited, rest on the article."""

from pathlib import Path

import pytest

from rag.content.check.basis import check_basis
from tests.content.checking import Content, law, messages, needs_laws, official

RULES = law(
    """
    第十一条 经营者应当在首页公示营业执照。
    经营者变更信息的，应当在十五个工作日内更新。
    第十二条 经营者销售商品应当标明价格，查验供货者的许可证。
    消费者购买冰箱、空调、洗衣机等家用电器，六个月内出现瑕疵的，由经营者承担举证责任。
    """
)


@pytest.fixture
def content(tmp_path: Path) -> Content:
    return Content(tmp_path)


def test_an_added_rule_without_a_word_in_the_articles_is_a_note(content: Content) -> None:
    corpus = content.add(
        "## 要做到\n1. 商家要公示营业执照，还要给员工培训急救知识。《价格法》第十一条第一款\n"
    )
    [problem] = check_basis(corpus, RULES)
    assert problem.level == "note"
    assert "急救" in problem.message


def test_an_added_rule_that_the_articles_hold_is_none(content: Content) -> None:
    corpus = content.add("## 要做到\n1. 商家要标明价格，还要查验许可证。《价格法》第十二条\n")
    assert not list(check_basis(corpus, RULES))


def test_a_figure_of_another_paragraph_is_an_error(content: Content) -> None:
    wrong = content.add("## 要做到\n1. 信息变了，商家在十五个工作日内更新。《价格法》第十一条第一款\n")
    [problem] = check_basis(wrong, RULES)
    assert problem.level == "error"
    assert "第十一条第二款" in problem.message
    right = content.add("## 要做到\n1. 信息变了，商家在十五个工作日内更新。《价格法》第十一条第二款\n")
    assert not list(check_basis(right, RULES))


def test_words_of_another_paragraph_are_a_note(content: Content) -> None:
    corpus = content.add(
        "## 要做到\n1. 冰箱、空调、洗衣机等家用电器的瑕疵，举证责任在商家。《价格法》第十二条第一款\n"
    )
    assert "更像《价格法》第十二条第二款" in messages(list(check_basis(corpus, RULES)))


@needs_laws
def test_faults_that_readers_found_are_found(content: Content) -> None:
    corpus = content.answer(
        "园区发现假货必须举报吗？",
        "看情况。一般商品没有必须举报的条文；食品另有报告义务。《产品质量法》第六十一条",
        operator="park",
    )
    assert "另有报告义务" in messages(list(check_basis(corpus, official())))
