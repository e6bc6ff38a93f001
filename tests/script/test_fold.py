"""Folding: what people write to slip past a word list is undone, and every character keeps its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.ground.sounds import Homophones
from rag.ground.words import Words
from rag.script.fold import Folder

FOLDER = Folder({"zui": "最", "vx": "微信"}, Homophones(["最低价", "糖尿病"], words=Words()))


@pytest.mark.parametrize(
    ("sent", "folded"),
    [
        ("ＡＢＣ１００％", "abc100%"),
        ("銷量第一", "销量第一"),
        ("最\u200b低\ufeff价", "最低价"),
        ("1️⃣0️⃣0️⃣%", "100%"),
        ("第①", "第1"),
        ("最✨便宜", "最便宜"),
        ("全 网 最*低*价", "全网最低价"),
        ("最最最好", "最好"),
        ("zui好", "最好"),
        ("zuixin", "zuixin"),
        ("加vx下单", "加微信下单"),
        ("最底价", "最低价"),
        ("好,真的!", "好，真的！"),
        ("1,299元", "1,299元"),
    ],
)
def test_disguises_are_undone(sent: str, folded: str) -> None:
    assert FOLDER.fold(sent).text == folded


def test_a_span_leads_back_to_the_text_as_sent() -> None:
    sent = "今天 zui✨便宜，加vx"
    folded = FOLDER.fold(sent)
    start = folded.text.index("最便宜")
    a, b = folded.span(start, start + 3)
    assert sent[a:b] == "zui✨便宜"
    start = folded.text.index("微信")
    assert sent[slice(*folded.span(start, start + 2))] == "vx"


@given(st.text(max_size=60))
def test_places_never_leave_the_text_nor_run_backwards(sent: str) -> None:
    folded = FOLDER.fold(sent)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    assert list(folded.starts) == sorted(folded.starts)
    assert all(0 <= a < b <= len(sent) for a, b in zip(folded.starts, folded.ends, strict=True))
