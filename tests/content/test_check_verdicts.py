"""`same-question`: like questions of guidelines in force together give one verdict."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from rag.content.check.verdicts import check_verdicts, like_pairs, pairs_table
from tests.content.checking import TODAY, Content, messages

LAW = "《价格法》第十三条"


@pytest.fixture
def content(tmp_path: Path) -> Content:
    return Content(tmp_path)


def all_alike(questions: Sequence[str]) -> list[list[float]]:
    """A model to which every question means the same."""
    return [[1.0, 0.0] for _ in questions]


def none_alike(questions: Sequence[str]) -> list[list[float]]:
    """A model to which no question is like another."""
    return [[float(i == n) for i in range(len(questions))] for n in range(len(questions))]


def test_one_question_with_two_verdicts_is_an_error(content: Content) -> None:
    content.answer("“全网最低价”能说吗？", f"不能。{LAW}", slug="one")
    corpus = content.answer("全网最低价能说吗？", f"看情况：有证据才行。{LAW}", slug="two")
    [problem] = check_verdicts(corpus, TODAY)
    assert problem.level == "error"
    assert "merchant/one@2026-02-01#faq-1" in problem.message


def test_paraphrases_need_vectors_and_are_notes(content: Content) -> None:
    content.answer("能讲比谁都便宜吗？", f"不能。{LAW}", slug="one")
    corpus = content.answer("全网最低价可以喊吗？", f"可以。{LAW}", slug="two")
    assert not list(check_verdicts(corpus, TODAY))
    assert not list(check_verdicts(corpus, TODAY, none_alike))
    [problem] = check_verdicts(corpus, TODAY, all_alike)
    assert problem.level == "note"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("拆了就不能退吧？", "不对。能退。"),
        ("拆了能退吗？", "可以。商家要退。"),
        ("拆了要通知吗？", "不用。商家自己记着。"),
    ],
)
def test_the_same_stand_in_other_words_is_none(content: Content, question: str, answer: str) -> None:
    content.answer("拆封了能退吗？", f"能。{LAW}", slug="one")
    corpus = content.answer(question, answer + LAW, slug="two")
    assert not list(check_verdicts(corpus, TODAY, all_alike))


def test_unlawful_is_a_yes_to_whether_it_is(content: Content) -> None:
    content.answer("买粉丝算违法吗？", f"算。{LAW}", slug="one")
    corpus = content.answer("买粉丝也违法吗？", f"违法。{LAW}", slug="two")
    kinds = {p.differs for p in like_pairs(corpus, TODAY, all_alike)}
    assert kinds == {False}


def test_compared_pairs_can_be_read(content: Content) -> None:
    content.answer("拆封了能退吗？", f"能。{LAW}", slug="one")
    corpus = content.answer("拆封了能退货吗？", f"不能。{LAW}", slug="two")
    table = pairs_table(like_pairs(corpus, TODAY, all_alike))
    assert "1.000\t不同\tmerchant/two@2026-02-01#faq-1\t拆封了能退货吗？" in table
    assert not messages(list(check_verdicts(corpus, TODAY.replace(year=2020))))
