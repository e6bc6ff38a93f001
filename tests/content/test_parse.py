"""The guideline file format: what is read, and what every mistake is told."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.content.models import Problem, Section
from rag.content.parse import parse_guideline
from rag.content.registers import load_registers

ROOT = Path(__file__).resolve().parents[2]
REGISTERS = load_registers(ROOT / "guidelines")
NAME = "live-room/price/2026-02-01.md"
HEAD = """---
title: 直播间价格
operator: live-room
topics: [price]
status: published
revision: 1
verified_on: 2026-11-20
summary: 怎么标价
---
"""
BODY = """## 要做到
1. 直播间卖货要标价。《直播电商监督管理办法》第三十二条
2. 直播间要写计价单位。《直播电商监督管理办法》第三十二条
## 怎么做
### 直播前
1. 先核对价签。
## 自查清单
- [ ] 都标了价
- [x] 都写了单位
## 常见问题
### 能不标价吗？
不能。要标价。《直播电商监督管理办法》第三十二条
"""


def problems(text: str, name: str = NAME) -> list[Problem]:
    return parse_guideline(name, text, REGISTERS)[1]


def codes(text: str, name: str = NAME) -> set[str]:
    return {p.code for p in problems(text, name)}


def test_a_good_file_gives_clauses_with_ids_lines_and_laws() -> None:
    guideline, found = parse_guideline(NAME, HEAD + BODY, REGISTERS)
    assert not found
    assert guideline is not None
    assert guideline.key == "live-room/price@2026-02-01"
    assert [c.id for c in guideline.clauses] == ["must-1", "must-2", "howto-1", "check-1", "check-2", "faq-1"]
    first, faq = guideline.clauses[0], guideline.clauses[-1]
    assert (HEAD + BODY).split("\n")[first.line - 1].endswith(first.text)
    assert (first.laws[0].law, first.laws[0].article) == ("直播电商监督管理办法", 32)
    assert (faq.section, faq.heading) == (Section.FAQ, "能不标价吗？")
    assert guideline.clauses[2].heading == "直播前"
    assert guideline.clauses[3].text == "都标了价"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("revision: 1", "revision: 1\ncolour: red", "unknown-key"),
        ("verified_on: 2026-11-20", "verified_on: 2026-02-30", "bad-date"),
        ("verified_on: 2026-11-20", "verified_on: 去年", "bad-date"),
        ("title: 直播间价格\n", "", "missing-key"),
        ("status: published", "status: done", "bad-value"),
        ("topics: [price]", "topics: [prices]", "unknown-topic"),
        ("operator: live-room", "operator: anchor", "folder"),
        ("## 要做到", "## 必须", "unknown-section"),
        ("## 怎么做", "## 要做到", "duplicate"),
        ("## 自查清单", "## 不得", "section-order"),
        ("1. 先核对价签。", "1.", "empty-clause"),
        ("1. 先核对价签。", "1. 先**核对**价签。", "markup"),
        ("1. 先核对价签。", "1. 先<b>核对</b>价签。", "markup"),
        ("1. 先核对价签。", "1. 见[这里](http://x)。", "markup"),
        ("1. 先核对价签。", "1. 先核对\n   价签。", "line-break"),
        ("1. 先核对价签。", "1. 先核对\n   - 价签", "nested"),
        ("- [ ] 都标了价", "- 都标了价", "checklist"),
        ("### 直播前", "#### 直播前", "heading"),
        ("## 要做到", "开头的话\n## 要做到", "unknown-section"),
        ("第三十二条\n2.", "第七十条\n2.", "article-missing"),
        ("《直播电商监督管理办法》第三十二条\n2.", "《直播办法大全》第三十二条\n2.", "law-unknown"),
        ("不能。要标价。《直播电商监督管理办法》第三十二条\n", "", "empty-clause"),
        ("1. 先核对价签。", "```\n代码\n```", "markup"),
    ],
)
def test_every_mistake_is_named(old: str, new: str, code: str) -> None:
    text = (HEAD + BODY).replace(old, new, 1)
    found = [p for p in problems(text) if p.code == code]
    assert found, problems(text)
    assert all(p.line >= 1 and p.fix and p.path == NAME for p in found)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("live-room/price/2026-2-1.md", "filename"),
        ("live-room/price/2026-02-30.md", "filename"),
        ("live-room/price/2026-02-01.txt", "filename"),
        ("shop/price/2026-02-01.md", "folder"),
        ("live-room/Price_1/2026-02-01.md", "folder"),
        ("live-room/price/2025-01-01.md", "law-not-in-force"),
    ],
)
def test_the_place_of_a_file_counts(name: str, code: str) -> None:
    assert code in codes(HEAD + BODY, name)


@pytest.mark.parametrize("text", ["", "没有文件头", "---\n", "---\n[1\n---\n", "---\n- 1\n---\n", HEAD])
def test_a_broken_head_is_a_problem_not_a_crash(text: str) -> None:
    parse_guideline(NAME, text, REGISTERS)


def test_the_line_of_a_problem_is_the_line_in_the_file() -> None:
    text = (HEAD + BODY).replace("第三十二条\n2.", "第七十条\n2.", 1)
    [problem] = [p for p in problems(text) if p.code == "article-missing"]
    assert text.split("\n")[problem.line - 1].startswith("1. 直播间卖货")


@settings(max_examples=60)
@given(st.text(max_size=300))
def test_no_text_crashes_the_parser(text: str) -> None:
    parse_guideline(NAME, HEAD + text, REGISTERS)


@given(st.lists(st.sampled_from(["要标价", "要核验", "要公示", "要留档"]), min_size=1, max_size=8))
def test_clause_ids_are_unique_stable_and_ascii(items: list[str]) -> None:
    body = "## 要做到\n" + "".join(f"{n}. {item}\n" for n, item in enumerate(items, 1))
    guideline, _ = parse_guideline(NAME, HEAD + body, REGISTERS)
    assert guideline is not None
    ids = [c.id for c in guideline.clauses]
    assert ids == [f"must-{n}" for n in range(1, len(items) + 1)]
    assert all(i.isascii() for i in ids)


def test_the_day_in_the_file_name_selects_the_law_version() -> None:
    body = "## 不得\n1. 不得虚假宣传。《反不正当竞争法》第四十一条\n"
    assert "article-missing" in codes(HEAD + body, "live-room/price/2024-07-01.md")
    assert "article-missing" not in codes(HEAD + body, "live-room/price/2025-10-15.md")
