"""The trained model of clauses: families of words, and what a sentence already holds."""

import pytest

from rag.ground.settings import ROOT
from rag.script.clauses import ClauseModel, Pieces
from rag.script.judge import TrainedJudge
from rag.script.packs import load_pack

ILL, GONE = "\ue000", "\ue001"
PIECES = Pieces({"痛风": ILL, "胃": ILL, "胃病": ILL, "没了": GONE})


def test_words_of_one_family_make_the_same_pieces() -> None:
    told = {p for p in PIECES.of("痛风没了") if p[0] >= ILL}
    assert told == {p for p in PIECES.of("胃病没了") if p[0] >= ILL}
    assert f"{ILL}{GONE}&" in told


def test_the_longest_word_counts() -> None:
    assert ILL + "病" not in PIECES.of("胃病没了")


def test_the_model_reads_what_it_was_not_shown() -> None:
    model = ClauseModel()
    risky, plain = "肝硬化喝两盒就消失了", "肝硬化的书在第二排"
    assert model.read(risky, risky).risky > model.read(plain, plain).risky + 0.2


@pytest.fixture(scope="module")
def judge() -> TrainedJudge:
    return TrainedJudge(load_pack(ROOT / "guidelines" / "rules"))


def test_beside_something_found_less_is_proposed(judge: TrainedJudge) -> None:
    sentence = "家里有病号的全靠它，隔壁老王喝完扔了拐杖，瘤子自己就消了"
    alone, beside = (list(judge.claims(sentence, found)) for found in (False, True))
    assert alone
    assert len(beside) <= len(alone)
    assert {c[:2] for c in beside} <= {c[:2] for c in alone}
