"""Answers on what changed, made of clauses of both versions, on a small corpus with two versions."""

import datetime as dt
import shutil

import pytest

from rag.ask.assistant import Assistant
from rag.ask.models import Question, Status
from rag.content.corpus import load_corpus
from rag.ground.settings import ROOT, Settings
from rag.index.build import bring_up_to_date

FILE = """---
title: 宣传真实
operator: live-room
topics: [advertising]
status: published
revision: 1
verified_on: 2026-11-20
summary: 直播间不搞虚假宣传
{changes}---
## 不得
1. 直播间不得对商品的性能、销售状况作虚假宣传。《反不正当竞争法》第{article}条
## 法律责任
1. 直播间虚假宣传的，责令停止违法行为，罚款{fine}。《反不正当竞争法》第{penalty}条
## 常见问题
### 虚假宣传依据哪一条？
依据的是《反不正当竞争法》第{article}条。
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    root = tmp_path_factory.mktemp("changes")
    guidelines = root / "guidelines"
    folder = guidelines / "live-room" / "truthful"
    folder.mkdir(parents=True)
    for name in ("operators.yml", "topics.yml", "laws.yml", "glossary.yml"):
        shutil.copy(ROOT / "guidelines" / name, guidelines / name)
    old = FILE.format(article="八", penalty="二十", fine="二十万元以上一百万元以下", changes="")
    new = FILE.format(
        article="九", penalty="二十五", fine="一百万元以下，不再有起点", changes="changes: 条号和罚款变了\n"
    )
    (folder / "2024-07-01.md").write_text(old, "utf-8")
    (folder / "2025-10-15.md").write_text(new, "utf-8")
    settings = Settings(guidelines=guidelines, data=root / "var", today=dt.date(2026, 11, 24), _env_file=None)
    corpus = load_corpus(guidelines)
    bring_up_to_date(settings, corpus)
    return Assistant.open(settings, corpus)


def test_the_difference_is_shown_with_clauses_of_both_versions(assistant: Assistant) -> None:
    answer = assistant.ask(Question(question="虚假宣传的罚款有什么变化"))
    assert answer.status is Status.ANSWERED
    assert "条号和罚款变了" in answer.answer
    assert {c.version for c in answer.citations} == {dt.date(2024, 7, 1), dt.date(2025, 10, 15)}
    old = next(c for c in answer.citations if c.version == dt.date(2024, 7, 1))
    assert old.url == f"/live-room/truthful/2024-07-01/#{old.clause}"


def test_a_named_law_selects_the_versions_it_changed(assistant: Assistant) -> None:
    answer = assistant.ask(Question(question="反不正当竞争法改了什么"))
    assert answer.status is Status.ANSWERED
    assert "自 2025-10-15 起" in answer.answer


@pytest.mark.parametrize(
    ("as_of", "article"), [(dt.date(2025, 1, 1), 8), (dt.date(2025, 10, 14), 8), (dt.date(2025, 10, 15), 9)]
)
def test_the_day_asked_about_selects_the_version(assistant: Assistant, as_of: dt.date, article: int) -> None:
    answer = assistant.ask(Question(question="虚假宣传依据哪一条", as_of=as_of))
    assert answer.as_of == as_of
    assert article in {law.article for c in answer.citations for law in c.laws}
    assert {8, 9} - {article} - {law.article for c in answer.citations for law in c.laws}


def test_before_the_first_version_there_is_no_answer_and_the_first_day_is_named(assistant: Assistant) -> None:
    answer = assistant.ask(Question(question="虚假宣传依据哪一条", as_of=dt.date(2020, 1, 1)))
    assert answer.status is Status.NO_EVIDENCE
    assert "2024-07-01" in answer.answer


def test_every_sentence_is_a_literal_piece_of_the_clause_it_cites(assistant: Assistant) -> None:
    for text in ("虚假宣传罚多少", "虚假宣传依据哪一条", "销售状况能虚假宣传吗", "虚假宣传有什么变化"):
        answer = assistant.ask(Question(question=text))
        quotes = {c.n: c.quote for c in answer.citations}
        for sentence in answer.sentences:
            assert any(sentence.text in quotes[n] for n in sentence.citations)
