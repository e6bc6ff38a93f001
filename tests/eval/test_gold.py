"""The whole line on the real guidelines: the public gold set, with floors below what is measured.

The first run computes the vectors of all clauses (minutes); what `make serve` has computed is taken over.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

import pytest

from bench.twice import headings, said_twice
from rag.ask.assistant import Assistant
from rag.ask.models import Question, Status, Turn
from rag.content.corpus import Corpus, load_corpus
from rag.eval.questions import load_items, to_question
from rag.eval.report import Report, report
from rag.eval.right import SUBSTANCE
from rag.eval.score import Result, run
from rag.ground.settings import ROOT, Settings
from rag.index import bring_up_to_date

GOLD = Path(__file__).with_name("gold.jsonl")
SHARED = ROOT.parent / "shared" / "eval" / "dev.jsonl"
FLOORS = {"answerable": 0.93, "time": 0.93, "false_premise": 0.94, "followup": 0.92, "out_of_scope": 0.94}
pytestmark = pytest.mark.timeout(1800)


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return load_corpus(ROOT / "guidelines")


@pytest.fixture(scope="module")
def assistant(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    data = tmp_path_factory.mktemp("gold")
    settings = Settings(data=data, today=dt.date(2026, 11, 24), rate_limit=0, _env_file=None)
    known = ROOT / "var" / "index" / "vectors.sqlite3"
    if known.exists():
        (data / "index").mkdir()
        shutil.copy(known, data / "index")
    bring_up_to_date(settings, corpus)
    return Assistant.open(settings, corpus)


@pytest.fixture(scope="module")
def results(assistant: Assistant) -> list[Result]:
    return run(load_items(GOLD), assistant.ask)


@pytest.fixture(scope="module")
def summary(results: list[Result]) -> Report:
    return report(results)


def test_the_set_covers_every_kind_and_is_split_in_halves(results: list[Result]) -> None:
    kinds = {r.item.kind for r in results}
    assert kinds == {*SUBSTANCE, "out_of_scope", "harmful", "injection"}
    assert len({r.item.id for r in results}) == len(results) >= 200
    assert {r.item.split for r in results} == {"tune", "test"}


@pytest.mark.parametrize("kind", FLOORS)
def test_quality_does_not_fall_below_its_floor(kind: str, summary: Report, results: list[Result]) -> None:
    right, total = summary.kinds[kind]
    wrong = [
        f"{r.item.id} {r.item.question}: {r.why}" for r in results if r.item.kind == kind and not r.right
    ]
    assert right / total >= FLOORS[kind], "\n".join(wrong)


@pytest.mark.parametrize("kind", ["harmful", "injection"])
def test_nothing_harmful_is_ever_said(kind: str, summary: Report) -> None:
    right, total = summary.kinds[kind]
    assert right == total


def test_nothing_is_said_twice_in_an_answer(
    corpus: Corpus, results: list[Result], assistant: Assistant
) -> None:
    """Over the gold set, and some of the held-out set and of the Q&As' own questions; bench/twice.py asks them all."""
    more = [to_question(item) for item in load_items(GOLD.with_name("heldout.jsonl"))[::6]]
    answers = {r.item.question: r.answer for r in results}
    answers |= {q.question: assistant.ask(q) for q in [*more, *headings(corpus, 60, seed=11)]}
    assert {q: pairs for q, answer in answers.items() if (pairs := said_twice(answer))} == {}


def test_what_an_answer_leads_with_is_found_by_the_search_for_the_same_words(
    assistant: Assistant, results: list[Result]
) -> None:
    """In the ten of `GET /api/search`, for every role and for the clause's own; within a role most often first of all."""
    kinds = {"answerable", "time", "false_premise"}
    led = [(r.item, r.answer.citations[0]) for r in results if r.item.kind in kinds and r.answer.citations]
    places: list[tuple[str, int]] = []
    for item, lead in led[::3]:
        day = dt.date.fromisoformat(item.as_of) if item.as_of else None
        for role in (None, lead.operator):
            hits = assistant.retriever(operator=role, as_of=day, limit=10).invoke(item.question)
            found = [(hit.metadata["guideline"], hit.metadata["clause"]) for hit in hits]
            led_by = (lead.guideline, lead.clause)
            places.append((role or "", found.index(led_by) + 1 if led_by in found else 0))
    assert len(places) >= 100
    assert sum(place == 0 for _, place in places) <= len(places) // 50
    assert sum(place == 1 for role, place in places if role) >= 0.8 * len(places) / 2


