"""Words written partly in letters, pictures for words, words in disguise."""

import datetime as dt

import pytest

from rag.content.corpus import Corpus
from rag.ground.settings import ROOT
from rag.script.checker import Checker
from rag.script.judge import TrainedJudge
from rag.script.packs import load_pack
from rag.script.spelled import Spelled
from rag.script.tagger import Tagger

TODAY = dt.date(2026, 11, 26)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("zhi疗", "治疗"),
        ("治liao", "治疗"),
        ("z疗", "治疗"),
        ("zhiliao", "治疗"),
        ("能zhi疗的", "能治疗的"),
        ("最di价", "最低价"),
    ],
)
def test_letters_are_read_as_the_word_is_meant(written: str, read: str) -> None:
    text = written
    for start, end, meant in reversed(list(Spelled(["治疗", "最低价"]).find(text))):
        text = text[:start] + meant + text[end:]
    assert text == read


@pytest.mark.parametrize("text", ["t恤和u盘", "k歌用的vip号", "zhiliaoxx", "3z疗", "liao", "b超单"])
def test_other_letters_stay(text: str) -> None:
    assert not list(Spelled(["治疗", "最低价"]).find(text))


def test_places_are_those_of_the_text_as_sent(checker: Checker) -> None:
    text = "这茶喝了jiang糖，🍬友放心，降🍬降脂"
    found = {f.text for f in checker.check(text, today=TODAY, goods=["food"]).findings}
    assert {"jiang糖", "降🍬"} <= found


def test_a_word_in_disguise_is_not_let_go_by_the_model(corpus: Corpus) -> None:
    pack, tagger = load_pack(ROOT / "guidelines" / "rules"), Tagger()
    tagger.measured["bars"] = {
        "keep": 9.0,
        "within": 0.4,
        "propose": 9.0,
        "beside": 9.0,
    }  # lets all go, proposes nothing
    strict = Checker(corpus, pack, judge=TrainedJudge(pack, tagger))
    assert strict.check("这茶jiang糖", today=TODAY, goods=["food"]).findings
    assert not strict.check("这茶降糖", today=TODAY, goods=["food"]).findings
