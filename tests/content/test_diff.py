"""Versions compared clause by clause."""

from __future__ import annotations

import datetime as dt
import string

from hypothesis import given
from hypothesis import strategies as st

from rag.content.diff import Kind, diff_guidelines, diff_words, render_text, split_words
from rag.content.models import Clause, Guideline, Section

texts = st.text(
    alphabet="直播间不得应当标价全网最低三年以上《广告法》第九条、，。"
    + string.ascii_letters
    + string.digits,
    max_size=60,
)


def version(day: str, *items: tuple[Section, str, str | None]) -> Guideline:
    """A guideline version with the given (section, text, heading)."""
    counts: dict[Section, int] = {}
    clauses = []
    for line, (section, text, heading) in enumerate(items, 1):
        counts[section] = counts.get(section, 0) + 1
        n = counts[section]
        clauses.append(
            Clause(
                id=f"{section.slug}-{n}", section=section, ordinal=n, heading=heading, text=text, line=line
            )
        )
    return Guideline(
        operator="live-room", slug="price", version=dt.date.fromisoformat(day), title="价格", topics=("price",), status="published",
        revision=1, verified_on=dt.date(2026, 11, 20), summary="怎么标价", path=f"live-room/price/{day}.md", clauses=tuple(clauses),
    )  # fmt: skip


def must(*items: str) -> list[tuple[Section, str, str | None]]:
    return [(Section.MUST, text, None) for text in items]


def test_equal_versions_have_no_change() -> None:
    a = version("2024-07-01", *must("直播间要标价。", "主播要讲真话。"))
    diff = diff_guidelines(a, a.model_copy(update={"version": dt.date(2026, 2, 1)}))
    assert [c.kind for c in diff.clauses] == [Kind.SAME, Kind.SAME]


def test_a_clause_that_only_moved_down_is_not_a_change() -> None:
    a = version("2024-07-01", *must("直播间要标明价格和计价单位。", "主播介绍商品要讲真话。"))
    b = version(
        "2026-02-01",
        *must("平台要保存直播视频三年。", "直播间要标明价格和计价单位。", "主播介绍商品要讲真话。"),
    )
    assert [c.kind for c in diff_guidelines(a, b).clauses] == [Kind.ADDED, Kind.SAME, Kind.SAME]


def test_a_removed_clause_stands_where_it_stood() -> None:
    a = version(
        "2024-07-01", *must("直播间要标明价格。", "平台保存视频三年，随时可查。", "主播介绍商品要讲真话。")
    )
    b = version("2026-02-01", *must("直播间要标明价格。", "主播介绍商品要讲真话。"))
    found = diff_guidelines(a, b).clauses
    assert [c.kind for c in found] == [Kind.SAME, Kind.REMOVED, Kind.SAME]
    assert found[1].old is not None
    assert found[1].new is None


def test_changed_words_are_marked_and_a_law_reference_is_one_word() -> None:
    a = version("2024-07-01", *must("直播间保存视频两年。《广告法》第九条"))
    b = version("2026-02-01", *must("直播间保存视频三年。《广告法》第十条"))
    (change,) = diff_guidelines(a, b).clauses
    assert change.kind is Kind.CHANGED
    assert [s.text for s in change.text if s.kind is Kind.REMOVED][-1] == "《广告法》第九条"
    assert [s.text for s in change.text if s.kind is Kind.ADDED][-1] == "《广告法》第十条"


def test_a_changed_reference_alone_keeps_the_clause_together() -> None:
    a = version(
        "2024-07-01",
        *must("标价要真实。《明码标价和禁止价格欺诈规定》第十六条第一款、第十七条第二款、第二十一条"),
    )
    b = version("2026-02-01", *must("标价要真实。《直播电商监督管理办法》第三十二条"))
    assert [c.kind for c in diff_guidelines(a, b).clauses] == [Kind.CHANGED]


def test_questions_are_paired_by_their_question() -> None:
    a = version("2024-07-01", (Section.FAQ, "不可以，没有依据就是骗人。", "全网最低价能说吗？"))
    b = version("2026-02-01", (Section.FAQ, "看情况：要有真实、可比较的价格记录才行。", "全网最低价能说吗？"))
    (change,) = diff_guidelines(a, b).clauses
    assert change.kind is Kind.CHANGED
    assert [s.kind for s in change.heading] == [Kind.SAME]


@given(texts, texts)
def test_marked_words_give_both_texts_back(old: str, new: str) -> None:
    spans = diff_words(old, new)
    assert "".join(s.text for s in spans if s.kind is not Kind.ADDED) == old
    assert "".join(s.text for s in spans if s.kind is not Kind.REMOVED) == new


@given(texts)
def test_words_joined_give_the_text(text: str) -> None:
    assert "".join(split_words(text)) == text


def test_text_for_a_terminal_marks_what_changed_and_counts() -> None:
    a = version(
        "2024-07-01", *must("直播间保存视频两年。", "甲乙丙丁戊己庚辛。"), (Section.FAQ, "可以。", "行吗？")
    )
    b = version(
        "2026-02-01",
        *must("直播间保存视频三年。", "主播开播前先培训再上岗。"),
        (Section.FAQ, "可以。", "行吗？"),
    )
    shown = render_text(diff_guidelines(a, b))
    assert "~ must-1  直播间保存视频[-两年-]{+三年+}。" in shown
    assert "- must-2  甲乙丙丁戊己庚辛。" in shown
    assert "+ must-2  主播开播前先培训再上岗。" in shown
    assert "行吗" not in shown
    assert shown.endswith("新增 1 条，删去 1 条，修改 1 条，未变 1 条")