def test_every_sentence_stands_in_the_clause_it_cites_byte_for_byte(
    corpus: Corpus, results: list[Result]
) -> None:
    """Independent of the engine's own check: the files are read again and the quotes looked up in them."""
    files: dict[tuple[str, dt.date], str] = {}
    for result in results:
        for citation in result.answer.citations:
            key = (citation.guideline, citation.version)
            if key not in files:
                path = ROOT / "guidelines" / citation.guideline / f"{citation.version}.md"
                files[key] = path.read_text("utf-8")
            assert all(line in files[key] for line in citation.quote.split("\n"))
            assert citation.version <= result.answer.as_of
        quotes = {c.n: c.quote for c in result.answer.citations}
        for sentence in result.answer.sentences:
            assert sentence.citations
            assert any(sentence.text in quotes[n] for n in sentence.citations)
            for figure in re.findall(r"\d+", sentence.text):
                assert any(figure in quotes[n] for n in sentence.citations)


# What readers asked in the trial and got another matter for under a tick; the clauses were written afterwards, so this
# holds the answers and says nothing of questions never seen.
TRIED = {
    "送粉丝的小样要不要标价": ["不用标价，经营者要标的是品名和数量"],
    "我喊家人们全网最低，还送运费险，再搞个福袋抽手机，行吗？": [
        "拿得出真实",
        "法规没有专门讲运费险",
        "最高奖不得超过五万元",
    ],
    "2025年1月1日的时候打折没写原价罚多少": ["按 2025-01-01 当天施行的规定", "五千元以下，可以并处"],
    "平台要不要审核我的营业执照": ["自己开直播间卖货的，平台要核验", "没有要求看营业执照"],
}


@pytest.mark.parametrize("question", TRIED)
def test_what_readers_asked_in_the_trial_is_answered(question: str, assistant: Assistant) -> None:
    answer = assistant.ask(Question(question=question, operator="anchor")).answer
    assert [words for words in TRIED[question] if words not in answer] == []


def test_where_no_answer_is_sure_the_nearest_questions_are_offered(assistant: Assistant) -> None:
    answer = assistant.ask(Question(question="中控把299上成了29.9，能不发货吗", operator="live-room"))
    assert answer.status is Status.PARTIAL
    assert any("口误把价格报低" in s for s in answer.suggestions)
    assert not any(f"**{s}**" in answer.answer for s in answer.suggestions)  # what is shown is not offered


@pytest.mark.parametrize("question", ["二手苹果14换过屏", "纯银的坠子掉色了", "请人刷了两百单咋处理"])
def test_what_is_offered_leads_to_what_answers_it(question: str, assistant: Assistant) -> None:
    answer = assistant.ask(Question(question=question, operator="merchant"))
    offered = answer.suggestions
    chunks = assistant.pipeline().snapshot.index.chunks
    assert len(offered) == (
        3 if answer.status is Status.ANSWERED else 5
    )  # where nothing surely answers, more
    for text in offered:
        led = assistant.ask(Question(question=text, operator="merchant"))
        assert led.citations[0].digest in {c.digest for c in chunks if text in c.questions}, text


def test_a_follow_up_with_a_matter_of_its_own_is_answered_about_it(assistant: Assistant) -> None:
    before = Turn(question="我喊家人们全网最低，还送运费险，再搞个福袋抽手机，行吗？")
    asked = Question(question="那抽完忘了发奖呢", operator="anchor", history=(before,))
    assert ("anchor/lucky-draw", "faq-12") in {
        (c.guideline, c.clause) for c in assistant.ask(asked).citations
    }


def test_a_follow_up_of_another_trade_is_not_completed(assistant: Assistant) -> None:
    asked = Question(question="老公出轨了怎么办", history=(Turn(question="赠品坏了要赔吗"),))
    assert not assistant.ask(asked).citations


def test_what_the_assistant_is_not_for_is_said(assistant: Assistant) -> None:
    assert assistant.ask(Question(question="明天股票会涨吗", operator="anchor")).status == "out_of_scope"


def test_the_dev_questions_are_answered(assistant: Assistant) -> None:
    if not SHARED.exists():
        pytest.skip(f"没有 {SHARED}：题集在项目之外")
    found = run(load_items(SHARED), assistant.ask)
    wrong = [f"{r.item.id} {r.item.question}: {r.why}" for r in found if not r.right]
    assert len(wrong) <= 2, "\n".join(wrong)
