"""`conditions`: what the cited sentence makes its rule depend on stands in the clause."""

from pathlib import Path

import pytest

from rag.content.check.conditions import check_conditions
from tests.content.checking import Content, law

RULES = law(
    """
    第十一条 经营者不得雇用夜间搬运工人，国家另有规定的除外。
    第十二条 经营者收集指纹应当取得顾客单独同意；法律规定收集指纹应当取得书面同意的，从其规定。
    第十三条 经营者应当标明价格。国家另有规定的除外。
    """
)


@pytest.fixture
def content(tmp_path: Path) -> Content:
    return Content(tmp_path)


@pytest.mark.parametrize(
    ("clause", "dropped"),
    [
        ("商家不得雇用夜间搬运工人。《价格法》第十一条", "国家另有规定的除外"),
        (
            "商家收集指纹，应当取得顾客单独同意。《价格法》第十二条",
            "规定收集指纹应当取得书面同意的，从其规定",
        ),
    ],
)
def test_a_dropped_condition_is_an_error(content: Content, clause: str, dropped: str) -> None:
    [problem] = check_conditions(content.add(f"## 要做到\n1. {clause}\n"), RULES)
    assert (problem.level, problem.code, problem.line) == ("error", "conditions", 11)
    assert f"“{dropped}”" in problem.message


@pytest.mark.parametrize(
    "clause",
    [
        "商家不得雇用夜间搬运工人，国家另有规定的除外。《价格法》第十一条",
        "商家不得违法雇用夜间搬运工人。《价格法》第十一条",
        "商家收集指纹应当取得顾客单独同意，法律要求书面的还要书面。《价格法》第十二条",
        "商家要标明价格。《价格法》第十三条",
    ],
)
def test_a_kept_condition_or_one_of_another_sentence_is_none(content: Content, clause: str) -> None:
    assert not list(check_conditions(content.add(f"## 要做到\n1. {clause}\n"), RULES))
