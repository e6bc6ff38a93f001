"""Matters that are not ours are told by example."""

from pathlib import Path

import numpy as np
import pytest

from rag.ask.assistant import Assistant
from rag.ask.judge import Decision, decide
from rag.ask.models import Question, Status
from rag.content.corpus import load_corpus
from rag.content.models import Outside
from rag.content.registers import load_registers
from rag.ground.settings import ROOT, Settings
from rag.ground.words import Words
from rag.index.models import Hit
from rag.index.outside import OutsideMatters

WAGES = Outside(matter="工资", ask="人力资源社会保障部门", wordings=("工资多少", "拖欠工资"))
WEATHER = Outside(matter="天气", wordings=("今天下雨吗",))


def test_the_nearest_wording_tells_the_matter(tmp_path: Path) -> None:
    vectors = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 2]], np.float32)
    OutsideMatters([WAGES, WEATHER], vectors).save(tmp_path / "outside.npz")
    stored = OutsideMatters.load(tmp_path / "outside.npz")
    assert stored is not None
    assert stored.nearest([0.1, 2, 0]) == (pytest.approx(2 / np.hypot(0.1, 2), abs=1e-5), WAGES)
    assert stored.nearest([0, 0, 1]) == (pytest.approx(1.0), WEATHER)


def test_nothing_written_is_nothing_known(tmp_path: Path) -> None:
    assert OutsideMatters.load(tmp_path / "outside.npz") is None


def test_the_register_is_valid_and_no_wording_stands_twice() -> None:
    matters = load_registers(ROOT / "guidelines").outside
    wordings = [w for m in matters for w in m.wordings]
    assert len(wordings) > 150
    assert len(wordings) == len(set(wordings))


@pytest.fixture(scope="module")
def assistant(indexed: Settings, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The small corpus with the real register of what is not ours."""
    from rag.index.build import build_index
    from rag.index.chunks import chunk_corpus
    from rag.index.embed import open_embeddings

    settings = indexed.model_copy(update={"data": tmp_path_factory.mktemp("outside")})
    corpus = load_corpus(settings.guidelines)
    build_index(
        chunk_corpus(corpus),
        settings.data / "index",
        words=Words(corpus.registers.known_words()),
        embedding=settings.embedding,
        open_model=lambda: open_embeddings(settings.embedding),
        outside=load_registers(ROOT / "guidelines").outside,
    )
    return Assistant.open(settings, corpus)


@pytest.mark.parametrize(
    ("question", "who"),
    [
        ("干主播的一个月大概能挣多少", "人力资源社会保障部门"),
        ("明天会不会下雨", ""),
        ("帮我把这句话翻成英语", ""),
    ],
)
def test_what_is_not_ours_is_said_with_whom_to_ask(assistant: Assistant, question: str, who: str) -> None:
    answer = assistant.ask(Question(question=question))
    assert answer.status is Status.OUT_OF_SCOPE
    assert who in answer.answer
    assert not answer.citations


def test_what_is_ours_is_answered_all_the_same(assistant: Assistant) -> None:
    assert assistant.ask(Question(question="直播间好评返现可以吗")).status is Status.ANSWERED


def test_without_hits_the_day_is_the_reason_not_the_matter(assistant: Assistant) -> None:
    pipeline = assistant.pipeline()
    query, hits = pipeline.consult(Question.model_validate({"question": "刷单罚多少", "as_of": "2019-01-01"}))
    none: list[Hit] = []
    assert hits == none
    assert decide(query, hits, pipeline.outside(query)[0]) is Decision.NO_EVIDENCE
