"""The trained model of the script check: what it reads and what is read together."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import numpy as np
import pytest

from rag.content.corpus import Corpus
from rag.ground import DIGESTS, TOKENIZER
from rag.ground.settings import ROOT
from rag.script import judge as judges
from rag.script.checker import Checker
from rag.script.judge import TrainedJudge
from rag.script.packs import load_pack
from rag.script.tagger import GRAPH, MEASURED, WEIGHTS, Sentence, Tagger
from tests.script.conftest import TODAY

FOOD = frozenset({"food"})


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return Tagger()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (GRAPH, TOKENIZER, MEASURED, DIGESTS):
        shutil.copy(WEIGHTS / name, tmp_path)
    return tmp_path


def test_what_it_was_not_shown_is_read_by_its_sense(tagger: Tagger) -> None:
    risky, plain = "肝硬化喝两盒就消失了", "两盒装的书在第二排"
    found = tagger.read([Sentence(risky, FOOD), Sentence(plain, frozenset({"jewelry"}))])
    assert found[0].grave(0, len(risky)) > found[1].grave(0, len(plain)) + 0.3


def test_every_sentence_has_a_reading_of_its_length(tagger: Tagger) -> None:
    texts = ["", "好。", "🙂" * 40, "x" * 100, "这款面包早上烤的，" * 11, "最"]
    found = tagger.read([Sentence(t) for t in texts])
    assert [len(f.kinds) for f in found] == [len(f.claims) for f in found] == list(map(len, texts))
    for reading in found:
        assert np.allclose(reading.kinds.sum(1), 1.0, atol=1e-5)


def test_sentences_about_other_goods_are_not_read_together(tagger: Tagger) -> None:
    one, other = Sentence("喝了血糖就平了。", FOOD), Sentence("这个镯子真好看。", frozenset({"jewelry"}))
    (alone,), both = tagger.read([one]), tagger.read([one, other])
    assert np.array_equal(alone.kinds, both[0].kinds)
    assert not np.array_equal(alone.kinds, tagger.read([one, Sentence(other.text, FOOD)])[0].kinds)


def test_a_phrase_has_no_marks_at_its_edges(tagger: Tagger) -> None:
    text = "，，喝了它糖尿病就好了。"
    (reading,) = tagger.read([Sentence(text, FOOD)])
    reading.kinds[:] = (0.0, 1.0, 0.0)
    assert [text[a:b] for a, b in reading.phrases(text, 0.4)] == ["喝了它糖尿病就好了"]
    reading.kinds[:] = (1.0, 0.0, 0.0)
    assert list(reading.phrases(text, 0.4)) == []


def test_beside_something_found_less_is_proposed(tagger: Tagger) -> None:
    text = "家里有病号的全靠它，隔壁老王喝完扔了拐杖，瘤子自己就消了"
    reader = TrainedJudge(load_pack(ROOT / "guidelines" / "rules"), tagger).read([Sentence(text, FOOD)])
    alone, beside = (list(reader.claims(0, found)) for found in (False, True))
    assert alone
    assert set(beside) <= set(alone)


def test_without_the_model_the_rules_decide_and_the_log_says_so(
    corpus: Corpus, folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / GRAPH).unlink()
    monkeypatch.setattr(judges, "the_tagger", lambda: Tagger(folder))
    with caplog.at_level(logging.WARNING):
        checker = Checker(corpus, load_pack(ROOT / "guidelines" / "rules"))
    assert GRAPH in caplog.text
    found = checker.check("全国第一的好茶", today=TODAY, goods=["food"]).findings
    assert [f.text for f in found]
