"""Law references in prose."""

import datetime as dt
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.content.citations import (
    bare_articles,
    find_mentions,
    format_label,
    parse_references,
    resolve_references,
    without_references,
)
from rag.content.laws import LawRegister, load_laws
from rag.ground.numerals import to_chinese

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def register() -> LawRegister:
    return load_laws(ROOT / "guidelines" / "laws.yml")


def labels(text: str) -> list[str]:
    return [f"{r.title}{r.label}" for r in parse_references(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("要标价。《价格法》第十三条", ["价格法第十三条"]),
        ("《办法》第十六条、第十七条", ["办法第十六条", "办法第十七条"]),
        ("《办法》第六条至第八条", ["办法第六条", "办法第七条", "办法第八条"]),
        ("《办法》第二十五条第一款和第二款", ["办法第二十五条第一款、第二款"]),
        ("《广告法》第九条第（三）项", ["广告法第九条第（三）项"]),
        ("《广告法》第九条第三项、第（四）项", ["广告法第九条第（三）项、第（四）项"]),
        ("《广告法》第9条第3款", ["广告法第九条第三款"]),
        ("《办法》第十条第一款第（二）项、第三款", ["办法第十条第一款第（二）项", "办法第十条第三款"]),
        ("《广告绝对化用语执法指南》第六点第（六）项", ["广告绝对化用语执法指南第六点第（六）项"]),
        ("《甲法》第一条；《乙法》第二条", ["甲法第一条", "乙法第二条"]),
        ("依照《甲法》的规定", ["甲法"]),
    ],
)
def test_reads_references_as_people_write_them(text: str, expected: list[str]) -> None:
    assert labels(text) == expected


@pytest.mark.parametrize("text", ["本法第三条", "第三条", "前款", "《》第三条", "《书名"])
def test_guesses_nothing(text: str) -> None:
    assert parse_references(text) == []


def test_offsets_cut_the_reference_out_of_the_text() -> None:
    text = "直播间要标价。《直播电商监督管理办法》第三十二条、第六十条。"
    first, second = parse_references(text)
    assert text[first.start : first.end] == "《直播电商监督管理办法》第三十二条"
    assert text[second.start : second.end] == "第六十条"


@given(
    title=st.text(alphabet="直播电商监督管理办法广告价格消费者", min_size=2, max_size=20),
    article=st.integers(1, 1300),
    paragraphs=st.lists(st.integers(1, 9), max_size=2, unique=True),
    items=st.lists(st.integers(1, 15), max_size=3, unique=True),
    before=st.text(alphabet="卖货要标价，。 ", max_size=10),
    after=st.text(alphabet="。；，的规定处罚 ", max_size=8),
)
def test_what_is_formatted_is_parsed_back(
    title: str, article: int, paragraphs: list[int], items: list[int], before: str, after: str
) -> None:
    text = f"{before}《{title}》{format_label(article, paragraphs, items)}{after}"
    [ref] = parse_references(text)
    assert (ref.title, ref.article, ref.paragraphs, ref.items) == (title, article, paragraphs, items)
    assert text[ref.start : ref.end] == f"《{title}》{format_label(article, paragraphs, items)}"


@given(st.text(alphabet="《》第一二三十百条款项（）、和至的法0129 ", max_size=60))
def test_never_fails_and_offsets_stay_inside(text: str) -> None:
    for ref in parse_references(text):
        assert 0 <= ref.start < ref.end <= len(text)
        assert re.match("《|第", text[ref.start :])


@given(st.lists(st.integers(1, 200), min_size=1, max_size=6))
def test_every_article_of_a_list_is_found(articles: list[int]) -> None:
    text = "《办法》" + "、".join(f"第{to_chinese(a)}条" for a in articles)
    assert [r.article for r in parse_references(text)] == articles


def test_resolves_aliases_and_the_books_of_the_civil_code(register: LawRegister) -> None:
    refs, bad = resolve_references(
        "《消法》第二十五条，《中华人民共和国广告法》第九条，《民法典》第一千一百九十四条",
        register,
        dt.date(2026, 3, 1),
    )
    assert not bad
    assert [(r.law, r.article) for r in refs] == [
        ("消费者权益保护法", 25),
        ("广告法", 9),
        ("民法典侵权责任编", 1194),
    ]


@pytest.mark.parametrize(
    ("text", "day", "code"),
    [
        ("《没有这部法》第一条", dt.date(2026, 3, 1), "law-unknown"),
        ("《直播电商监督管理办法》第七十条", dt.date(2026, 3, 1), "article-missing"),
        ("《直播电商监督管理办法》第八条", dt.date(2026, 1, 31), "law-not-in-force"),
        ("《民法典》第五千条", dt.date(2026, 3, 1), "article-missing"),
    ],
)
def test_says_why_a_reference_does_not_resolve(
    register: LawRegister, text: str, day: dt.date, code: str
) -> None:
    refs, [error] = resolve_references(text, register, day)
    assert not refs
    assert error.code == code
    assert error.fix


def test_the_same_article_number_depends_on_the_day(register: LawRegister) -> None:
    for day, articles in ((dt.date(2025, 10, 14), 33), (dt.date(2025, 10, 15), 41)):
        assert register.resolve("反不正当竞争法", 33, day)[1].articles == articles


def test_length_and_figures_ignore_references() -> None:
    text = "直播间要标价。《直播电商监督管理办法》第三十二条、《价格法》第十三条第一款"
    assert without_references(text) == "直播间要标价。"


def test_articles_without_a_title_are_noticed() -> None:
    assert bare_articles("依照本办法第三条") == ["第三条"]
    assert bare_articles("《办法》第三条、第四条") == []


@pytest.mark.parametrize(
    ("question", "law", "article"),
    [
        ("广告法第九条说什么", "广告法", 9),
        ("消法25条是啥", "消法", 25),
        ("《广告法》第二十八条", "广告法", 28),
        ("直播电商办法第三十七条", "直播电商办法", 37),
        ("反不正当竞争法哪一条", "反不正当竞争法", None),
    ],
)
def test_finds_articles_that_a_question_names(
    register: LawRegister, question: str, law: str, article: int | None
) -> None:
    [ref] = find_mentions(question, register)
    assert (ref.title, ref.article) == (law, article)
