"""The gold set of the script check: sizes promised, sound spans, agreement with its marked source, right scores."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.script.mark import build, unmark
from bench.script.read import CLAIMS, Item, Span, check, check_all, read_gold
from bench.script.score import Finding, left_alone, matches, score_spans

RISKY = Item(
    "a",
    "test",
    "f",
    "food",
    "speech",
    "这是全网最低价",
    (Span(2, 7, "全网最低价", "有风险", "price", "价格法14"),),
)
PLAIN = Item("b", "test", "f", "food", "speech", "这是最后一件", ())


def test_file_agrees_with_marked_source() -> None:
    assert read_gold() == build()


def test_sizes_promised() -> None:
    items = read_gold()
    tune = sum(item.split == "tune" for item in items) / len(items)
    assert len(items) >= 1000
    assert sum(not item.spans for item in items) >= 0.45 * len(items)
    assert 0.35 < tune < 0.45


@pytest.mark.parametrize("split", ["tune", "test"])
def test_every_claim_is_in_both_splits(split: str) -> None:
    assert {span.claim for item in read_gold(split) for span in item.spans} == set(CLAIMS)


def test_unmark_counts_offsets_without_marks() -> None:
    text, spans = unmark("看，【顶级^W absolute 广9】和【史低^K price 价17】")
    assert text == "看，顶级和史低"
    assert [(s.start, s.end, s.level, s.basis) for s in spans] == [
        (2, 4, "违法", "广告法9"),
        (5, 7, "要看依据", "明码标价和禁止价格欺诈规定17"),
    ]


def test_broken_mark_is_refused() -> None:
    with pytest.raises(ValueError, match="broken mark"):
        unmark("看【顶级")


def test_wrong_values_are_refused() -> None:
    with pytest.raises(ValueError, match="offsets"):
        check(replace(RISKY, text="全网最低价啊啊"))
    with pytest.raises(ValueError, match="level"):
        check(replace(RISKY, spans=(replace(RISKY.spans[0], level="严重"),)))
    with pytest.raises(ValueError, match="twice"):
        check_all([PLAIN, replace(PLAIN, id="c")])
    with pytest.raises(ValueError, match="both splits"):
        check_all([PLAIN, replace(RISKY, split="tune")])


@pytest.mark.parametrize(
    ("start", "end", "level", "right"),
    [
        (2, 7, "违法", True),
        (2, 7, "要看依据", False),
        (0, 3, "有风险", False),
        (1, 3, "违法", True),
        (7, 9, "违法", False),
    ],
)
def test_match_needs_group_and_half_of_the_shorter(start: int, end: int, level: str, right: bool) -> None:
    assert matches(Finding(start, end, level), RISKY.spans[0]) is right


def test_scores_of_a_checker() -> None:
    def everywhere(item: Item) -> list[Finding]:
        return [Finding(2, 6, "违法")]

    scores = score_spans([RISKY, PLAIN], everywhere)
    assert (scores.precision, scores.recall) == (0.5, 1.0)
    assert left_alone([RISKY, PLAIN], everywhere) == 0.0
