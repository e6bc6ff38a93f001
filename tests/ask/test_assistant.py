"""From a question to an answer, on the small corpus: several questions, missing parts, articles."""

import datetime as dt

import pytest

from rag.ask.assistant import Assistant
from rag.ask.models import Answer, Question, Status
from rag.content.corpus import load_corpus
from rag.content.models import Section
from rag.ground.settings import Settings


@pytest.fixture(scope="module")
def assistant(indexed: Settings) -> Assistant:
    return Assistant.open(indexed, load_corpus(indexed.guidelines))


def ask(assistant: Assistant, text: str, **fields: object) -> Answer:
    return assistant.ask(Question.model_validate({"question": text, **fields}))


def test_every_question_of_a_message_is_answered_once(assistant: Assistant) -> None:
    answer = ask(assistant, "好评返现可以吗？直播间刷单罚多少？")
    assert answer.status is Status.ANSWERED
    assert len({(c.guideline, c.clause) for c in answer.citations}) == len(answer.citations) >= 2
    assert "返现" in answer.answer
    assert "万元" in answer.answer


def test_a_part_without_evidence_is_named_and_the_rest_answered(assistant: Assistant) -> None:
    answer = ask(assistant, "好评返现可以吗？火箭升空要不要审批？")
    assert answer.status is Status.PARTIAL
    assert "第二问（火箭升空要不要审批），没有找到能确定回答它的条款" in answer.answer
    assert answer.contact.text in answer.answer
    assert answer.citations


def test_the_day_said_once_holds_for_all_parts(assistant: Assistant) -> None:
    answer = ask(assistant, "2026年3月的时候，好评返现可以吗？直播间刷单会罚多少钱？")
    assert answer.as_of.isoformat() == "2026-03-31"
    assert answer.status is Status.ANSWERED
    assert answer.answer.startswith("按 2026-03-31 当天施行的规定")


@pytest.mark.parametrize(
    ("today", "text", "told"),
    [
        ("2026-02-02", "前天数字人直播要标AI生成吗", "按 2026-01-31 当天施行的规定"),
        ("2026-01-31", "后天数字人直播要标AI生成吗", "按 2026-02-02 当天施行的规定（将要施行"),
        ("2026-02-02", "前几天数字人直播要标AI生成吗", "您说的时间不确定，下面按今天（2026-02-02）"),
        ("2026-02-02", "前几天数字人直播要标AI生成吗？好评返现可以吗？", "您说的时间不确定，下面按今天"),
        ("2026-11-24", "前天数字人直播要标AI生成吗", None),
        ("2026-11-24", "前几天数字人直播要标AI生成吗", None),
        ("2026-11-24", "前几天数字人直播要标AI生成吗？好评返现可以吗？", None),
        ("2026-11-24", "两三个月前好评返现可以吗", "您说的时间不确定，下面按今天（2026-11-24）"),
    ],
)
def test_a_day_told_in_passing_is_named_only_where_a_rule_changed_since(
    indexed: Settings, today: str, text: str, told: str | None
) -> None:
    settings = indexed.model_copy(update={"today": dt.date.fromisoformat(today)})
    answer = ask(Assistant.open(settings, load_corpus(indexed.guidelines)), text)
    assert answer.citations
    assert any(note.startswith(told) for note in answer.notes) if told else not answer.notes


def test_a_question_about_an_article_gets_clauses_that_rest_on_it(assistant: Assistant) -> None:
    answer = ask(assistant, "直播电商监督管理办法第三十七条说什么")
    assert answer.status is Status.ANSWERED
    assert all(c.laws[0].article == 37 for c in answer.citations)
    assert all(c.section != Section.CHECKLIST.value for c in answer.citations)


def test_each_sentence_is_a_literal_piece_of_the_clause_it_cites(assistant: Assistant) -> None:
    answer = ask(assistant, "好评返现可以吗？数字人要标识吗？刷单罚多少？")
    quotes = {c.n: c.quote for c in answer.citations}
    assert answer.sentences
    assert all(s.text in quotes[n] for s in answer.sentences for n in s.citations)
