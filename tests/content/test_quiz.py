"""Questions and cases: only what was reviewed against the clause in force is given, and what is wrong is named."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from rag.content import cases_on, confirm_reviewed, explained, load_cases, load_corpus, load_quiz, quiz_on
from rag.content.check.quiz import check_quiz
from rag.ground import ContentError, NotFoundError
from rag.ground.settings import ROOT
from tests.conftest import copy_corpus

TODAY = dt.date(2026, 11, 26)
QUIZ = """# 题目
- {id: one, clause: live-room/genuine-trade#mustnot-1, kind: verdict, ask: 直播间能刷单吗？, right: 不能刷单, wrong: [能刷几单, 都能刷]}
"""
CASES = """- id: case-one
  operator: live-room
  title: 一件事
  story: 直播间开播前请了几个熟人下单，直播结束就退款，好让销量看起来高一些，顾客看到销量高就下了单，后来发现是假的。
  questions:
    - {ask: 可以这样做吗？, answer: 不可以这样做。, clauses: [live-room/genuine-trade#mustnot-1]}
    - {ask: 那该怎么办呢？, answer: 只报真实的销量。, clauses: [live-room/genuine-trade#mustnot-1]}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = copy_corpus(tmp_path / "guidelines")
    (root / "quiz.yml").write_text(QUIZ, "utf-8")
    (root / "cases.yml").write_text(CASES, "utf-8")
    return root


def test_a_question_is_given_once_it_is_confirmed_and_no_longer_when_its_clause_changes(root: Path) -> None:
    corpus = load_corpus(root)
    assert quiz_on(corpus, load_quiz(root), TODAY) == cases_on(corpus, load_cases(root), TODAY) == ()
    assert [p.level for p in check_quiz(corpus, root, TODAY)] == ["note"] * 3
    for own in ("one", "case-one"):
        confirm_reviewed(corpus, root, own, TODAY)
    assert list(check_quiz(corpus, root, TODAY)) == []
    (question,) = quiz_on(corpus, load_quiz(root), TODAY)
    assert question.options[question.answer] == "不能刷单"
    assert len(cases_on(corpus, load_cases(root), TODAY)) == 1
    clause = corpus.get("live-room/genuine-trade", day=TODAY).clause("mustnot-1")
    path = root / corpus.get("live-room/genuine-trade", day=TODAY).path
    assert clause
    path.write_text(path.read_text("utf-8").replace(clause.text, "无论如何" + clause.text), "utf-8")
    changed = load_corpus(root)
    assert quiz_on(changed, load_quiz(root), TODAY) == cases_on(changed, load_cases(root), TODAY) == ()
    found = list(check_quiz(changed, root, TODAY))
    assert {(p.level, "改过了" in p.message) for p in found} == {("note", True)}
    assert [p.line for p in found if p.path == "quiz.yml"] == [2]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("genuine-trade#mustnot-1", "genuine-trade#mustnot-99", "不存在"),
        ("[能刷几单, 都能刷]", "[能刷几单, 不能刷单]", "两个选项一样"),
        ("[能刷几单, 都能刷]", "[能，下播前退掉就可以, 不能，除非下播前退掉]", "一个意思"),
        ("kind: verdict", "why: 刷单罚五万元以上。, kind: verdict", "五万元在条款里没有"),
        ("kind: verdict", "kind: whatever", "读不了"),
        ("right: 不能刷单", "right: 不能刷单，一单都不能刷，刷了就是虚构交易骗人下单的", "长得多"),
    ],
)
def test_what_is_wrong_with_a_question_is_named(root: Path, old: str, new: str, said: str) -> None:
    assert old in QUIZ
    (root / "quiz.yml").write_text(QUIZ.replace(old, new), "utf-8")
    assert any(said in p.message for p in check_quiz(load_corpus(root), root, TODAY) if p.path == "quiz.yml")


@pytest.mark.parametrize(
    ("text", "right", "shown"),
    [
        ("不可以。藏好评是虚假宣传；违法信息可以依法处理。《甲办法》第一条", "能，违法信息可以处理", "藏好评是虚假宣传；违法信息可以依法处理。《甲办法》第一条"),
        ("看情况。没过期的能说。", "能，没过期就行", "没过期的能说。"),
        ("不可以。藏好评是虚假宣传。", "不行，藏不得", "不可以。藏好评是虚假宣传。"),
        ("看情况。没过期的能说。", "看情况", "看情况。没过期的能说。"),
        ("可以申辩，不会因此加重。还可以复议。", "不会，不加重", "可以申辩，不会因此加重。还可以复议。"),
        ("不可以。《甲办法》第一条", "能，可以", "不可以。《甲办法》第一条"),  # nothing would be left
    ],
)  # fmt: skip
def test_an_explanation_does_not_open_with_the_opposite_verdict(text: str, right: str, shown: str) -> None:
    assert explained(text, right) == shown


@pytest.mark.parametrize(
    ("ask", "right", "why", "shown"),
    [
        ("刷单的，罚多少？", "五万元", "", "罚五万元。"),
        ("刷单的，能免罚吗？", "不能，照罚", "", "不可以。罚五万元。"),
        ("刷单的，要罚吗？", "要，照罚", "", "罚五万元。"),
        ("刷单的，能免罚吗？", "不能，照罚", "刷了就要罚。", "刷了就要罚。条款：罚五万元。"),
    ],
)
def test_a_verdict_on_another_question_is_left_out_and_an_explanation_of_its_own_leads(
    root: Path, ask: str, right: str, why: str, shown: str
) -> None:
    (one,) = load_quiz(root)
    made = one.model_copy(update={"question": ask, "options": (right,), "answer": 0, "why": why})
    assert made.explanation("不可以。罚五万元。") == shown
    depends = made.explanation("看情况：刷单的罚五万元。")
    assert depends == (f"{why}条款：" if why else "") + "刷单的罚五万元。"


def test_a_verdict_that_goes_on_with_a_but_is_not_cut_off(root: Path) -> None:
    (one,) = load_quiz(root)
    made = one.model_copy(update={"options": ("可以，要真实",), "answer": 0, "why": "机器人也行。"})
    assert made.explanation("可以，但要答得真实。") == "机器人也行。条款：可以，但要答得真实。"
    assert made.explanation("可以，要答得真实。") == "机器人也行。条款：要答得真实。"


def test_a_question_whose_clause_says_the_opposite_in_one_breath_is_named(root: Path) -> None:
    line = (
        QUIZ.replace("#mustnot-1", "#faq-1")
        .replace("right: 不能刷单", "right: 能刷单")
        .replace("能刷几单", "不能")
    )
    (root / "quiz.yml").write_text(line, "utf-8")
    corpus = load_corpus(root)
    clause = corpus.get("live-room/genuine-trade", day=TODAY).clause("faq-1")
    assert clause
    path = root / corpus.get("live-room/genuine-trade", day=TODAY).path
    found = list(check_quiz(corpus, root, TODAY))
    assert not any("相反的结论" in p.message for p in found)  # 不可以。 stands alone and is left out
    path.write_text(
        path.read_text("utf-8").replace(clause.text, clause.text.replace("不可以。", "不可以，")), "utf-8"
    )
    found = list(check_quiz(load_corpus(root), root, TODAY))
    assert [p.line for p in found if "相反的结论" in p.message] == [2]


def test_ids_and_questions_stand_once(root: Path) -> None:
    line = QUIZ.splitlines()[1]
    (root / "quiz.yml").write_text(QUIZ + line + "\n", "utf-8")
    found = [p.message for p in check_quiz(load_corpus(root), root, TODAY) if p.level == "error"]
    assert found == ["编号“one”写了两次", "题目“直播间能刷单吗？”写了两次"]


def test_what_cannot_be_confirmed_says_why(root: Path) -> None:
    corpus = load_corpus(root)
    with pytest.raises(NotFoundError, match="没有编号"):
        confirm_reviewed(corpus, root, "nobody", TODAY)
    (root / "quiz.yml").write_text(QUIZ.replace("right:", "right"), "utf-8")
    with pytest.raises(ContentError, match="读不了"):
        load_quiz(root)
    (root / "quiz.yml").unlink()
    assert load_quiz(root) == ()


def test_the_projects_questions_hold_today_and_the_right_one_stands_anywhere() -> None:
    corpus = load_corpus(ROOT / "guidelines")
    quiz = load_quiz(ROOT / "guidelines")
    assert len(quiz_on(corpus, quiz, TODAY)) >= 0.95 * len(quiz) > 0
    places = Counter(q.answer for q in quiz if len(q.options) == 3)
    assert max(places.values()) < 0.45 * sum(places.values())
    assert len(quiz_on(corpus, quiz, dt.date(2024, 1, 1))) < len(quiz)
