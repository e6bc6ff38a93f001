"""Words typed by sound are put right, words that are right stay."""

import pytest

from rag.ground.sounds import Homophones
from rag.ground.words import Words

TEXTS = ["招商加盟要真实宣传，保健品不能讲疗效。", "知假买假的人也能索赔。"]


@pytest.fixture(scope="module")
def homophones() -> Homophones:
    return Homophones(["主播", "直播间", "七天无理由", "商家", "奖品", "买家"], TEXTS, words=Words())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("主波要实名吗", "主播要实名吗"), ("直拨间能卖药吗", "直播间能卖药吗"), ("七天无里由", "七天无理由")],
)
def test_a_word_typed_by_sound_is_restored(homophones: Homophones, typed: str, meant: str) -> None:
    assert homophones.restore(typed) == meant


@pytest.mark.parametrize("text", ["招商加盟行不行", "卖保健品要证吗", "知假买假怎么判", "今天吃什么", ""])
def test_what_stands_in_the_texts_is_meant_as_written(homophones: Homophones, text: str) -> None:
    assert homophones.restore(text) == text


@pytest.mark.parametrize(
    "text", ["我们没识别出来", "他私自接单", "我退货嫌慢", "平台上架洁牙套餐", "平台买家在骂"]
)
def test_words_that_are_right_are_not_bent_to_one_that_sounds_alike(text: str) -> None:
    vocabulary = ["没事", "直接", "退货险", "平台商家", "平台卖家", "买家"]
    assert Homophones(vocabulary, words=Words(vocabulary)).restore(text) == text


def test_of_two_characters_only_names_are_restored() -> None:
    homophones = Homophones(["主播", "告我"], words=Words(), short=["主播"])
    assert homophones.restore("仓储费高我就问主波") == "仓储费高我就问主播"


def test_restoring_is_idempotent(homophones: Homophones) -> None:
    once = homophones.restore("主波在直拨间发奖聘")
    assert homophones.restore(once) == once
