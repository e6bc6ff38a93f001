"""Chinese numerals and figures with units."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.ground.numerals import figures, to_chinese, to_int


@given(st.integers(min_value=1, max_value=9_999))
def test_article_numbers_survive_the_round_trip(number: int) -> None:
    assert to_int(to_chinese(number)) == number


@pytest.mark.parametrize(
    ("text", "value"),
    [("十", 10), ("十二", 12), ("一百零三", 103), ("一千一百九十四", 1194), ("两", 2), ("32", 32), ("二〇二六", 2026), ("一百二十万", 1_200_000)],
)  # fmt: skip
def test_reads_numerals_as_statutes_write_them(text: str, value: int) -> None:
    assert to_int(text) == value


@pytest.mark.parametrize("text", ["", "条", "十a"])
def test_refuses_what_is_no_numeral(text: str) -> None:
    with pytest.raises(ValueError, match="numeral"):
        to_int(text)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("处五千元以上五万元以下罚款", ["5000 元", "50000 元"]),
        ("保存不少于三年", ["3 年"]),
        ("保存不少于3年", ["3 年"]),
        ("在三个工作日内报送", ["3 个工作日"]),
        ("最高不超过百分之五", ["5 %"]),
        ("一倍以上二倍以下", ["1 倍", "2 倍"]),
        ("罚一百二十万元", ["1200000 元"]),
    ],
)
def test_figures_have_one_normal_form(text: str, normal: list[str]) -> None:
    assert [n for _, n in figures(text)] == normal


def test_calendar_dates_are_no_figures() -> None:
    assert figures("自2026年2月1日起施行") == []
